"""Fitting an image to the size of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from restore.plugins.values import Images, Masks

Fit = Literal["pad", "crop", "resize"]
Size = tuple[int, int]


def fit_image(image: Images, size: Size, fit: Fit, fill: Images | None = None) -> Images:
    """Return an image, float32 (H, W, C) in [0, 1], with `size` (H, W).

    `pad`: not scaled; shorter sides are padded with `fill` (C values, by default `border_of` the image), longer sides
    are cropped around the centre. `crop`: scaled to just cover `size`, then cropped around the centre. `resize`: scaled
    to `size` without keeping the aspect ratio. Scaling is antialiased (Lanczos, Pillow's kernel of radius 3) and clipped
    to [0, 1].
    """
    if fit == "pad":
        return _centred(image, size, border_of(image) if fill is None else fill)
    height, width = image.shape[:2]
    if fit == "resize":
        return _scaled(image, size)
    factor = max(size[0] / height, size[1] / width)
    covering = max(size[0], round(height * factor)), max(size[1], round(width * factor))
    return _centred(_scaled(image, covering), size, np.zeros(image.shape[2], np.float32))


def fit_mask(mask: Masks, size: Size, fit: Fit) -> Masks:
    """Return a mask, bool (H, W), with `size`: true wherever a true pixel contributes, false in the padding."""
    share = fit_image(mask[..., None].astype(np.float32), size, fit, np.zeros(1, np.float32))
    wide: Masks = share[..., 0] > 0
    return wide


def border_of(image: Images) -> Images:
    """Return the median of the outermost pixels, float32 (C,): in most images, the background."""
    edges = [image[0], image[-1], image[:, 0], image[:, -1]]
    median: Images = np.quantile(np.concatenate(edges), 0.5, axis=0, method="lower").astype(np.float32)
    return median


def _centred(image: Images, size: Size, fill: Images) -> Images:
    """Return an image cropped and padded around its centre; an odd pixel is removed or added at the bottom and right."""
    height, width = size
    top, left = ((have - want) // 2 if have > want else 0 for have, want in zip(image.shape, size, strict=False))
    cut = image[top : top + height, left : left + width]
    if cut.shape[:2] == size:
        return cut
    filled = np.broadcast_to(fill, (height, width, image.shape[2])).astype(np.float32)
    top, left = (height - cut.shape[0]) // 2, (width - cut.shape[1]) // 2
    filled[top : top + cut.shape[0], left : left + cut.shape[1]] = cut
    return filled


def _scaled(image: Images, size: Size) -> Images:
    """Return an image scaled to `size`, channel by channel."""
    from PIL import Image

    if image.shape[:2] == size:
        return image
    height, width = size
    planes = [
        np.asarray(Image.fromarray(np.ascontiguousarray(plane)).resize((width, height), Image.Resampling.LANCZOS))
        for plane in np.moveaxis(image, 2, 0)
    ]
    scaled: Images = np.stack(planes, axis=2).clip(0, 1)
    return scaled
