"""The reader of mask files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from restore.errors import InputError
from restore.images.picture import MAX_PIXELS, is_grey
from restore.images.reader import read
from restore.text import show

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def read_mask(
    path: str | os.PathLike[str], shape: tuple[int, int], *, max_pixels: int = MAX_PIXELS
) -> NDArray[np.bool_]:
    """Read the mask of a picture, bool (H, W), true where the file is white.

    `shape` is (H, W) of the picture in pixels. Raises `InputError` for a file that cannot be read as a picture, has
    another size, shows colours, is see-through, holds values between black and white, or is of one value throughout.
    """
    picture = read(path, max_pixels=max_pixels)

    def fault(what: str, hint: str) -> InputError:
        return InputError(f"the mask {what}", where=show(path), hint=hint)

    height, width = picture.pixels.shape[:2]
    if (height, width) != tuple(shape):
        size = f"{width}x{height} and not {shape[1]}x{shape[0]}"
        raise fault(f"has another size than its picture, {size}", "a mask says of each pixel whether it is damaged")
    if picture.alpha is not None and not (picture.alpha == 1).all():
        raise fault("is see-through (alpha)", "save it as black and white alone")
    if not is_grey(picture.pixels):
        raise fault("shows colours", "save it as black and white: white is damaged")
    values = picture.pixels[..., 0]
    between = int(((values > 0) & (values < 1)).sum())
    if between:
        share = f"{between:,} of {values.size:,} pixels are neither black nor white"
        raise fault(f"is not two-valued: {share}", "save it as black and white, as PNG: JPEG blurs the edge")
    mask: NDArray[np.bool_] = values == 1
    if not mask.any():
        raise fault("is empty: it is black throughout, so that nothing is damaged", "white is damaged")
    if mask.all():
        raise fault("is white throughout, so that everything is damaged", "black is left as it is")
    return mask
