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
from restore.builtin.models.find_restore.networks import FINDER_STRIDE, SURE, SUSPECTED

if TYPE_CHECKING:
    import keras

AT_ONCE = 64 * 96 * 96
"""Pixels that a network gets at once."""
FOUND = 0.5
"""Probability above which the engine replaces a pixel."""
REACH = 5
"""Side of the square by which found damage is marked wider: two pixels in all directions."""
OUTPUTS = ("image", "mask", "confidence", "errors")

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Restoration:
    """Both networks at work."""

    finder: keras.Model
    restorer: keras.Model

    def __call__(self, images: Array, masks: NDArray[np.bool_] | None) -> dict[str, Array]:
        """Return `image`, `mask` and `confidence` for images (N, H, W, C) within masks (N, H, W), or what is found.

        Found damage is marked a little wider, and the restorer says which of these pixels are damaged.
        """
        given = masks is not None
        if masks is None:
            mask = self.find(images)
            masks = _widened(mask[..., 0] > FOUND)
        else:
            mask = masks[..., None].astype(np.float32)
        image, confidence = images.copy(), np.ones_like(mask)
        marker = np.where(masks, SURE if given else SUSPECTED, 0)[..., None].astype(np.float32)
        for i, blend in self._blends(np.concatenate([images, marker], axis=-1), masks):
            parts = np.split(blend.mean, np.cumsum([images.shape[-1], 1, 1, 1]), axis=-1)
            restored, damaged, sure, before, after = parts
            better = masks[i][..., None] & (after < before)
            if not given:
                mask[i] = np.where(better, damaged, np.minimum(mask[i], FOUND))
                better &= damaged > FOUND
            image[i] = np.where(better, restored, images[i])
            confidence[i] = np.where(better, sure, 1)
        return {"image": image, "mask": mask, "confidence": confidence}

    def find(self, images: Array) -> Array:
        """Return the probability of damage, (N, H, W, 1)."""
        height, width = images.shape[1:3]
        found: Array = _predict(self.finder, pad(images, FINDER_STRIDE))["mask"]
        return found[:, :height, :width]

    def _blends(self, marked: Array, masks: NDArray[np.bool_]) -> Iterator[tuple[int, windows.Blend]]:
        """Yield the index of each image with damage, and what its windows hold."""
        shapes: dict[tuple[int, int], list[tuple[int, windows.Window]]] = {}
        for i, mask in enumerate(masks):
            for window in windows.plan(mask):
                shapes.setdefault((window.height, window.width), []).append((i, window))
        blends: dict[int, windows.Blend] = {}
        height, width, channels = marked.shape[1:]
        for placed in shapes.values():
            outputs = _predict(self.restorer, np.stack([window.cut(marked[i]) for i, window in placed]))
            values = np.concatenate([outputs[name] for name in OUTPUTS], axis=-1)
            for (i, window), value in zip(placed, values, strict=True):
                blends.setdefault(i, windows.Blend(height, width, channels + 3)).add(window, value)
        yield from blends.items()


def _widened(masks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return masks (N, H, W) of which those with damage are wider."""
    wider = masks.copy()
    for i in np.flatnonzero(masks.any(axis=(1, 2))):
        wider[i] = ndimage.maximum_filter(masks[i], REACH)
    return wider


def _predict(model: keras.Model, inputs: Array) -> dict[str, Array]:
    """Return a network's outputs; `predict` takes longer to begin than a small network to compute."""
    count = max(1, AT_ONCE // (inputs.shape[1] * inputs.shape[2]))
    parts = [model.predict_on_batch(inputs[start : start + count]) for start in range(0, len(inputs), count)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
