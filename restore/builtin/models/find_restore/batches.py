"""What the two networks learn from: whole images, and windows near the damage."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restore.api import TrainingBatch
from restore.builtin.models.find_restore import windows
from restore.builtin.models.find_restore.experts import expert_of
from restore.builtin.models.find_restore.networks import FINDER_STRIDE

SIDE = 64
"""Side of the windows in training, in pixels."""
JITTER = 8
"""Pixels by which such a window is moved at most, so that damage does not always lie in its middle."""
WIDER = 3
"""Pixels by which damage is marked wider than it is, at most."""
SLOPPY = 0.1
"""Share of windows in which it is."""
FALSE = 0.1
"""Share of windows in which nothing that is marked is damaged: what looks intact is to be left as it is."""
SHARE = 3
"""Images of a batch for each window of an expert: most have none for it."""
INTACT = 0.5
"""Undamaged images in the finder's batch, for each damaged one."""

Batch = tuple[Any, Any] | tuple[Any, Any, Any]
Cut = tuple[NDArray[np.float32], NDArray[np.float32]]
"""A window, and what is clean there."""


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


def windows_near(batch: TrainingBatch, expert: str = "") -> Batch:
    """Return a restorer's batch: a window of every image near its damage, mirrored at random.

    Some marks are wider than the damage, as painted ones are, and now and then nothing that is marked is damaged. The loss
    of the image is its mean over the marked pixels. An `expert` gets its share of windows, its own where there are any.
    """
    cut = [_window(batch, i) for i in range(len(batch.clean))]
    windows_, clean = zip(*(_share(batch, cut, expert) if expert else cut), strict=True)
    inputs = np.stack(windows_)
    marked = inputs[..., -1]
    return inputs, {"image": np.stack(clean)}, {"image": marked / max(float(marked.mean()), 1 / marked.size)}


def _share(batch: TrainingBatch, cut: list[Cut], expert: str) -> list[Cut]:
    """Return an expert's share of the windows; where too few are its own, more are cut from the images of those."""
    own = [i for i, (window, _) in enumerate(cut) if expert_of(window) == expert] or list(range(len(cut)))
    count = max(1, len(cut) // SHARE)
    share = [cut[i] for i in own[:count]]
    while len(share) < count:
        i = own[len(share) % len(own)]
        more = _window(batch, i)
        share.append(more if expert_of(more[0]) == expert else cut[i])
    return share


def _window(batch: TrainingBatch, i: int) -> Cut:
    """Return what the restorer sees of one image, and what is clean there."""
    rng = batch.rng
    clean, damaged, mask = batch.clean[i], batch.damaged[i], batch.masks[i]
    window = _near(mask, rng)
    intact = rng.random() < FALSE
    wider = int(rng.integers(1, WIDER + 1)) if rng.random() < SLOPPY else 0
    marked = window.cut(ndimage.maximum_filter(mask, 2 * wider + 1))
    step = 1 if rng.random() < 0.5 else -1
    seen, clean, marked = (
        one[:, ::step] for one in (window.cut(clean if intact else damaged), window.cut(clean), marked)
    )
    return np.concatenate([seen, marked[..., None]], axis=-1, dtype=np.float32), clean


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
    planned = [one for group in windows.plan(mask) for one in group.windows] or [windows.Window(0, 0, *mask.shape)]
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
