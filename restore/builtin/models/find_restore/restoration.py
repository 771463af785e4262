"""Restoration: damage found in whole images, restored in windows, kept where that is expected to be better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restore.builtin.models.find_restore import windows
from restore.builtin.models.find_restore.batches import pad
from restore.builtin.models.find_restore.networks import FINDER_STRIDE

if TYPE_CHECKING:
    import keras

AT_ONCE = 64 * 96 * 96
"""Pixels that a network gets at once."""
FOUND = 0.5
"""Probability above which the engine replaces a pixel."""
AROUND = 15
"""Side of the square over which expected errors are averaged: single pixels are hard to predict."""
TRUST = 2.0
"""Expected error of the restored image, in those of its input, from which the input is kept: on dark prints, where a
black box costs little, errors of the restored image are overestimated (docs/decisions/0008-find-then-restore.md)."""
OUTPUTS = ("image", "confidence", "errors")

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Restoration:
    """Both networks at work."""

    finder: keras.Model
    restorer: keras.Model

    def __call__(self, images: Array, masks: NDArray[np.bool_] | None) -> dict[str, Array]:
        """Return `image`, `mask` and `confidence` for images (N, H, W, C) within masks (N, H, W), or what is found.

        What is found is replaced only where that is not expected to do harm.
        """
        mask = self.find(images) if masks is None else masks[..., None].astype(np.float32)
        image, confidence = images.copy(), np.ones_like(mask)
        for i, blend in self._blends(images, mask[..., 0] > FOUND):
            restored, sure, before, after = np.split(blend, np.cumsum([images.shape[-1], 1, 1]), axis=-1)
            if masks is None:
                mask[i] = np.where(_better(before, after, mask[i] > FOUND), mask[i], np.minimum(mask[i], FOUND))
            replaced = mask[i] > FOUND
            image[i] = np.where(replaced, restored, images[i])
            confidence[i] = np.where(replaced, sure, 1)
        return {"image": image, "mask": mask, "confidence": confidence}

    def find(self, images: Array) -> Array:
        """Return the probability of damage, (N, H, W, 1)."""
        height, width = images.shape[1:3]
        found: Array = _predict(self.finder, pad(images, FINDER_STRIDE))["mask"]
        return found[:, :height, :width]

    def _blends(self, images: Array, masks: NDArray[np.bool_]) -> Iterator[tuple[int, Array]]:
        """Yield the index of each image with damage, and the blended outputs of its windows."""
        shapes: dict[tuple[int, int], list[tuple[int, windows.Window]]] = {}
        blends: dict[int, windows.Blend] = {}
        height, width, channels = images.shape[1:]
        for i in map(int, np.flatnonzero(masks.any(axis=(1, 2)))):
            blends[i] = windows.Blend(height, width, channels + 3)
            for window in windows.plan(masks[i]):
                shapes.setdefault((window.height, window.width), []).append((i, window))
        for placed in shapes.values():
            cuts = [np.concatenate([w.cut(images[i]), w.cut(masks[i])[..., None]], axis=-1) for i, w in placed]
            outputs = _predict(self.restorer, np.stack(cuts).astype(np.float32, copy=False))
            values = np.concatenate([outputs[name] for name in OUTPUTS], axis=-1)
            for (i, window), value in zip(placed, values, strict=True):
                blends[i].add(window, value)
        for i, blend in blends.items():
            yield i, blend.mean


def _better(before: Array, after: Array, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where the errors expected after restoration, (H, W, 1), are small beside those before it.

    Both are means over the pixels of the mask around each one.
    """
    gain = ndimage.uniform_filter(np.where(mask, TRUST * before - after, 0), (AROUND, AROUND, 1))
    return np.asarray(gain > 0)


def _predict(model: keras.Model, inputs: Array) -> dict[str, Array]:
    """Return a network's outputs; `predict` takes longer to begin than a small network to compute."""
    count = max(1, AT_ONCE // (inputs.shape[1] * inputs.shape[2]))
    parts = [model.predict_on_batch(inputs[start : start + count]) for start in range(0, len(inputs), count)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
