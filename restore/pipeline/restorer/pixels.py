"""Arrays of any depth and number of channels as the float32 images that a run restores, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.errors import RequestError
from restore.images import is_grey, to_channels
from restore.images.image_file import as_float
from restore.plugins.values import Images, Masks

HIGHEST = {"uint8": 255, "uint16": 65535}
"""The value of white in arrays of whole numbers; in those of floats it is 1."""


def to_float(image: NDArray[Any]) -> Images:
    """Return an image as float32 (H, W, C) in [0, 1]; raises `RequestError` for an array that is no image."""
    shaped = image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (1, 3))
    known = image.dtype.name in HIGHEST or image.dtype.kind == "f"
    if not (shaped and known and image.size):
        seen = f"{image.dtype} {image.shape}"
        what = f"not an image: {seen}"
        hint = "give (H, W), (H, W, 1) or (H, W, 3); uint8, uint16 or floats from 0 to 1"
        raise RequestError(what, code="bad-array", hint=hint)
    pixels: Images = as_float(image.reshape(*image.shape[:2], -1))
    if image.dtype.kind == "f" and not (pixels.min() >= 0 and pixels.max() <= 1):  # false for NaN as well
        what = f"an image with values from {pixels.min():g} to {pixels.max():g}"
        raise RequestError(what, code="bad-array", hint="scale its values to [0, 1]")
    return pixels


def to_type(pixels: Images, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return an image, float32 (H, W, C) in [0, 1], in another type, rounded to whole numbers."""
    highest = HIGHEST.get(dtype.name)
    return (pixels if highest is None else np.rint(pixels * np.float32(highest))).astype(dtype)


def to_mask(mask: object, shape: tuple[int, int]) -> Masks | None:
    """Return a given mask, bool (H, W) of `shape`; raises `RequestError` for any other array."""
    if mask is None:
        return None
    given = np.asarray(mask)
    if given.dtype != np.bool_ or given.shape != shape:
        what = f"not a mask of the image: {given.dtype} {given.shape}"
        raise RequestError(what, code="bad-array", hint=f"give a bool array of shape {shape}")
    return given


def views_of(pixels: Images, channels: int) -> Images:
    """Return an image, float32 (H, W, C) in [0, 1], as images (N, H, W, channels): one, or one a channel of a colour image."""
    if channels == 1 and not is_grey(pixels):
        return np.ascontiguousarray(np.moveaxis(pixels, 2, 0)[..., None])
    return to_channels(pixels, channels)[None]


def place_values(image: NDArray[Any], view: int | None, used: Masks, values: Images) -> None:
    """Write values, float32 (K, C) in [0, 1], into the K pixels of an image (H, W, C') that are `used`, bool (H, W).

    They are those of one of several views, each of a channel, or, with None, of the only one.
    """
    channels = slice(None) if view is None else slice(view, view + 1)
    made = to_channels(values[None], image[..., channels].shape[2])[0]
    image[used, channels] = to_type(made, image.dtype)
