"""Images as data URIs, to be shown in a page or notebook without files beside it."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

SHADES = 8
"""Steps of an overlay's opacity: finer ones are not seen, and cost bytes."""


def inline(pixels: NDArray[Any], *, longest: int, quality: int | None = None) -> str:
    """Return an image as the data URI of a WebP, scaled down where its longer side exceeds `longest` pixels.

    `pixels`: (H, W), (H, W, 1) or (H, W, 3), uint8, uint16, or floats from 0 to 1. Lossless unless there is a `quality`
    from 1 to 100.
    """
    image = _fitted(_to_uint8(pixels), longest, smooth=True)
    options = {"lossless": True, "quality": 50} if quality is None else {"quality": quality}
    return _uri(image, "WEBP", **options)


def inline_overlay(weight: NDArray[Any], colour: tuple[int, int, int], *, longest: int) -> str:
    """Return a colour laid over an image as the data URI of a PNG.

    It is as opaque as `weight`, (H, W), bool, uint8, uint16, or floats from 0 to 1; `colour` is (R, G, B), uint8 each.
    """
    import numpy as np

    shades = np.rint(_to_uint8(weight) / 255.0 * (SHADES - 1)).astype(np.uint8)
    image = _fitted(shades, longest, smooth=False)
    image.putpalette(bytes(colour) * SHADES)
    opacity = bytes(round(255 * i / (SHADES - 1)) for i in range(SHADES))
    return _uri(image, "PNG", transparency=opacity, optimize=True)


def _to_uint8(pixels: NDArray[Any]) -> NDArray[Any]:
    """Return an image as uint8, (H, W) where it is greyscale."""
    import numpy as np

    if pixels.dtype.kind == "u":
        pixels = pixels if pixels.dtype.itemsize == 1 else pixels / 257.0
    else:
        pixels = np.nan_to_num(np.clip(pixels.astype(np.float64), 0, 1)) * 255
    made: NDArray[Any] = np.rint(pixels).astype(np.uint8)
    return made[..., 0] if made.ndim == 3 and made.shape[2] == 1 else made


def _fitted(pixels: NDArray[Any], longest: int, *, smooth: bool) -> Image:
    import numpy as np
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(pixels))
    factor = longest / max(image.size)
    if factor >= 1:
        return image
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.LANCZOS if smooth else Image.Resampling.NEAREST)


def _uri(image: Image, name: str, **options: Any) -> str:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return f"data:image/{name.lower()};base64,{base64.b64encode(buffer.getvalue()).decode()}"
