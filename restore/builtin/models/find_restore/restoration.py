"""Restoration: damage found in whole images, restored in windows, kept where that is expected to be better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restore.builtin.models.find_restore import paint, windows
from restore.builtin.models.find_restore.batches import pad
from restore.builtin.models.find_restore.experts import expert_of
from restore.builtin.models.find_restore.networks import FINDER_REACH, FINDER_STRIDE

if TYPE_CHECKING:
    import keras

AT_ONCE = 64 * 96 * 96
"""Pixels that a network gets at once."""
CORE = 2048
"""Side of the parts in which damage is searched for in a large image; photographs of 24 megapixels take 1.8 GB at once."""
FOUND = 0.5
"""Probability above which the engine replaces a pixel."""
DOUBTED = 0.05
"""Probability of an alarm from which what has one colour is believed to be damage: a logit of 3 less than of other damage."""
POSSIBLE = 0.02
"""Probability of damage below which a pixel is not taken for paint: where the finder is that sure, it is right."""
AROUND = 15
"""Side of the square over which expected errors are averaged: single pixels are hard to predict."""
OUTPUTS = ("image", "confidence", "errors", "interval")

Array = NDArray[np.float32]
Groups = list[tuple[int, windows.Group]]
"""Damage close together, with the number of its image."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """The networks at work: one restorer, or several of which each window takes one."""

    finder: keras.Model
    restorers: Mapping[str, keras.Model]

    def __call__(self, images: Array, masks: NDArray[np.bool_] | None) -> dict[str, Array]:
        """Return `image`, `mask`, `confidence` and `interval` for images (N, H, W, C).

        Within `masks`, (N, H, W), or where damage is found; what is found is replaced only where that is not expected to do harm.
        """
        if masks is None:
            mask = self.find(images)
        else:
            mask = np.zeros((*masks.shape, 1), np.float32)
            mask[masks] = 1
        found = mask[..., 0] > FOUND
        groups = groups_in(found)
        outputs = self._within(images, found, groups)
        errors = outputs.pop("errors")
        if masks is None:
            for place in places(groups, found.shape):
                kept = found[place] & ~gains(errors, found, place)
                mask[place][kept] = np.minimum(mask[place][kept], FOUND)
                outputs["image"][place][kept] = images[place][kept]
        return {**outputs, "mask": mask}

    def find(self, images: Array) -> Array:
        """Return the probability of damage, (N, H, W, 1), at most one half around places without alarm; paint to its edge."""
        searched = self.search(images)
        found = searched[..., :1].copy()  # without the alarm
        for image, one, alarm in zip(images, found[..., 0], searched[..., 1], strict=True):
            places, count = ndimage.label(one > FOUND, paint.AROUND)
            if count:
                sure, doubted = (_among(places[alarm > bar], count) for bar in (FOUND, DOUBTED))
                damaged = paint.to_its_edge(image, places, one > POSSIBLE, sure, doubted)
                one[damaged & (places == 0)] = 1
                np.minimum(one, FOUND, out=one, where=~damaged)
        return found

    def search(self, images: Array) -> Array:
        """Return what the finder makes of images (N, H, W, C): the probabilities `mask` and `alarm`, (N, H, W, 2).

        Parts of large images overlap by the finder's reach and begin at multiples of its stride, so that they equal the whole.
        """
        height, width = images.shape[1:3]
        if max(height, width) <= CORE + FINDER_REACH:
            return self._search(images)
        found = np.empty((*images.shape[:3], 2), np.float32)
        for top in range(0, height, CORE):
            for left in range(0, width, CORE):
                first = max(0, top - FINDER_REACH), max(0, left - FINDER_REACH)
                seen = np.s_[:, first[0] : top + CORE + FINDER_REACH, first[1] : left + CORE + FINDER_REACH]
                inner = np.s_[:, top - first[0] :, left - first[1] :]
                core = found[:, top : top + CORE, left : left + CORE]
                core[:] = self._search(images[seen])[inner][:, : core.shape[1], : core.shape[2]]
        return found

    def _search(self, images: Array) -> Array:
        height, width = images.shape[1:3]
        padded = pad(images, FINDER_STRIDE)
        at_once = max(1, AT_ONCE // (padded.shape[1] * padded.shape[2]))
        # `predict` takes longer to begin than a small network to compute.
        parts = [self.finder.predict_on_batch(padded[i : i + at_once]) for i in range(0, len(padded), at_once)]
        found = np.concatenate([np.concatenate([one["mask"], one["alarm"]], axis=-1) for one in parts])
        return found[:, :height, :width]

    def within(self, images: Array, masks: NDArray[np.bool_]) -> dict[str, Array]:
        """Return the restorer's outputs, blended, for images (N, H, W, C) in [0, 1] within masks, bool (N, H, W).

        Beyond them, the images are as they were.
        """
        return self._within(images, masks, groups_in(masks))

    def restorer_of(self, image: Array, mask: NDArray[np.bool_], window: windows.Window) -> str:
        """Return which restorer a window of an image (H, W, C), values in [0, 1], takes, given what is marked, bool (H, W)."""
        if len(self.restorers) == 1:
            return next(iter(self.restorers))
        return expert_of(_cut(image, mask, window))

    def _within(self, images: Array, masks: NDArray[np.bool_], groups: Groups) -> dict[str, Array]:
        image, confidence = images.copy(), np.ones((*images.shape[:3], 1), np.float32)
        errors, interval = np.zeros((*images.shape[:3], 2), np.float32), np.zeros_like(confidence)
        for i, group, values in self._restored(images, masks, groups):
            here = i, group.rows, group.columns
            c = images.shape[-1]
            parts = values[:, :c], values[:, c : c + 1], values[:, c + 1 : c + 3], values[:, c + 3 :]
            for whole, part in zip((image, confidence, errors, interval), parts, strict=True):
                whole[here][group.mask] = part
        return {"image": image, "confidence": confidence, "errors": errors, "interval": interval}

    def _restored(
        self, images: Array, masks: NDArray[np.bool_], groups: Groups
    ) -> Iterator[tuple[int, windows.Group, NDArray[np.float32]]]:
        """Yield each group, and what the restorer makes of its K pixels, (K, C + 4)."""
        channels = images.shape[-1] + 4
        blends = [windows.Blend(group, channels) for _, group in groups]
        placed: dict[tuple[str, int, int], list[tuple[int, windows.Blend, windows.Window]]] = {}
        for (i, group), blend in zip(groups, blends, strict=True):
            for window in group.windows:
                alike = self.restorer_of(images[i], masks[i], window), window.height, window.width
                placed.setdefault(alike, []).append((i, blend, window))
        for (name, height, width), ours in placed.items():
            at_once = max(1, AT_ONCE // (height * width))
            for start in range(0, len(ours), at_once):
                part = ours[start : start + at_once]
                cuts = np.stack([_cut(images[i], masks[i], window) for i, _, window in part])
                outputs = self.restorers[name].predict_on_batch(cuts)
                values = np.concatenate([outputs[one] for one in OUTPUTS], axis=-1)
                for (_, blend, window), value in zip(part, values, strict=True):
                    blend.add(window, value)
        for (i, group), blend in zip(groups, blends, strict=True):
            yield i, group, blend.finish()


def _cut(image: Array, mask: NDArray[np.bool_], window: windows.Window) -> Array:
    """Return what a restorer sees: a window of an image, and what is marked in it."""
    return np.concatenate([window.cut(image), window.cut(mask)[..., None]], axis=-1, dtype=np.float32)


def _among(numbers: NDArray[np.int32], count: int) -> NDArray[np.bool_]:
    """Return which of the places from 1 to `count` are among `numbers`, bool (count + 1,)."""
    among = np.zeros(count + 1, np.bool_)
    among[numbers] = True
    among[0] = False
    return among


def groups_in(masks: NDArray[np.bool_]) -> Groups:
    """Return the damage within masks, bool (N, H, W), in groups, each with the number of its image."""
    damaged = np.flatnonzero(masks.any(axis=(1, 2))).tolist()
    return [(i, group) for i in damaged for group in windows.plan(masks[i])]


def places(groups: Groups, shape: tuple[int, ...]) -> Iterator[tuple[int, slice, slice]]:
    """Yield parts of images (N, H, W) that hold all damage, each small, as an extent may be a whole photograph."""
    for i, group in groups:
        for window in group.windows:
            inner = window.inner(shape[1:])
            spans = (group.rows, group.columns)
            rows, columns = (
                slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(inner, spans, strict=True)
            )
            yield i, rows, columns


def gains(errors: Array, masks: NDArray[np.bool_], place: tuple[int, slice, slice]) -> NDArray[np.bool_]:
    """Return where, in a part of images, a pixel of their masks, bool (N, H, W), is expected to gain.

    `errors`: the expected ones, float32 (N, H, W, 2), any values.
    """
    i, rows, columns = place
    top, left = (max(0, one.start - AROUND // 2) for one in (rows, columns))
    seen = i, slice(top, rows.stop + AROUND // 2), slice(left, columns.stop + AROUND // 2)
    gain = expected_gain(errors[seen], masks[seen])[..., 0]
    return gain[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] > 1


def expected_gain(errors: Array, mask: NDArray[np.bool_]) -> Array:
    """Return how many times the error expected of the restored image that of its input is, (H, W, 1).

    Both `errors`, (H, W, 2), are means over the pixels of the mask, (H, W), around each one.
    """
    around = ndimage.uniform_filter(np.where(mask[..., None], errors, 0), (AROUND, AROUND, 1))
    before, after = around[..., :1], around[..., 1:]
    gain: Array = np.divide(before, after, out=np.zeros_like(before), where=after > 0)
    return gain
