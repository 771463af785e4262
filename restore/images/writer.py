"""The writer of image files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from restore.errors import WorkError
from restore.images.encoder import Kept, encode, stored
from restore.images.image_file import Depth, ImageFile
from restore.images.outputs import format_of, require_fit, same_format
from restore.images.properties import NOTHING, Properties
from restore.system.files import write_whole
from restore.text import show

if TYPE_CHECKING:
    from restore.images.image_file import Pixels


def write(
    path: str | os.PathLike[str],
    image: Pixels,
    *,
    depth: Depth | None = None,
    like: ImageFile | None = None,
    comment: str = "",
    overwrite: bool = False,
    name: str = "",
) -> None:
    """Write an image (H, W, C), float32 in [0, 1] or as stored, C = 1 or 3, in the format `name`, by default the path's ending.

    `name` is Pillow's. `depth` is the bits of a stored value, by default those of `like`, else 8; the alpha of `like` is
    put back where its shape is the image's, and its properties are kept as far as the format can (`losses` names the
    others). `comment` is written where the format has a place for it (BMP, GIF, PNM and WebP have none). The file is
    written whole or not at all. Raises `RequestError` for a format that is not written or does not hold the image, and
    for a path that is taken; `WorkError` where writing fails.
    """
    path = Path(path)
    data = encoded(path, image, depth=depth, like=like, comment=comment, name=name)
    write_whole(path, data, overwrite=overwrite)


def encoded(
    path: Path,
    image: Pixels,
    *,
    depth: Depth | None = None,
    like: ImageFile | None = None,
    comment: str = "",
    name: str = "",
) -> bytes:
    """Return the bytes that `write` writes to a path; raises as it does."""
    import numpy as np

    if image.ndim != 3 or image.shape[2] not in (1, 3) or not _is_in_range(image):
        what = f"not an image (H, W, 1 or 3) with values from 0 to 1: {image.shape}"
        raise WorkError(what, code="not-an-image", where=show(path))
    depth, ending = depth or (like.depth if like else 8), "" if name else path.suffix.lower()
    name = name or format_of(path)
    alpha = like.alpha if like and like.alpha is not None and like.alpha.shape == image.shape[:2] else None
    own = like is not None and same_format(like.format) == name
    require_fit(name, image, depth, alpha=alpha is not None, where=show(path), ending=ending, own=own)
    values = stored(image, depth)
    if alpha is not None:
        values = np.concatenate([values, stored(alpha, depth)[..., None]], axis=2)
    return encode(values, name, Kept(_properties(like), own=own, comment=comment))


def _is_in_range(image: Pixels) -> bool:
    return image.dtype.kind == "u" or bool(image.min() >= 0 and image.max() <= 1)


def _properties(like: ImageFile | None) -> Properties:
    """Return the properties of an image; one that comes from no file may have a resolution alone."""
    if like is None:
        return NOTHING
    return Properties((like.dpi, like.dpi)) if like.properties is NOTHING else like.properties
