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
WIDER = 3
"""Pixels by which damage is marked wider than it is, at most, as where it is found or painted."""
SLOPPY = 0.5
"""Share of windows in which it is."""
FALSE = 0.03
"""Share of windows in which nothing that is marked is damaged."""
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

    More is marked than is damaged, as where damage is found or painted, and now and then nothing of it is damaged. The
    loss of the image is its mean over the damaged pixels, that of the mask over all.
    """
    inputs, clean, masks = zip(*(_window(batch, i) for i in range(len(batch.clean))), strict=True)
    hole = np.stack(masks).astype(np.float32)
    targets = {"image": np.stack(clean), "mask": hole[..., None]}
    weights = {"image": hole / max(float(hole.mean()), 1 / hole.size), "mask": np.ones_like(hole)}
    return np.stack(inputs), targets, weights


def _window(batch: TrainingBatch, i: int) -> tuple[NDArray[Any], ...]:
    """Return what the restorer sees of one image, what is clean, and damaged there."""
    rng = batch.rng
    clean, damaged, mask = batch.clean[i], batch.damaged[i], batch.masks[i]
    wider = int(rng.integers(1, WIDER + 1)) if rng.random() < SLOPPY else 0
    marked = ndimage.maximum_filter(mask, 2 * wider + 1)
    window = _near(mask, rng)
    if rng.random() < FALSE:
        damaged, mask = clean, np.zeros_like(mask)
    step = 1 if rng.random() < 0.5 else -1
    damaged, clean, mask, marked = (window.cut(one)[:, ::step] for one in (damaged, clean, mask, marked))
    return np.concatenate([damaged, marked[..., None]], axis=-1, dtype=np.float32), clean, mask


def pad(images: NDArray[Any], multiple: int) -> NDArray[Any]:
    """Return images (N, H, W, ...), any values, whose last row and column are repeated to multiples of `multiple`."""
    lacking = [(0, -side % multiple) for side in images.shape[1:3]]
    if not any(after for _, after in lacking):
        return images
    return np.pad(images, [(0, 0), *lacking, *[(0, 0)] * (images.ndim - 3)], mode="edge")


def _mirror(images: NDArray[Any], which: NDArray[np.bool_]) -> NDArray[Any]:
    return np.where(which.reshape(-1, *[1] * (images.ndim - 1)), images[:, :, ::-1], images)


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
