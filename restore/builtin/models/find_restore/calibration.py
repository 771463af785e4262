"""What the restorer expects of itself, compared with validation images, and set right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from restore.api import TrainingBatch
from restore.builtin.models.find_restore.networks import CALIBRATION
from restore.builtin.models.find_restore.restoration import FOUND, Restoration, expected_gain
from restore.builtin.models.selective_unet import NEAR

MOST = 1024
"""Images looked at, at most: pixels of that many are at hand at once."""
CAUTIONS = np.geomspace(1 / 8, 8, 25)
"""How many times the error expected of the input has to be that of the restored image, for a pixel to be replaced."""
HARM = 1.0
"""Decibels by which an image is worse, to count as harmed."""
HARMED = 0.005
"""Share of images that may be harmed, half of what is promised."""
LEAST_GAIN = 1e-5
"""Added to errors before and after, so that damage that cannot be seen has no weight: a deviation of .003."""
COVERED = 0.9
"""Share of the restored values that lie within their interval."""


@dataclass(frozen=True, slots=True)
class _Marked:
    """The found pixels of one image, (M,) each, and the mean squared error of the whole image as it came.

    `ratio`: expected errors, before over after; `change`: what restoring a pixel adds to the image's error; `distance`: of
    the restored pixel from the truth, over the expected one; `sure`: its confidence as a logit; `near`: whether the
    distance is small.
    """

    before: float
    ratio: NDArray[np.float64]
    change: NDArray[np.float64]
    distance: NDArray[np.float64]
    sure: NDArray[np.float64]
    near: NDArray[np.bool_]


def calibrate(restoration: Restoration, batches: Iterable[TrainingBatch]) -> None:
    """Set the scales of what the restorer expects, by validation images, float32 (N, H, W, C) in [0, 1], blind.

    The caution with which pixels are replaced is the one that gains most decibels in the mean over the images, of those
    that harm few. Confidence is scaled and shifted as a logit (Platt 1999); intervals are scaled so that they hold 90 % of
    the restored values (split conformal prediction, Lei et al. 2018, arXiv 1604.04173).
    """
    layer = restoration.restorer.get_layer(CALIBRATION)
    scales, shifts = np.ones((2, 4), np.float32) * [[1], [0]]
    rest = layer.get_weights()[2:]
    layer.set_weights([scales, shifts, *rest])
    marked = list(_marked(restoration, islice(_images(batches), MOST)))
    seen = [one for one in marked if one.ratio.size]
    if not seen:
        return
    caution = _caution(marked)
    scales[2] = caution
    replaced = [one.ratio > caution for one in seen]
    sure, near, distance = (
        np.concatenate([getattr(one, name)[which] for one, which in zip(seen, replaced, strict=True)])
        for name in ("sure", "near", "distance")
    )
    if near.any() and not near.all():
        scales[0], shifts[0] = _platt(sure, near)
    if distance.size:
        scales[3] = np.quantile(distance, COVERED)
    layer.set_weights([scales, shifts, *rest])


def _images(batches: Iterable[TrainingBatch]) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Yield the clean and the damaged image of every sample, (1, H, W, C), and every other one undamaged."""
    for batch in batches:
        for i in range(len(batch.clean)):
            yield batch.clean[i : i + 1], batch.damaged[i : i + 1]
            if i % 2:
                yield batch.clean[i : i + 1], batch.clean[i : i + 1]


def _marked(
    restoration: Restoration, images: Iterable[tuple[NDArray[np.float32], NDArray[np.float32]]]
) -> Iterator[_Marked]:
    """Yield what is found in each image, and how it would be restored."""
    for clean, damaged in images:
        found = restoration.find(damaged)[..., 0] > FOUND
        before = ((damaged - clean) ** 2).mean(axis=-1)
        outputs = restoration.within(damaged, found)
        after = (np.clip(outputs["image"], 0, 1) - clean) ** 2
        gain = expected_gain(outputs["errors"][0], found[0])[..., 0][found[0]]
        distance = np.sqrt(after.max(axis=-1))[found]
        confidence = outputs["confidence"][..., 0][found].astype(np.float64)
        yield _Marked(
            float(before.mean()),
            gain.astype(np.float64),
            (after.mean(axis=-1) - before)[found].astype(np.float64) / before.size,
            distance / np.maximum(outputs["interval"][..., 0][found], 1e-6),
            special.logit(np.clip(confidence, 1e-6, 1 - 1e-6)),
            distance <= NEAR,
        )


def _caution(marked: Sequence[_Marked]) -> float:
    """Return the caution that gains most, of those that harm few; where none harms few, the one that harms fewest."""
    gains, harms = [], []
    for caution in CAUTIONS:
        before = np.array([one.before for one in marked])
        after = before + [one.change[one.ratio > caution].sum() for one in marked]
        gain = 10 * np.log10((before + LEAST_GAIN) / (np.maximum(after, 0) + LEAST_GAIN))
        gains.append(gain.mean())
        harms.append((gain < -HARM).mean())
    few = np.array(harms) <= max(HARMED, min(harms))
    return float(CAUTIONS[np.argmax(np.where(few, gains, -np.inf))])


def _platt(logits: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float]:
    """Return scale and shift of logits that make their sigmoid the likeliest probability of being right."""

    def unlikely(scale_and_shift: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scaled = scale_and_shift[0] * logits + scale_and_shift[1]
        wrong = special.expit(scaled) - right
        loss = np.logaddexp(0, scaled) - right * scaled
        return float(loss.mean()), np.array([(wrong * logits).mean(), wrong.mean()])

    found = optimize.minimize(unlikely, np.array([1.0, 0.0]), jac=True, bounds=[(0.05, 5), (-5, 5)])
    return float(found.x[0]), float(found.x[1])
