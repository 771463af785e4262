"""What the two networks learn from: whole images, and windows near the damage."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restore.api import TrainingBatch
from restore.builtin.models.find_restore import windows
from restore.builtin.models.find_restore.networks import FINDER_STRIDE

SIDE = 64
"""Side of the windows in training, in pixels."""
JITTER = 8
"""Pixels by which such a window is moved at most, so that damage does not always lie in its middle."""
SLOPPY = 0.5
"""Share of windows whose mask is wider than the damage by 1 to 3 pixels, as found or painted masks are."""
INTACT = 0.25
"""Undamaged images in the finder's batch, for each damaged one."""

Batch = tuple[Any, Any] | tuple[Any, Any, Any]


def whole_images(batch: TrainingBatch) -> Batch:
    """Return the finder's batch: damaged images and some undamaged ones, mirrored at random."""
    count = len(batch.clean)
    intact = batch.rng.permutation(count)[: round(INTACT * count)]
    images = np.concatenate([batch.damaged, batch.clean[intact]])
    masks = np.concatenate([batch.masks, np.zeros((len(intact), *batch.masks.shape[1:]), bool)])
    mirrored = batch.rng.random(len(images)) < 0.5
    images, masks = _mirror(images, mirrored), _mirror(masks, mirrored)
    images, masks = (pad(one, FINDER_STRIDE) for one in (images, masks))
    return images, {"mask": masks[..., None].astype(np.float32)}


def windows_near(batch: TrainingBatch) -> Batch:
    """Return the restorer's batch: a window of every image near its damage, mirrored at random.

    The loss is its mean over the pixels of the mask, as wide as the restorer sees it.
    """
    x, y, holes = [], [], []
    for clean, damaged, true in zip(batch.clean, batch.damaged, batch.masks, strict=True):
        mask = _widened(true, batch.rng)
        window = _near(mask, batch.rng)
        parts = [window.cut(one) for one in (damaged, clean, mask)]
        if batch.rng.random() < 0.5:
            parts = [one[:, ::-1] for one in parts]
        image, target, hole = parts
        x.append(np.concatenate([image, hole[..., None]], axis=-1, dtype=np.float32))
        y.append(target)
        holes.append(hole)
    hole = np.stack(holes).astype(np.float32)
    return np.stack(x), {"image": np.stack(y)}, {"image": hole / max(float(hole.mean()), 1 / hole.size)}


def pad(images: NDArray[Any], multiple: int) -> NDArray[Any]:
    """Return images (N, H, W, ...) whose last row and column are repeated up to multiples of `multiple`."""
    lacking = [(0, -side % multiple) for side in images.shape[1:3]]
    if not any(after for _, after in lacking):
        return images
    return np.pad(images, [(0, 0), *lacking, *[(0, 0)] * (images.ndim - 3)], mode="edge")


def _mirror(images: NDArray[Any], which: NDArray[np.bool_]) -> NDArray[Any]:
    return np.where(which.reshape(-1, *[1] * (images.ndim - 1)), images[:, :, ::-1], images)


def _widened(mask: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.bool_]:
    if rng.random() >= SLOPPY:
        return mask
    size = 2 * int(rng.integers(1, 4)) + 1
    wider: NDArray[np.bool_] = ndimage.maximum_filter(mask, size)
    return wider


def _near(mask: NDArray[np.bool_], rng: np.random.Generator) -> windows.Window:
    """Return a window for training: one of those that would be restored, or a part of it, moved a little."""
    planned = list(windows.plan(mask)) or [windows.Window(0, 0, *mask.shape)]
    one = planned[int(rng.integers(len(planned)))]
    top, left = (
        _start(start, length, side, rng)
        for start, length, side in zip((one.top, one.left), (one.height, one.width), mask.shape, strict=True)
    )
    return windows.Window(top, left, SIDE, SIDE)


def _start(start: int, length: int, side: int, rng: np.random.Generator) -> int:
    """Return where a window of training starts, given that of the planned one."""
    slack = max(0, length - SIDE)
    moved = start + (length - SIDE - slack) // 2 + int(rng.integers(slack + 1)) + int(rng.integers(-JITTER, JITTER + 1))
    return max(0, min(moved, side - SIDE))
