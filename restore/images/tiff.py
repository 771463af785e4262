"""Decoding TIFF files whose strips or tiles hold plain values: integers of any size and floating point."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from restore.errors import InputError
from restore.images import tiff_tags as tag
from restore.images.image_file import Depth, is_grey
from restore.images.raster import Raster, in_parts, orientation_of, require_size, scaled
from restore.images.tiff_pieces import (
    BYTEWISE,
    NONE,
    Layout,
    Wanted,
    kind_of,
    places,
    read_pieces,
    row_bytes,
    samples_of,
)
from restore.images.tiff_tags import Tags, read_tags
from restore.images.ycbcr import read_ycbcr
from restore.text import show

if TYPE_CHECKING:
    from restore.images.image_file import Samples

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _CMYK, _YCBCR, _LAB = 0, 1, 2, 3, 5, 6, 8
_MISSING = -1
_COLOURS = {_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _PALETTE: 1, _CMYK: 4, _YCBCR: 3}
"""Photometric interpretations that are read, and their channels."""
_NAMES = {
    4: "transparency masks",
    8: "LAB",
    9: "ICC LAB",
    10: "ITU LAB",
    32803: "raw colour filters",
    32844: "LogL",
    32845: "LogLuv",
    34892: "linear raw",
}
_COMPRESSIONS = {
    2: "CCITT",
    3: "Group 3",
    4: "Group 4",
    6: "old-style JPEG",
    7: "JPEG",
    9: "JBIG",
    10: "JBIG",
    32766: "NeXT",
    32809: "ThunderScan",
    33003: "JPEG 2000",
    33005: "JPEG 2000",
    34661: "JBIG",
    34676: "SGI log",
    34677: "SGI log",
    34712: "JPEG 2000",
    34887: "LERC",
    34892: "lossy JPEG",
    34933: "PNG",
    34934: "JPEG XR",
    50001: "WebP",
    50002: "JPEG XL",
    50013: "PixTIFF",
    52546: "JPEG XL",
}
_PILLOWS = frozenset({2, 3, 4, 6, 7, 32771, 32809, 34676, 34677})
"""Compressions that Pillow may decode."""
_JPEG = 7
_UNSIGNED, _SIGNED, _FLOAT = 1, 2, 3
_FLOATS = frozenset({16, 24, 32, 64})
_MOST_CHANNELS = 16
_ASSOCIATED, _UNASSOCIATED = 1, 2
"""Kinds of alpha: colours multiplied by it, and not."""
_SEPARATE = 2


def decode_tiff(file: IO[bytes], path: Path, max_pixels: int) -> Raster | None:
    """Decode a TIFF, None for what Pillow decodes: compressions of pixels, such as JPEG and Group 4, and 8-bit LAB.

    Raises OSError for corrupt files, and `InputError` for what is not supported or has values outside [0, 1].
    """
    tags = read_tags(file)
    width, height = tags.one(tag.WIDTH), tags.one(tag.HEIGHT)
    if width < 0 or height < 0 or not {tag.WIDTH, tag.HEIGHT} <= set(tags.integers):
        raise OSError("the size of the image is missing")
    require_size(width, height, max_pixels, path)
    channels = tags.one(tag.CHANNELS, 1)
    kind = tags.one(tag.PHOTOMETRIC, _MISSING)
    bits = _bits_of(tags, channels, path)
    compression = tags.one(tag.COMPRESSION, NONE)
    if (compression in _PILLOWS and (compression != _JPEG or bits == 8)) or (kind == _LAB and bits == 8):
        return None
    if kind == _MISSING:
        raise OSError("the photometric interpretation is missing")
    _require_supported(tags, kind, bits, channels, path)
    notes = [f"first of {tags.pages} pages read"] if tags.pages > 1 else []
    extras = tags.all(tag.EXTRA)
    alpha = extras[0] if channels > _COLOURS[kind] and extras and extras[0] in (_ASSOCIATED, _UNASSOCIATED) else 0
    used = _COLOURS[kind] + bool(alpha)
    if used < channels:
        notes.append(f"{channels - used} additional channel{'s' if channels > used + 1 else ''} left out")
    values: Samples
    depth: Depth
    if kind == _YCBCR:
        values, depth = read_ycbcr(file, tags, width, height), 8
        notes.append("YCbCr converted to RGB")
    else:
        samples = _samples(file, tags, Layout(width, height, channels, bits, tags.order, _is_float(tags)), used)
        values, depth, more = _scaled(samples, tags, kind, bits, path)
        notes += more
    if kind == _WHITE_IS_ZERO:
        values[..., :1] = values.dtype.type(_white(values)) - values[..., :1]
    if kind == _CMYK:
        values = in_parts(_rgb, values)
        notes.append("CMYK converted to RGB")
    if alpha == _ASSOCIATED:
        values = in_parts(_divided, values)
    return Raster(values, depth, "TIFF", tuple(notes), orientation_of(tags.one(tag.ORIENTATION)), tags.dpi)


def layout_of(file: IO[bytes]) -> str:
    """Return what the first directory of a TIFF says of its pixels, for a refusal."""
    tags = read_tags(file)
    kind = tags.one(tag.PHOTOMETRIC)
    names = {0: "greyscale", 1: "greyscale", 2: "RGB", 3: "palette", 5: "CMYK", 6: "YCbCr", **_NAMES}
    colour = f"{names.get(kind, f'photometric {kind}')} with {tags.one(tag.CHANNELS, 1)} channels"
    compression = _COMPRESSIONS.get(tags.one(tag.COMPRESSION, NONE), "no")
    return f"{tags.one(tag.BITS, 1)}-bit {colour} and {compression} compression"


def _is_float(tags: Tags) -> bool:
    return tags.one(tag.SAMPLE_FORMAT, _UNSIGNED) == _FLOAT


def _bits_of(tags: Tags, channels: int, path: Path) -> int:
    """Return the bits of a value; raises `InputError` where channels differ in them."""
    bits = tags.all(tag.BITS, (1,))[: max(channels, 1)]
    if len(set(bits)) != 1:
        what = f"TIFF with channels of different sizes ({', '.join(map(str, bits))} bits) is not supported"
        raise InputError(what, code="unsupported-mode", where=show(path), hint="save it with 8 or 16 bits per channel")
    return bits[0]


def _require_supported(tags: Tags, kind: int, bits: int, channels: int, path: Path) -> None:
    """Raise `InputError` for compressions, colours and numbers that are not supported."""
    compression = tags.one(tag.COMPRESSION, NONE)
    if compression not in BYTEWISE:
        deep = f"{bits}-bit " if compression in _PILLOWS else ""
        what = (
            f"TIFF with {deep}{_COMPRESSIONS.get(compression, f'unknown ({compression})')} compression is not supported"
        )
        raise InputError(what, code="unsupported-compression", where=show(path), hint="save it with LZW or deflate")
    predictor = tags.one(tag.PREDICTOR, 1)
    unsupported = _unsupported(tags, kind, bits, channels, predictor)
    if unsupported:
        what = f"TIFF {unsupported} is not supported"
        hint = "save it as greyscale or RGB, with 8 or 16 bits or floating point"
        raise InputError(what, code="unsupported-mode", where=show(path), hint=hint)
    if tags.one(tag.PLANES, 1) not in (1, 2) or tags.one(tag.FILL_ORDER, 1) not in (1, 2):
        raise OSError("the order of its planes or bits is unknown")
    if channels < _COLOURS[kind] or bits < 1 or predictor not in ((1, 2, 3) if _is_float(tags) else (1, 2)):
        raise OSError(f"{channels} channels of {bits} bits, with predictor {predictor}")


def _unsupported(tags: Tags, kind: int, bits: int, channels: int, predictor: int) -> str:
    """Return which colours or numbers of an image are not supported, "" for none."""
    formats = set(tags.all(tag.SAMPLE_FORMAT, (_UNSIGNED,)))
    cases = {
        f"of {_NAMES.get(kind, f'an unknown kind of colour ({kind})')}": kind not in _COLOURS,
        "of inks other than CMYK": kind == _CMYK and tags.one(tag.INK_SET, 1) != 1,
        f"of {bits}-bit YCbCr": kind == _YCBCR and bits != 8,
        f"of YCbCr with {channels} channels": kind == _YCBCR and channels > 3,
        "of YCbCr with a predictor": kind == _YCBCR and predictor != 1,
        "of 24-bit integers in little-endian order": bits == 24 and tags.order == "<" and not _is_float(tags),
        "with a predictor and no compression": predictor != 1 and tags.one(tag.COMPRESSION, NONE) == NONE,
        "of signed integers": formats == {_SIGNED},
        "of complex numbers": not formats.isdisjoint({5, 6}),
        "of several kinds of numbers": len(formats) > 1,
        f"of numbers of an unknown kind ({max(formats)})": max(formats) > 6,
        f"of {bits}-bit numbers": bits > 64 or (_is_float(tags) and bits not in _FLOATS),
        f"of a palette with {bits}-bit indices": kind == _PALETTE and (_is_float(tags) or bits > 16),
        f"with {channels} channels": channels > _MOST_CHANNELS,
    }
    return next((text for text, holds in cases.items() if holds), "")


def _samples(file: IO[bytes], tags: Tags, layout: Layout, used: int) -> Samples:
    """Return the first `used` channels, (H, W, `used`), unsigned integers, floats as their bits."""
    import numpy as np

    separate = tags.one(tag.PLANES, 1) == _SEPARATE
    piece = replace(layout, channels=1) if separate else layout
    values = np.empty((layout.height, layout.width, used), kind_of(layout))
    first = 0
    for plane in range(used if separate else 1):
        channels = slice(plane, plane + 1) if separate else slice(used)
        wanted = (
            Wanted(place, place.rows, row_bytes(piece, place.columns))
            for place in places(tags, layout.width, layout.height, piece.bits * piece.channels, first)
        )
        for place, data in read_pieces(file, tags, wanted):
            part = samples_of(data, piece, place, tags)
            target = values[place.top : place.top + place.rows, place.left : place.left + place.columns, channels]
            target[...] = part[: target.shape[0], : target.shape[1], :used]
            first = place.number + 1
    return values


def _scaled(samples: Samples, tags: Tags, kind: int, bits: int, path: Path) -> tuple[Samples, Depth, list[str]]:
    """Return values of the depth that holds them, palettes applied, their depth, and notes on conversions."""
    import numpy as np

    most = (1 << bits) - 1
    if _is_float(tags):
        values = require_range(_floats(samples, bits), path)
        return values, 32, ["64-bit floating point converted to 32-bit"] if bits == 64 else []
    if kind == _PALETTE:
        colours = _coloured(samples[..., 0], tags, most)
        alpha = (samples[..., 1:].astype(np.uint32) * 255 + most // 2) // most
        return np.concatenate([colours, alpha.astype(np.uint8)], axis=-1), 8, []
    if bits > 16 and samples.max() <= 65535:
        what = f"{bits}-bit integers do not exceed {samples.max()}, where white is {most:,}"
        raise InputError(
            what, code="out-of-range", where=show(path), hint="save it with as many bits as its values need"
        )
    values, depth = scaled(samples, most)
    notes = [f"{bits}-bit integers converted to floating point"] if bits > 16 else []
    notes += [f"{bits}-bit values scaled to 16-bit"] if 8 < bits < 16 else []
    return values, depth, notes


def _floats(samples: Samples, bits: int) -> Samples:
    """Return floating-point values from their bits, as float32; those of 24 bits have an exponent of 7, biased by 63."""
    import numpy as np

    if bits != 24:
        with np.errstate(over="ignore", invalid="ignore"):  # too large for 32 bits, or no numbers: refused
            return samples.view(f"f{bits // 8}").astype(np.float32)
    exponent, fraction = (samples >> 16 & 127).astype(np.int32), (samples & 0xFFFF).astype(np.float32) / 65536
    values = np.ldexp(np.where(exponent > 0, 1 + fraction, 2 * fraction), exponent - 63).astype(np.float32)
    values = np.where(exponent == 127, np.float32(np.inf), values)
    return np.where(samples >> 23 == 1, -values, values)


def require_range(values: Samples, path: Path) -> Samples:
    """Return floating-point values; raises `InputError` where they are not finite or outside [0, 1]."""
    import numpy as np

    if not np.isfinite(values).all():
        what, hint = "image contains NaN or infinity", "replace them with values from 0 to 1"
        raise InputError(what, code="not-finite-pixels", where=show(path), hint=hint)
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > 1:
        what, hint = f"floating-point values range from {low:g} to {high:g}, not from 0 to 1", "rescale them"
        raise InputError(what, code="out-of-range", where=show(path), hint=hint)
    return values


def _coloured(indices: Samples, tags: Tags, most: int) -> Samples:
    """Return the colours of palette indices, uint8 (H, W, 3), or (H, W, 1) where all are grey.

    Palettes have 16 bits; those that stay below 256 throughout are of 8 bits, as older writers left them.
    """
    import numpy as np

    stored = tags.all(tag.COLOUR_MAP)
    if len(stored) != 3 * (most + 1):
        raise OSError(f"the palette has {len(stored)} values, not {3 * (most + 1)}")
    palette = np.array(stored).reshape(3, -1).T
    palette = (palette if palette.max() < 256 else palette >> 8).astype(np.uint8)
    values: Samples = palette[indices]
    return values[..., :1] if is_grey(values) else values


def _white(values: Samples) -> int:
    """Return the value of white: 1 in floating point, else the highest one."""
    import numpy as np

    return 1 if values.dtype.kind == "f" else int(np.iinfo(values.dtype).max)


def _rgb(values: Samples) -> Samples:
    """Return CMYK, perhaps with alpha, as RGB: (1 - ink) (1 - black), rounded for integers."""
    import numpy as np

    white = _white(values)
    light = 1 - values[..., :4].astype(np.float64) / white
    mixed = light[..., :3] * light[..., 3:] * white
    mixed = (mixed if white == 1 else np.rint(mixed)).astype(values.dtype)
    return np.concatenate([mixed, values[..., 4:]], axis=-1)


def _divided(values: Samples) -> Samples:
    """Return colours divided by the alpha that they were multiplied by, the last channel; transparent ones are black."""
    import numpy as np

    alpha = values[..., -1:].astype(np.float64)
    white = _white(values)
    colours = np.divide(
        values[..., :-1] * float(white), alpha, out=np.zeros_like(values[..., :-1], float), where=alpha > 0
    )
    colours = np.minimum(colours if white == 1 else np.rint(colours), white).astype(values.dtype)
    return np.concatenate([colours, values[..., -1:]], axis=-1)
