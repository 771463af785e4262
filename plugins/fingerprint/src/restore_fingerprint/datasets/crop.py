"""Removal of everything around a print: the frame of a screenshot and blank background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.datasets.dpi import ridge_period
from restore_fingerprint.ridges import foreground

Cropping: TypeAlias = Literal["none", "frame", "blank"]
Array = TypeVar("Array", bound=NDArray[Any])

EVEN, ODD = 0.12, 0.02
"""Largest grey-value range of a frame line, and how much darker than the background it is; and the share of its lowest
and of its highest values ignored as outliers. SOCOFing's subject 53 was stored with lossy compression: grey values of
its frame lines span up to 28/255, apart from a few in the corners."""
PAPER = 0.95
"""Quantile of the grey values used as the background's: about half of a print is valley, as bright as background."""
SMALL = 3.2
"""SOCOFing's ridge period in pixels: assumed where none can be measured, and the scale for segmentation."""
REACH = 1.25
"""Ridge periods over which the segmentation averages, a little over one."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle of `height` by `width` pixels at row `top` and column `left` of an image of size `of` (H, W)."""

    top: int
    left: int
    height: int
    width: int
    of: tuple[int, int]

    def __post_init__(self) -> None:
        """Raise `ValueError` for a rectangle that is empty or extends beyond its image."""
        inside = 0 <= self.top <= self.of[0] - self.height and 0 <= self.left <= self.of[1] - self.width
        if not inside or self.height < 1 or self.width < 1:
            raise ValueError(f"empty or outside its image: {self}")

    @classmethod
    def whole(cls, shape: Sequence[int]) -> Crop:
        """Return the crop that keeps an image of `shape` (H, W, ...) whole."""
        return cls(0, 0, shape[0], shape[1], (shape[0], shape[1]))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Crop:
        """Return the crop that `to_json` wrote."""
        height, width = values["of"]
        return cls(values["top"], values["left"], values["height"], values["width"], (height, width))

    def to_json(self) -> dict[str, Any]:
        """Return the crop as plain JSON."""
        sides = {"top": self.top, "left": self.left, "height": self.height, "width": self.width}
        return {**sides, "of": list(self.of)}

    def cut(self, image: Array) -> Array:
        """Return the part of an array (H, W, ...) inside the crop; raises `ValueError` for another (H, W)."""
        return cast("Array", self._of(image)[self._rows, self._columns])

    def put_back(self, part: Array, image: Array) -> Array:
        """Return a copy of an array (H, W, ...) with `part` (height, width, ...) in its place.

        Raises `ValueError` where either has another size.
        """
        if part.shape[:2] != (self.height, self.width):
            raise ValueError(f"part of size {part.shape[:2]} does not fit {self}")
        put = self._of(image).copy()
        put[self._rows, self._columns] = part
        return put

    def inside(self, inner: Crop) -> Crop:
        """Return `inner`, a crop of the cropped image, as a crop of the whole image."""
        if inner.of != (self.height, self.width):
            raise ValueError(f"{inner} does not fit the part of {self}")
        return Crop(self.top + inner.top, self.left + inner.left, inner.height, inner.width, self.of)

    def _of(self, image: Array) -> Array:
        if image.shape[:2] != self.of:
            raise ValueError(f"image of size {image.shape[:2]} does not fit {self}")
        return image

    @property
    def _rows(self) -> slice:
        return slice(self.top, self.top + self.height)

    @property
    def _columns(self) -> slice:
        return slice(self.left, self.left + self.width)


def find_crop(image: NDArray[np.float32], what: Cropping) -> Crop:
    """Return the crop of an image, float32 (H, W, C) in [0, 1], that removes its frame, or frame and blank background.

    With 2 or 4 channels the last is alpha. Where nothing would remain, nothing is removed.
    """
    if what == "none":
        return Crop.whole(image.shape)
    framed = _find_print(image)
    return framed if what == "frame" else framed.inside(_find_foreground(_grey(framed.cut(image))))


def _find_print(image: NDArray[np.float32]) -> Crop:
    """Return the crop that removes the frame.

    A border line belongs to the frame where it is transparent, or uniform and darker than the background: blank
    background is part of the impression. Lines are removed from all sides in turn, since those of a frame intersect.
    """
    grey, clear = _grey(image), _clear(image)
    seen = grey[~clear] if clear.any() and not clear.all() else grey.ravel()
    paper = float(np.partition(seen, place := int(PAPER * (seen.size - 1)))[place])
    top, bottom, left, right = 0, grey.shape[0], 0, grey.shape[1]

    def is_frame(line: NDArray[np.float32], transparent: NDArray[np.bool_]) -> bool:
        if transparent.all():
            return True
        ordered, odd = np.sort(line), int(ODD * line.size)
        low, high = float(ordered[odd]), float(ordered[-1 - odd])
        return high - low <= EVEN and high < paper - EVEN

    before = None
    while before != (top, bottom, left, right):
        before = top, bottom, left, right
        if bottom - top < 2 or right - left < 2:
            return Crop.whole(grey.shape)
        rows, columns = slice(top, bottom), slice(left, right)
        top += is_frame(grey[top, columns], clear[top, columns])
        bottom -= is_frame(grey[bottom - 1, columns], clear[bottom - 1, columns])
        left += is_frame(grey[rows, left], clear[rows, left])
        right -= is_frame(grey[rows, right - 1], clear[rows, right - 1])
    return Crop(top, left, bottom - top, right - left, (grey.shape[0], grey.shape[1]))


def finger_in(image: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return where an image, float32 (H, W, C) in [0, 1], shows the finger, bool (H, W)."""
    grey = _grey(image)
    _, step, shown = _foreground(grey)
    whole: NDArray[np.bool_] = np.kron(shown, np.ones((step, step), np.bool_))
    return whole[: grey.shape[0], : grey.shape[1]]


def _foreground(grey: NDArray[np.float32]) -> tuple[float, int, NDArray[np.bool_]]:
    """Return the ridge period of an image (H, W), a step in pixels, and the foreground at every such step."""
    found = ridge_period(grey)
    ridge = found if np.isfinite(found) else SMALL
    step = max(1, int(ridge / SMALL))  # local contrast survives subsampling, and is computed faster
    return ridge, step, foreground(grey[::step, ::step], sigma=REACH * ridge / step)


def _find_foreground(grey: NDArray[np.float32]) -> Crop:
    """Return the bounding box of the foreground of an image (H, W), with a margin of one ridge period.

    Returns the whole image where it has no foreground.
    """
    ridge, step, shown = _foreground(grey)
    if not shown.any():
        return Crop.whole(grey.shape)
    margin = round(ridge)
    (top, bottom), (left, right) = (
        (max(0, step * int(lines[0]) - margin), min(length, step * (int(lines[-1]) + 1) + margin))
        for lines, length in zip((np.flatnonzero(shown.any(1 - axis)) for axis in (0, 1)), grey.shape, strict=True)
    )
    return Crop(top, left, bottom - top, right - left, (grey.shape[0], grey.shape[1]))


def _grey(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the grey values (H, W) of an image (H, W, C): the mean of its colour channels."""
    colours = image.shape[2] - 1 + image.shape[2] % 2
    grey: NDArray[np.float32] = image[..., 0] if colours == 1 else image[..., :colours].mean(axis=2)
    return grey


def _clear(image: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return where an image (H, W, C) is fully transparent, bool (H, W)."""
    if image.shape[2] in (1, 3):
        return np.zeros(image.shape[:2], np.bool_)
    clear: NDArray[np.bool_] = image[..., -1] == 0
    return clear
