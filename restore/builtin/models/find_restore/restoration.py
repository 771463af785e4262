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
WIDER = 2
"""Pixels by which found damage is marked wider."""
OUTPUTS = ("image", "mask", "confidence", "errors")

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Restoration:
    """Both networks at work."""

    finder: keras.Model
    restorer: keras.Model

    def __call__(self, images: Array, masks: NDArray[np.bool_] | None) -> dict[str, Array]:
        """Return `image`, `mask` and `confidence` for images (N, H, W, C) within masks (N, H, W), or what is found.

        Found damage is marked a little wider, and the restorer says which of these pixels are damaged, and where its
        image is nearer the truth.
        """
        mask = self.find(images) if masks is None else masks[..., None].astype(np.float32)
        image, confidence = images.copy(), np.ones_like(mask)
        for i, marked, blend in self._blends(images, mask[..., 0] > FOUND, 0 if masks is not None else WIDER):
            restored, damaged, sure, before, after = np.split(blend, np.cumsum([images.shape[-1], 1, 1, 1]), axis=-1)
            replaced = marked[..., None]
            if masks is None:
                mask[i] = np.where(replaced & (after < before), damaged, np.minimum(mask[i], FOUND))
                replaced = mask[i] > FOUND
            image[i] = np.where(replaced, restored, images[i])
            confidence[i] = np.where(replaced, sure, 1)
        return {"image": image, "mask": mask, "confidence": confidence}

    def find(self, images: Array) -> Array:
        """Return the probability of damage, (N, H, W, 1)."""
        height, width = images.shape[1:3]
        found: Array = _predict(self.finder, pad(images, FINDER_STRIDE))["mask"]
        return found[:, :height, :width]

    def _blends(
        self, images: Array, masks: NDArray[np.bool_], wider: int
    ) -> Iterator[tuple[int, NDArray[np.bool_], Array]]:
        """Yield the index of each image with damage, what was marked, and the blended outputs of its windows.

        More is marked than `masks` by `wider` pixels.
        """
        shapes: dict[tuple[int, int], list[tuple[int, windows.Window, Array]]] = {}
        marks: dict[int, NDArray[np.bool_]] = {}
        for i in map(int, np.flatnonzero(masks.any(axis=(1, 2)))):
            marks[i] = ndimage.maximum_filter(masks[i], 2 * wider + 1)
            for window in windows.plan(masks[i]):
                cut = np.concatenate([window.cut(images[i]), window.cut(marks[i])[..., None]], axis=-1)
                shapes.setdefault((window.height, window.width), []).append((i, window, cut.astype(np.float32)))
        blends = {i: windows.Blend(images.shape[1], images.shape[2], images.shape[3] + 4) for i in marks}
        for placed in shapes.values():
            outputs = _predict(self.restorer, np.stack([cut for _, _, cut in placed]))
            values = np.concatenate([outputs[name] for name in OUTPUTS], axis=-1)
            for (i, window, _), value in zip(placed, values, strict=True):
                blends[i].add(window, value)
        for i, blend in blends.items():
            yield i, marks[i], blend.mean


def _predict(model: keras.Model, inputs: Array) -> dict[str, Array]:
    """Return a network's outputs; `predict` takes longer to begin than a small network to compute."""
    count = max(1, AT_ONCE // (inputs.shape[1] * inputs.shape[2]))
    parts = [model.predict_on_batch(inputs[start : start + count]) for start in range(0, len(inputs), count)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
