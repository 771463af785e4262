"""What the restorer expects of itself, compared with validation images, and set right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from restore.api import TrainingBatch
from restore.builtin.models.find_restore import windows
from restore.builtin.models.find_restore.networks import CALIBRATION
from restore.builtin.models.find_restore.restoration import FOUND, Restoration, expected_gain
from restore.builtin.models.selective_unet import NEAR

if TYPE_CHECKING:
    import keras

MOST = 1024
"""Images looked at, at most: pixels of that many are at hand at once."""
CAUTIONS = np.geomspace(1 / 8, 8, 25)
"""How many times the error expected of the input has to be that of the restored image, for a pixel to be replaced."""
HARM = 1.0
"""Decibels by which an image is worse, to count as harmed."""
HARMED = 0.005
"""Share of damaged images that may be harmed, half of what is promised."""
FALSE_ALARMS = 0.002
"""Share of undamaged images in which something may be found."""
MISSED = 0.25
"""Share of damaged images in which everything may be missed for that: subtle damage looks like none."""
SPARED = 0.005
"""Decibels of gain that are given up for more caution."""
LEAST_GAIN = 1e-5
"""Added to errors before and after, so that damage that cannot be seen has no weight: a deviation of .003."""
STRANGE = 3.0
"""Logit by which the alarm stays above the undamaged images that set it: those of other sensors look stranger."""
MARGIN = 0.5
"""Logit by which it stays below the damaged ones."""
SURE, AFTER, INTERVAL = 0, 2, 3
"""Channels of the restorer's calibration layer that are set."""
COVERED = 0.9
"""Share of the restored values that lie within their interval."""


@dataclass(frozen=True, slots=True)
class _Marked:
    """The found pixels of one image that one restorer restores, (M,) each, and the error of the whole image as it came.

    `ratio`: expected errors, before over after; `change`: what restoring a pixel adds to the image's error; `distance`: of
    the restored pixel from the truth, over the expected one; `sure`: its confidence as a logit; `near`: whether the
    distance is small.
    """

    restorer: str
    before: float
    ratio: NDArray[np.float64]
    change: NDArray[np.float64]
    distance: NDArray[np.float64]
    sure: NDArray[np.float64]
    near: NDArray[np.bool_]


def calibrate(restoration: Restoration, batches: Iterable[TrainingBatch]) -> None:
    """Set alarm and expectations by validation images, float32 (N, H, W, C) in [0, 1], blind.

    The alarm is raised by what hardly any undamaged image has. The caution with which pixels are replaced is the one that
    gains most decibels in the mean over damaged images, of those that harm few. Confidence is scaled and shifted as a
    logit (Platt 1999); intervals are scaled so that they hold 90 % of the restored values (split conformal prediction,
    Lei et al. 2018, arXiv 1604.04173).
    """
    alarm = _Scales(restoration.finder)
    expectations = {name: _Scales(model) for name, model in restoration.restorers.items()}
    samples = list(islice(_samples(batches), MOST))
    if not samples:
        return
    peaks = [[_logit(restoration.search(image)[..., 0].max()) for image in sample] for sample in samples]
    alarm.set(0, 1, -_alarm(*np.transpose(peaks)))
    marked = [one for sample in samples for one in _marked(restoration, *sample)]
    for name, scales in expectations.items():
        own = [one for one in marked if one.restorer == name]
        if own:
            _expect(scales, own)


def _expect(expectations: _Scales, marked: Sequence[_Marked]) -> None:
    """Set caution, confidence and intervals of a restorer by what it did."""
    caution = _caution(marked)
    expectations.set(AFTER, caution)
    replaced = [one.ratio > caution for one in marked]
    sure, near, distance = (
        np.concatenate([getattr(one, name)[which] for one, which in zip(marked, replaced, strict=True)])
        for name in ("sure", "near", "distance")
    )
    if near.any() and not near.all():
        expectations.set(SURE, *_platt(sure, near))
    if distance.size:
        expectations.set(INTERVAL, float(np.quantile(distance, COVERED)))


class _Scales:
    """The scale and the shift of each channel of a calibration layer, first put back to 1 and 0."""

    def __init__(self, model: keras.Model) -> None:
        self.layer = model.get_layer(CALIBRATION)
        self.scales, self.shifts, *self.rest = self.layer.get_weights()
        self.scales[:], self.shifts[:] = 1, 0
        self.layer.set_weights([self.scales, self.shifts, *self.rest])

    def set(self, channel: int, scale: float, shift: float = 0.0) -> None:
        """Set the scale and the shift of a channel."""
        self.scales[channel], self.shifts[channel] = scale, shift
        self.layer.set_weights([self.scales, self.shifts, *self.rest])


def _samples(batches: Iterable[TrainingBatch]) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Yield the clean and the damaged image of every sample, (1, H, W, C)."""
    for batch in batches:
        for i in range(len(batch.clean)):
            yield batch.clean[i : i + 1], batch.damaged[i : i + 1]


def _alarm(intact: NDArray[np.float64], damaged: NDArray[np.float64]) -> float:
    """Return the logit above which damage is believed, given the highest of each undamaged and each damaged image."""
    most = np.quantile(damaged, MISSED, method="lower")
    return float(max(0, min(np.quantile(intact, 1 - FALSE_ALARMS, method="higher") + STRANGE, most - MARGIN)))


def _marked(restoration: Restoration, clean: NDArray[np.float32], damaged: NDArray[np.float32]) -> Iterator[_Marked]:
    """Yield what is found in a damaged image, and how it would be restored."""
    found = restoration.find(damaged)[..., 0] > FOUND
    before = ((damaged - clean) ** 2).mean(axis=-1)
    outputs = restoration.within(damaged, found)
    after = (np.clip(outputs["image"], 0, 1) - clean) ** 2
    ratio = expected_gain(outputs["errors"][0], found[0])[..., 0]
    restorers = _restorers(restoration, damaged[0], found[0])
    for number, name in enumerate(restoration.restorers):
        ours = restorers[None] == number
        if not ours.any():
            continue
        distance = np.sqrt(after.max(axis=-1))[ours]
        yield _Marked(
            name,
            float(before.mean()),
            ratio[ours[0]].astype(np.float64),
            (after.mean(axis=-1) - before)[ours].astype(np.float64) / before.size,
            distance / np.maximum(outputs["interval"][..., 0][ours], 1e-6),
            _logit(outputs["confidence"][..., 0][ours]),
            distance <= NEAR,
        )


def _restorers(restoration: Restoration, image: NDArray[np.float32], mask: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return the number of the restorer of each pixel of a mask, bool (H, W), -1 elsewhere."""
    numbers = {name: number for number, name in enumerate(restoration.restorers)}
    chosen = np.full(mask.shape, -1, np.int8)
    for group in windows.plan(mask):
        extent = group.rows, group.columns
        for window in group.windows:
            inside = window.within(extent)
            name = restoration.restorer_of(image, mask, window)
            chosen[extent][inside][group.mask[inside]] = numbers[name]
    return chosen


def _logit(probability: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the logit of probabilities, any shape, from -14 to 14."""
    return np.asarray(special.logit(np.clip(probability.astype(np.float64), 1e-6, 1 - 1e-6)))


def _caution(marked: Sequence[_Marked]) -> float:
    """Return the highest caution that gains nearly most, of those that harm few, or fewest where none harms few."""
    gains, harms = [], []
    for caution in CAUTIONS:
        before = np.array([one.before for one in marked])
        after = before + [one.change[one.ratio > caution].sum() for one in marked]
        gain = 10 * np.log10((before + LEAST_GAIN) / (np.maximum(after, 0) + LEAST_GAIN))
        gains.append(gain.mean())
        harms.append((gain < -HARM).mean())
    few = np.array(harms) <= max(HARMED, min(harms))
    reached = np.where(few, gains, -np.inf)
    return float(CAUTIONS[reached >= reached.max() - SPARED].max())


def _platt(logits: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float]:
    """Return scale and shift of logits that make their sigmoid the likeliest probability of being right."""

    def unlikely(scale_and_shift: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scaled = scale_and_shift[0] * logits + scale_and_shift[1]
        wrong = special.expit(scaled) - right
        loss = np.logaddexp(0, scaled) - right * scaled
        return float(loss.mean()), np.array([(wrong * logits).mean(), wrong.mean()])

    found = optimize.minimize(unlikely, np.array([1.0, 0.0]), jac=True, bounds=[(0.05, 5), (-5, 5)])
    return float(found.x[0]), float(found.x[1])
