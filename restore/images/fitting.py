"""Fitting an image to the size of a run, and back to its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from restore.images.image_file import Pixels

    Mask = NDArray[np.bool_]

Fit = Literal["pad", "crop", "resize", "window"]
Size = tuple[int, int]
Rectangle = tuple[slice, slice]


@dataclass(frozen=True, slots=True)
class Fitting:
    """How an image of `shape` (H, W) is fitted to `size` (H, W), and back.

    `pad`: not scaled; shorter sides are padded, longer sides are cropped around the centre. `crop`: scaled to just cover
    `size`, then cropped around the centre. `resize`: scaled to `size` without keeping the aspect ratio. `window`: not
    changed, since windows of `size` are taken from it. Scaling is antialiased (Lanczos, Pillow's kernel of radius 3)
    and clipped to [0, 1].
    """

    shape: Size
    size: Size
    fit: Fit

    @property
    def scaled(self) -> Size:
        """The size (H, W) after scaling, before padding and cropping."""
        if self.fit == "resize":
            return self.size
        if self.fit == "crop":
            factor = max(want / have for want, have in zip(self.size, self.shape, strict=True))
            height, width = (max(want, round(have * factor)) for want, have in zip(self.size, self.shape, strict=True))
            return height, width
        return self.shape

    @property
    def dropped(self) -> float:
        """The share of the image's area that is cropped away."""
        if self.fit == "window":
            return 0.0
        (rows, columns), (height, width) = self._places[0], self.scaled
        kept: int = (rows.stop - rows.start) * (columns.stop - columns.start)
        return 1 - kept / (height * width)

    def apply(self, image: Pixels, fill: Pixels | None = None) -> Pixels:
        """Return an image, float32 (H, W, C) in [0, 1], fitted; padded with `fill` (C values, by default its border)."""
        if self.fit == "window":
            return image
        scaled = _scaled(image, self.scaled)
        if self.scaled == self.size:
            return scaled
        inner, outer = self._places
        fill = border_of(image) if fill is None else fill
        fitted = np.broadcast_to(fill, (*self.size, image.shape[2])).astype(np.float32)
        fitted[outer] = scaled[inner]
        return fitted

    def apply_to_mask(self, mask: Mask) -> Mask:
        """Return a mask, bool (H, W), fitted: true wherever a true pixel contributes, false in the padding."""
        share = self.apply(mask[..., None].astype(np.float32), np.zeros(1, np.float32))
        wide: Mask = share[..., 0] > 0
        return wide

    def revert(self, fitted: Pixels, image: Pixels) -> Pixels:
        """Return `image`, (H, W, C), with `fitted` laid over what was not cropped away, scaled back."""
        if self.fit == "window":
            return fitted
        inner, outer = self._places
        canvas = _scaled(image, self.scaled).copy()
        canvas[inner] = fitted[outer]
        return _scaled(canvas, self.shape)

    def revert_plane(self, plane: Pixels, outside: float) -> Pixels:
        """Return one value for each pixel of the image from `plane`, float32, of `size`; `outside` where cropped away.

        Scaling is linear, so that values stay within those of the plane.
        """
        from PIL import Image

        if self.fit == "window":
            return plane
        inner, outer = self._places
        canvas = np.full(self.scaled, outside, np.float32)
        canvas[inner] = plane[outer]
        if self.scaled == self.shape:
            return canvas
        back = Image.fromarray(canvas).resize(self.shape[::-1], Image.Resampling.BILINEAR)
        return np.asarray(back, np.float32)

    @property
    def _places(self) -> tuple[Rectangle, Rectangle]:
        """What is kept of the scaled image, and where it stands in the fitted one; an odd pixel goes bottom and right."""
        inner, outer = [], []
        for have, want in zip(self.scaled, self.size, strict=True):
            kept = min(have, want)
            inner.append(slice((have - kept) // 2, (have - kept) // 2 + kept))
            outer.append(slice((want - kept) // 2, (want - kept) // 2 + kept))
        return (inner[0], inner[1]), (outer[0], outer[1])


def border_of(image: Pixels) -> Pixels:
    """Return the median of the outermost pixels, float32 (C,): in most images, the background."""
    edges = [image[0], image[-1], image[:, 0], image[:, -1]]
    median: Pixels = np.quantile(np.concatenate(edges), 0.5, axis=0, method="lower").astype(np.float32)
    return median


def _scaled(image: Pixels, size: Size) -> Pixels:
    """Return an image scaled to `size`, channel by channel."""
    from PIL import Image

    if image.shape[:2] == size:
        return image
    height, width = size
    planes = [
        np.asarray(Image.fromarray(np.ascontiguousarray(plane)).resize((width, height), Image.Resampling.LANCZOS))
        for plane in np.moveaxis(image, 2, 0)
    ]
    scaled: Pixels = np.stack(planes, axis=2).clip(0, 1)
    return scaled
