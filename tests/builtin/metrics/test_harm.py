"""Harm and coverage by hand-made images."""

import numpy as np
import pytest

from restore.api import Scored
from restore.builtin.metrics.coverage import coverage
from restore.builtin.metrics.harm import harm


def scored(clean, damaged, images, used, **outputs):
    names = [str(i) for i in range(len(clean))]
    masks = (damaged != clean).any(axis=-1)
    return Scored(images, clean, damaged, masks, names, names, [{}] * len(clean), used, outputs=outputs)


def test_worse_images_are_counted_and_their_loss_is_in_decibels():
    clean = np.zeros((4, 8, 8, 1), np.float32)
    damaged, images = clean.copy(), clean.copy()
    damaged[:3, 0, 0] = 0.1
    images[0, 0, 0] = 0.2  # 6 dB worse
    images[1, 0, 0] = 0.05  # 6 dB better
    images[2, 0, 0] = 0.105  # .42 dB worse
    images[3, 0, 0] = 0.1  # was undamaged
    rows = harm(scored(clean, damaged, images, np.ones(clean.shape[:3], bool)))
    assert rows["share"].tolist() == [1, 0, 0, 1]
    assert rows["loss"][:3] == pytest.approx([20 * np.log10(2), 0, 20 * np.log10(1.05)], abs=1e-5)
    assert rows["loss"][3] > 100
    assert harm(scored(clean, damaged, images, np.ones(clean.shape[:3], bool)), least=0.1)["share"].tolist() == [
        1,
        0,
        1,
        1,
    ]


def test_an_image_that_stays_is_not_harmed():
    clean = np.random.default_rng(0).random((2, 8, 8, 3), np.float32)
    rows = harm(scored(clean, clean, clean, np.zeros((2, 8, 8), bool)))
    assert not rows["share"].any()
    assert not rows["loss"].any()


def test_values_within_their_interval_are_counted_where_something_was_replaced():
    clean = np.zeros((2, 4, 4, 3), np.float32)
    images = clean.copy()
    images[0, 0, :, 1] = [0.1, 0.2, 0.3, 0.4]
    used = np.zeros((2, 4, 4), bool)
    used[0, 0] = True
    interval = np.full((2, 4, 4, 1), 0.25, np.float32)
    rows = coverage(scored(clean, clean, images, used, interval=interval))
    assert rows["share"][0] == 0.5
    assert rows["width"][0] == pytest.approx(0.25)
    assert np.isnan(rows["share"][1])


def test_no_rows_without_intervals_or_where_nothing_was_restored():
    clean = np.zeros((1, 4, 4, 1), np.float32)
    assert coverage(scored(clean, clean, clean, np.ones((1, 4, 4), bool))) == {}
    assert coverage(scored(clean, clean, clean, None, interval=clean)) == {}
    assert harm(scored(clean, clean, clean, None)) == {}
