"""Calibration error of models that are as sure as they are right, or not."""

import numpy as np
import pytest

from restore.api import Scored
from restore.builtin.metrics.calibration import calibration


def scored(right, confidence, used=None, channels=1):
    """Return images that are right in the given pixels: within 0.1, in all channels."""
    clean = np.full((*right.shape, channels), 0.5, np.float32)
    images = clean + np.float32(0.05)
    images[~right, -1] = 0.75
    names = [str(i) for i in range(len(right))]
    used = np.ones(right.shape, bool) if used is None else used
    return Scored(images, clean, clean, used, names, names, [{}] * len(right), used, confidence)


@pytest.mark.parametrize("channels", [1, 3])
def test_sure_and_right_and_sure_and_wrong(channels):
    ones = np.ones((2, 8, 8), np.float32)
    right, wrong = np.ones((2, 8, 8), bool), np.zeros((2, 8, 8), bool)
    assert calibration(scored(right, ones, channels=channels)) == {"error": 0}
    assert calibration(scored(wrong, ones, channels=channels)) == {"error": 1}
    assert calibration(scored(wrong, 0 * ones, channels=channels)) == {"error": 0}


def test_a_bin_weighs_as_many_pixels_as_it_has():
    right = np.zeros((1, 10, 10), bool)
    confidence = np.full((1, 10, 10), 0.9, np.float32)
    confidence[0, 5:] = 0.3
    right[0, :4] = True  # 40 of the 50 surer pixels: gap 0.1; none of the 50 others: gap 0.3
    assert calibration(scored(right, confidence))["error"] == pytest.approx(0.2, abs=1e-6)


def test_a_model_that_says_what_it_knows_is_calibrated():
    rng = np.random.default_rng(0)
    confidence = rng.random((4, 100, 100), dtype=np.float32)
    right = rng.random(confidence.shape) < confidence
    assert calibration(scored(right, confidence))["error"] < 0.01
    assert calibration(scored(right, confidence**3))["error"] > 0.2


def test_only_used_pixels_count():
    right = np.zeros((1, 4, 4), bool)
    right[0, :2] = True
    used = right.copy()
    assert calibration(scored(right, np.ones((1, 4, 4), np.float32), used)) == {"error": 0}
    assert np.isnan(calibration(scored(right, np.ones((1, 4, 4), np.float32), used & False))["error"])


def test_no_row_without_confidence():
    assert calibration(scored(np.ones((1, 4, 4), bool), None)) == {}
