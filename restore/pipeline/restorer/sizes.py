"""Images larger than what a network gets at once: in overlapping tiles, or in overlapping windows of a fixed size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from restore.images.fitting import Fitting
from restore.plugins.values import Images, Masks

if TYPE_CHECKING:
    Predict = Callable[[Images, Masks | None], Mapping[str, Images]]

TILE = 1_024
"""Longest side in pixels of a tile, with its margins."""
AT_ONCE = 64
"""Windows given to a network at once."""
AREA = TILE * TILE
"""Most pixels of an image that is not tiled."""


def in_tiles(predict: Predict, images: Images, masks: Masks | None, *, reach: int, stride: int) -> dict[str, Images]:
    """Return outputs for images, float32 (N, H, W, C) in [0, 1], in tiles where they are large, as if predicted whole.

    Tiles overlap by the `reach` of the network and start at multiples of its `stride`, so that every pixel depends on
    what it would depend on in the whole image. Outputs that are no planes are left out.
    """
    height, width = images.shape[1:3]
    if height * width <= AREA:
        return _planes(predict(images, masks), images)
    margin = -(-reach // stride) * stride
    found: dict[str, Images] = {}
    for rows, inner_rows in _tiles(height, margin, stride):
        for columns, inner_columns in _tiles(width, margin, stride):
            part = images[:, rows, columns]
            made = _planes(predict(part, None if masks is None else masks[:, rows, columns]), part)
            kept = (slice(None), _within(inner_rows, rows), _within(inner_columns, columns))
            for name, values in made.items():
                plane = found.setdefault(name, np.empty((*images.shape[:3], values.shape[3]), np.float32))
                plane[:, inner_rows, inner_columns] = values[kept]
    return found


def in_windows(predict: Predict, images: Images, masks: Masks | None, size: tuple[int, int]) -> dict[str, Images]:
    """Return outputs for images, float32 (N, H, W, C) in [0, 1], from a network that takes those of `size` (H, W) alone.

    Windows overlap by half and are blended linearly, so that no seams are seen; smaller images are padded.
    """
    pad = Fitting((images.shape[1], images.shape[2]), size, "pad")
    if any(have < want for have, want in zip(pad.shape, size, strict=True)):
        padded = [max(have, want) for have, want in zip(pad.shape, size, strict=True)]
        grown = Fitting(pad.shape, (padded[0], padded[1]), "pad")
        large = np.stack([grown.apply(image) for image in images])
        wide = None if masks is None else np.stack([grown.apply_to_mask(mask) for mask in masks])
        made = in_windows(predict, large, wide, size)
        top, left = ((want - have) // 2 for have, want in zip(pad.shape, padded, strict=True))
        inside = (slice(None), slice(top, top + pad.shape[0]), slice(left, left + pad.shape[1]))
        return {name: plane[inside] for name, plane in made.items()}
    weight = (_slope(size[0])[:, None] * _slope(size[1]))[..., None]
    total: Images = np.zeros((*images.shape[:3], 1), np.float32)
    found: dict[str, Images] = {}
    places = [
        (i, slice(top, top + size[0]), slice(left, left + size[1]))
        for i in range(len(images))
        for top in _starts(images.shape[1], size[0])
        for left in _starts(images.shape[2], size[1])
    ]
    for start in range(0, len(places), AT_ONCE):
        here = places[start : start + AT_ONCE]
        part = np.stack([images[place] for place in here])
        given = None if masks is None else np.stack([masks[place] for place in here])
        for name, values in _planes(predict(part, given), part).items():
            plane = found.setdefault(name, np.zeros((*images.shape[:3], values.shape[3]), np.float32))
            for place, window in zip(here, values, strict=True):
                plane[place] += weight * window
        for place in here:
            total[place] += weight
    return {name: plane / total for name, plane in found.items()}


def _planes(outputs: Mapping[str, Images], images: Images) -> dict[str, Images]:
    """Return the outputs, (N, H, W, C'), that have values for each pixel of images (N, H, W, C)."""
    return {name: one for name, one in outputs.items() if one.ndim == 4 and one.shape[:3] == images.shape[:3]}


def _tiles(side: int, margin: int, stride: int) -> Iterator[tuple[slice, slice]]:
    """Yield tiles of a side with their margins, and without."""
    step = max(stride, (TILE - 2 * margin) // stride * stride) if side > TILE else side
    for start in range(0, side, step):
        stop = min(start + step, side)
        yield slice(max(0, start - margin), min(side, stop + margin)), slice(start, stop)


def _within(inner: slice, outer: slice) -> slice:
    return slice(inner.start - outer.start, inner.stop - outer.start)


def _starts(side: int, want: int) -> list[int]:
    """Return where windows of length `want` begin that overlap by half and end with the side."""
    count = 1 + max(0, -(-(side - want) // max(1, want // 2)))
    starts: list[int] = np.linspace(0, side - want, count).round().astype(int).tolist()
    return starts


def _slope(length: int) -> NDArray[np.float32]:
    """Return weights that rise linearly to the middle and fall again, none of them 0."""
    place = np.arange(length, dtype=np.float32) + np.float32(0.5)
    slope: NDArray[np.float32] = np.minimum(place, length - place)
    return slope
