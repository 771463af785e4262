"""Minutiae by MINDTCT, and their comparison by BOZORTH3, both of NIST, from the package `nbis-py` (the extra `nist`)."""

from __future__ import annotations

import functools
import io
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.api import RequestError
from restore_fingerprint.minutiae.scaling import DPI, enlarge
from restore_fingerprint.minutiae.values import BIFURCATION, ENDING, Minutiae, no_minutiae, scaled, turned

LEAST_SIDE = 24
"""Side in pixels of MINDTCT's windows. Images smaller than one have no minutiae, and those below 16 pixels crash it."""
FEWEST = 10
"""Minimum number of minutiae of a comparable print, BOZORTH3's own."""
_HEADER = struct.Struct(">4s4sIHHHHHBBH")
"""Of nbis-py's records: that of ISO/IEC 19794-2:2005, which the number of minutiae follows at once."""
_MINUTIA = struct.Struct(">HHBB")
"""Type (2 bits) and x (14), y, angle in 256ths of a turn, quality from 0 to 63."""
_FARTHEST, _BEST = 0x3FFF, 63
_PIXELS_PER_CM = 197

Template = Any
"""What BOZORTH3 compares: minutiae in the memory of nbis-py."""


def require(where: str) -> Any:
    """Return nbis-py's extractor, or raise `RequestError` where it is not installed or does not load; `where` needs it."""
    try:
        return _extractor()
    except ModuleNotFoundError as missing:
        what = f"package {missing.name} is not installed"
        cause: Exception = missing
    except OSError as error:
        what, cause = f"package nbis does not load: {error}", error
    hint = "pip install 'restore-fingerprint[nist]'"
    raise RequestError(what, code="missing-extra", where=where, hint=hint) from cause


@functools.cache
def _extractor() -> Any:
    import nbis

    settings = nbis.NbisExtractorSettings(
        min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=False, ppi=DPI
    )
    return nbis.new_nbis_extractor(settings)


def extract(image: NDArray[np.float32], dpi: float = DPI) -> Minutiae:
    """Return MINDTCT's minutiae of a print; `image`: float32 (H, W) in [0, 1], dark ridges on a bright background.

    Prints are resampled to 500 dpi. Positions are whole pixels there, directions multiples of 11.25 degrees. Ridges that
    end at the rim of the print are among them, with a low quality; BOZORTH3 is meant to get those too. Raises
    `RequestError` where nbis-py is not installed. Source: Watson et al., User's guide to NIST Biometric Image Software,
    NISTIR 7392.
    """
    from PIL import Image

    shape = (image.shape[0], image.shape[1])
    enlarged, factor = enlarge(np.asarray(image, np.float32), dpi)
    mindtct = require("extractor=mindtct")
    if min(enlarged.shape) < LEAST_SIDE:
        return no_minutiae(shape, dpi)
    file = io.BytesIO()
    Image.fromarray(np.rint(enlarged * 255).astype(np.uint8)).save(file, "PNG", compress_level=1)
    rows = [
        (one.x(), one.y(), one.angle(), one.kind().value, one.reliability())
        for one in mindtct.extract_minutiae(file.getvalue()).get()
    ]
    x, y, degrees, kind, quality = np.array(rows, np.float64).reshape(-1, 5).T
    found = Minutiae(
        x,
        y,
        turned(np.radians(degrees)),
        np.where(kind == 1, ENDING, BIFURCATION).astype(np.uint8),
        quality,
        (enlarged.shape[0], enlarged.shape[1]),
        dpi * factor,
    )
    return scaled(found, 1 / factor, shape, dpi)


def template(minutiae: Minutiae, where: str) -> Template:
    """Return minutiae at 500 dpi as BOZORTH3 takes them: whole pixels, directions in steps of 1.40625 degrees.

    None for fewer than ten, which BOZORTH3 does not compare. It expects them from left to right.
    """
    if len(minutiae) < FEWEST:
        return None
    minutiae = minutiae[np.lexsort((minutiae.y, minutiae.x))]
    x, y = (np.clip(np.rint(values), 0, _FARTHEST).astype(int) for values in (minutiae.x, minutiae.y))
    angle = np.rint(minutiae.direction * (256 / (2 * np.pi))).astype(int) % 256
    quality = np.rint(np.nan_to_num(minutiae.quality) * _BEST).astype(int)
    rows = zip((minutiae.kind.astype(int) << 14) | x, y, angle, quality, strict=True)
    body = b"".join(_MINUTIA.pack(*map(int, row)) for row in rows)
    height, width = (min(side, _FARTHEST + 1) for side in minutiae.shape)
    size, cm = _HEADER.size + len(body), _PIXELS_PER_CM
    header = _HEADER.pack(b"FMR\0", b" 20\0", size, 0, width, height, cm, cm, 1, 0, len(minutiae))
    return require(where).load_iso_19794_2_2005(header + body)


def compare(probe: Template, gallery: Template) -> float:
    """Return BOZORTH3's score of two templates: the size of the largest set of compatible pairs of minutiae."""
    return 0.0 if probe is None or gallery is None else float(probe.compare(gallery))
