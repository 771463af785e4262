"""The rows of `quality.py`: baselines and models, each restoring the same test sets, and their figures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray
from quality_book import SPEED, UNDAMAGED
from quality_damage import BOX, Cases

from restore.builtin.models.classical import biharmonic, nl_means, tv
from restore.builtin.models.opencv import fsr, navier_stokes, telea
from restore.pipeline.restorer import RestoredSet, Restorer
from restore.pipeline.score import Row, TestSet, score

Images = NDArray[np.float32]
Masks = NDArray[np.bool_]
Figures = Mapping[str, float | None]
Restored = Iterator[tuple[str, str, Figures]]
"""Kind of damage or what else is measured, row, and its figures."""

INPAINTING: Mapping[str, Callable[[Images, Masks], Images]] = {
    "telea": telea,
    "navier-stokes": navier_stokes,
    "fsr": fsr,
    "biharmonic": biharmonic,
}
DAMAGED = "damaged"
TRUE, FOUND = "true mask", "found mask"
COVERED = 0.9
"""Share of an image under the mask beyond which inpainting has too little left to work from, as in a run."""
AT_ONCE, ROUNDS = 64, 3
"""Images restored at a time to measure speed, and how often."""
FALSE_ALARMS = 0.02
"""Share of undamaged images with an alarm."""

FIGURES = {
    ("psnr", "full"): "full",
    ("psnr", "hole"): "hole",
    ("psnr", "clean"): "clean",
    ("orientation", "hole"): "orientation",
    ("contrast", "hole"): "contrast",
    ("harm.share", "full"): "harm",
    ("mask.iou", "full"): "overlap",
    ("mask.false", "full"): "false",
}
"""What a figure is called, by metric and region."""


def wavelet(images: Images) -> Images:
    """Denoise by soft thresholds of wavelet coefficients, averaged over 16 shifts of the image.

    Sources: Chang, Yu and Vetterli, Adaptive Wavelet Thresholding for Image Denoising and Compression, IEEE Trans. Image
    Processing 9(9), 2000 (BayesShrink); Coifman and Donoho, Translation-Invariant De-Noising, 1995.
    """
    from skimage.restoration import denoise_wavelet

    def denoise(image: Images) -> Images:
        total = np.zeros_like(image)
        for down, right in product(range(4), repeat=2):
            moved = np.roll(image, (down, right), axis=(0, 1))
            # With one channel left, scikit-image drops its axis.
            made = denoise_wavelet(moved, channel_axis=-1, rescale_sigma=True).reshape(image.shape)
            total += np.roll(made, (-down, -right), axis=(0, 1))
        return total / 16

    return np.clip(np.stack([denoise(image) for image in images]), 0, 1)


DENOISING: Mapping[str, Callable[[Images], Images]] = {"nl-means": nl_means, "tv": tv, "wavelet": wavelet}


def figures_of(cases: Cases, kind: str, row: Row) -> Figures:
    """Return the figures of a row: means over the images of a test set, PSNR that of the pooled error."""
    lines = score(cases.sets[kind], [row], cases.metrics, 0).table
    keys = ((line["metric"], line["region"], line["mean"]) for line in lines)
    return {FIGURES[metric, region]: mean for metric, region, mean in keys if (metric, region) in FIGURES}


def score_baselines(cases: Cases, kind: str) -> Restored:
    """Yield the damaged images themselves, inpainting within the true mask, and denoising."""
    test = cases.sets[kind]
    yield kind, DAMAGED, figures_of(cases, kind, Row(DAMAGED, test.damaged))
    yield from _inpaint(cases, kind, np.asarray(test.masks), TRUE)
    for name, denoise in DENOISING.items():
        row = Row(name, denoise(np.asarray(test.damaged)), np.ones_like(test.masks))
        yield kind, name, figures_of(cases, kind, row)


def score_found_baselines(cases: Cases, kind: str, finder: Restorer) -> Restored:
    """Yield inpainting within the masks that a model finds."""
    yield from _inpaint(cases, kind, np.asarray(finder.restore_all(cases.sets[kind].damaged).used), FOUND)


def _inpaint(cases: Cases, kind: str, masks: Masks, whose: str) -> Restored:
    test = cases.sets[kind]
    if np.mean(test.masks) > COVERED:
        return
    for name, fill in INPAINTING.items():
        row = Row(name, fill(np.asarray(test.damaged), masks), masks)
        yield kind, f"{name}, {whose}", figures_of(cases, kind, row)


def score_model(name: str, cases: Cases, restorer: Restorer) -> Restored:
    """Yield a model's figures for each kind of damage, blind and, where it takes masks, given the true ones.

    Undamaged images, which it should leave alone, come first: how sure it is of damage in those decides what is an alarm.
    """
    one: TestSet = next(iter(cases.sets.values()))
    clean = np.asarray(one.clean)
    kept = restorer.restore_all(clean)
    sure, used = _certainty(kept), np.asarray(kept.used)
    limit = float(np.quantile(sure, 1 - FALSE_ALARMS, method="higher"))
    unchanged = np.array([np.array_equal(*pair) for pair in zip(kept.images, clean, strict=True)])
    yield UNDAMAGED, name, {"unchanged": float(unchanged.mean()), "marked": float(used.mean())}
    for kind, test in cases.sets.items():
        made = restorer.restore_all(test.damaged)
        alarm = float(np.mean(_certainty(made) > limit))
        row = Row(name, made.images, made.used, made.confidence, made.outputs)
        yield kind, name, {**figures_of(cases, kind, row), "alarm": alarm}
        if restorer.mask == "optional":
            given = restorer.restore_all(test.damaged, test.masks)
            named = f"{name}, {TRUE}"
            yield kind, named, figures_of(cases, kind, Row(named, given.images, given.used))
    broken = np.asarray(cases.sets[BOX].damaged)
    yield SPEED, name, {UNDAMAGED: _rate(restorer, clean), BOX: _rate(restorer, broken)}


def _certainty(restored: RestoredSet) -> NDArray[np.float32]:
    """Return how surely each image is damaged: its highest probability of damage, 1 where a model marks everything."""
    masks = restored.outputs.get("mask", restored.used)
    return np.asarray(masks, np.float32).reshape(len(masks), -1).max(axis=1)


def _rate(restorer: Restorer, images: Images) -> float:
    """Return how many images are restored in a second of processor time, the median of several rounds."""
    some = images[:AT_ONCE]
    restorer.restore_all(some)
    rates = []
    for _ in range(ROUNDS):
        start = time.process_time()
        restorer.restore_all(some)
        rates.append(len(some) / max(time.process_time() - start, 1e-6))
    return statistics.median(rates)


def rows_in_order(names: Sequence[str]) -> list[str]:
    """Return the names of rows in the order of the tables: damaged, baselines, models in the order given."""
    painted = [f"{name}, {whose}" for name in INPAINTING for whose in (TRUE, FOUND)]
    models = [one for name in names for one in (name, f"{name}, {TRUE}")]
    return [DAMAGED, *DENOISING, *painted, *models]
