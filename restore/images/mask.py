"""The reader of mask files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from restore.errors import InputError
from restore.images.image_file import MAX_PIXELS, is_grey
from restore.images.reader import read
from restore.text import show

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def read_mask(
    path: str | os.PathLike[str], shape: tuple[int, int], *, max_pixels: int = MAX_PIXELS
) -> NDArray[np.bool_]:
    """Read the mask of an image, bool (H, W), true where the file is white.

    `shape` is (H, W) of the image in pixels. Raises `InputError` for a file that cannot be read as an image, has
    another size, colours, transparent pixels or values between black and white, or is all black or all white.
    """
    image = read(path, max_pixels=max_pixels)

    def fault(what: str, *, code: str, hint: str = "save it as black and white PNG; white is damaged") -> InputError:
        return InputError(what, code=code, where=show(path), hint=hint)

    height, width = image.pixels.shape[:2]
    if (height, width) != tuple(shape):
        what = f"the mask has {width}x{height} pixels, its image {shape[1]}x{shape[0]}"
        raise fault(what, code="other-size", hint="save it at the size of its image")
    if image.alpha is not None and not (image.alpha == 1).all():
        raise fault("the mask is transparent", code="transparent", hint="save it without alpha")
    if not is_grey(image.pixels):
        raise fault("the mask is not binary: it has colours", code="not-binary")
    values = image.pixels[..., 0]
    between = int(((values > 0) & (values < 1)).sum())
    if between:
        what = f"the mask is not binary: {between:,} of {values.size:,} pixels are neither black nor white"
        raise fault(what, code="not-binary")
    mask: NDArray[np.bool_] = values == 1
    if not mask.any():
        raise fault("the mask is all black", code="empty-mask", hint="paint damaged pixels white")
    if mask.all():
        raise fault("the mask is all white", code="full-mask", hint="paint intact pixels black")
    return mask
