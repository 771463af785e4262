"""JPEG files changed in part: blocks that a change does not touch keep their coefficients (ITU-T T.81)."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restore.images import jpeg as stripped
from restore.images.decoder import look_at, orientation_in
from restore.images.encoder import stored
from restore.images.metadata import exif, jpeg
from restore.images.raster import as_stored

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from restore.images.image_file import Pixels

    Blocks = NDArray[Any]
    Mask = NDArray[np.bool_]

_CODEC = "turbo210"
"""The newest of the decoders that jpeglib brings along."""
_COMPONENTS = ("Y", "Cb", "Cr")
_WEIGHTS = ((0.299, 0.587, 0.114), (-0.168735892, -0.331264108, 0.5), (0.5, -0.418687589, -0.081312411))
"""Luma and both colour differences of RGB (JFIF 1.02)."""
_GREY, _YCBCR = 1, 3
"""Colour spaces by their numbers in libjpeg."""
_SIDE, _MIDDLE = 8, 128
_FURTHER, _FIRST, _APPLICATIONS = b"MPF\0", 0xE0, range(0xE0, 0xF0)


def transplant(original: bytes, image: Pixels, mask: Mask, amend: Callable[[bytes], bytes]) -> bytes | None:
    """Return a JPEG with the pixels of `image`, upright (H, W, 1 or 3), inside `mask`, bool (H, W).

    `image`: uint8 or float32 in [0, 1].
    All else is that of the `original`: coefficients of blocks that the mask does not touch, tables, subsampling,
    orientation and metadata, but for its XMP packet, which `amend` changes, and its thumbnail and further images, which
    show it as it was. Scans are sequential. Returns None where the original's coding does not allow it.
    """
    file = io.BytesIO(original)
    opened = look_at(file)[0]
    orientation = orientation_in(opened)
    values = as_stored(stored(image, 8), orientation)
    touched = as_stored(mask[..., None], orientation)[..., 0]
    coded = _recoded(stripped.without_metadata(file).read(), values, touched)
    if coded is None:
        return None
    packed = b"".join(map(jpeg.pack, _segments(file, amend)))
    return coded[:2] + packed + _without_segments(coded)


def _recoded(bare: bytes, values: Pixels, mask: Mask) -> bytes | None:
    """Return a JPEG without metadata, with `values`, uint8 (H, W, C), inside the mask, None where it is unusual."""
    import jpeglib

    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "before.jpg"), Path(folder, "after.jpg")
        before.write_bytes(bare)
        jpeglib.version.set(_CODEC)
        try:
            coded = jpeglib.read_dct(before)
            blocks = [getattr(coded, name) for name in _COMPONENTS[: coded.num_components]]
        except OSError:  # such as arithmetic coding
            return None
        spaces = {_GREY: 1, _YCBCR: 3}
        if coded.num_components != spaces.get(int(coded.jpeg_color_space)) or (coded.height, coded.width) != mask.shape:
            return None
        if values.shape[2] > coded.num_components:
            return None
        factors = coded.samp_factor
        most = factors.max(axis=0)
        if (most % factors).any():
            return None
        for number, old in enumerate(blocks):
            down, across = (int(one) for one in most // factors[number])
            for row in _touched(mask, _SIDE * down, len(old)):
                lines = slice(row * _SIDE * down, (row + 1) * _SIDE * down)
                plane = _shrunk(_component(values[lines], number, len(blocks)), down, across)
                within = _shrunk(mask[lines], down, across) > 0
                old[row] = _replaced(old[row], plane, within, coded.get_component_qt(number))
        coded.write_dct(str(after), flags=["+OPTIMIZE_CODING"])
        return after.read_bytes()


def _touched(mask: Mask, lines: int, count: int) -> Iterator[int]:
    """Yield the rows of blocks, `lines` high, `count` in all, that a mask (H, W) touches."""
    return (row for row in range(count) if mask[row * lines : (row + 1) * lines].any())


def _component(values: Pixels, number: int, count: int) -> Any:
    """Return luma, or one of the colour differences, of uint8 (H, W, C) as one of `count` components (H, W)."""
    import numpy as np

    pixels = values.astype(np.float32)
    if pixels.shape[2] < count:  # colour without any, read as greyscale
        pixels = pixels.repeat(count, axis=2)
    plane = pixels @ np.array(_WEIGHTS[number], np.float32) if count > 1 else pixels[..., 0]
    return plane + (_MIDDLE if number else 0)


def _shrunk(plane: Any, down: int, across: int) -> Any:
    """Return the means of parts of a plane (H, W) of `down` x `across` pixels, as libjpeg reduces colour differences."""
    import numpy as np

    height, width = plane.shape
    padded = np.pad(plane, ((0, -height % down), (0, -width % across)), "edge")
    return padded.reshape(padded.shape[0] // down, down, -1, across).mean(axis=(1, 3), dtype=np.float32)


def _replaced(old: Blocks, plane: Any, mask: Mask, table: Any) -> Blocks:
    """Return a row of quantised coefficients (columns, 8, 8), those of blocks within the mask from samples (8, W).

    Samples outside the mask are those that the old coefficients stand for.
    """
    import numpy as np
    from scipy.fft import dctn, idctn

    def in_blocks(values: Any) -> Any:
        fitted = values[:, : len(old) * _SIDE]
        lacking = (0, _SIDE - fitted.shape[0]), (0, len(old) * _SIDE - fitted.shape[1])
        padded = np.pad(fitted, lacking, "edge")
        return padded.reshape(_SIDE, len(old), _SIDE).swapaxes(0, 1)

    within = in_blocks(mask)
    touched = within.any(axis=(1, 2))
    steps = table.astype(np.float64)
    before = idctn(old[touched] * steps, axes=(1, 2), norm="ortho") + _MIDDLE
    merged = np.where(within[touched], in_blocks(plane)[touched], before)
    new = old.copy()
    new[touched] = np.rint(dctn(merged - _MIDDLE, axes=(1, 2), norm="ortho") / steps)
    return new


def _segments(file: io.BytesIO, amend: Callable[[bytes], bytes]) -> Iterator[jpeg.Segment]:
    """Yield the segments of an original that its changed image keeps, with an amended XMP packet behind EXIF."""
    kept = [
        (marker, body)
        for marker, body in jpeg.all_segments(file)
        if (marker in _APPLICATIONS or marker == jpeg.COMMENT) and not body.startswith(_FURTHER)
    ]
    packets = [packet for packet in map(jpeg.xmp_in, kept) if packet is not None]
    added = jpeg.xmp_segment(amend(packets[0] if packets else b""))
    front = [one for one in kept if one[0] == _FIRST or one[1].startswith(exif.MARK)]
    for marker, body in front:
        is_exif = body.startswith(exif.MARK)
        yield marker, exif.MARK + exif.without_thumbnail(body.removeprefix(exif.MARK)) if is_exif else body
    yield added
    yield from (one for one in kept if one not in front and jpeg.xmp_in(one) is None)


def _without_segments(coded: bytes) -> bytes:
    """Return what follows the start of a JPEG, without segments of applications and comments before its frame."""
    at = 2
    while coded[at + 1] in _APPLICATIONS or coded[at + 1] == jpeg.COMMENT:
        at += 2 + int.from_bytes(coded[at + 2 : at + 4], "big")
    return coded[at:]
