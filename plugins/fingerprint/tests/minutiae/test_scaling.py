"""Resampled prints keep their grey values, and positions map back."""

import numpy as np
import pytest

from restore_fingerprint.minutiae.scaling import enlarge


def test_500_dpi_is_not_resampled():
    image = np.random.default_rng(0).random((20, 30), np.float32)
    same, factor = enlarge(image, 500.0)
    assert same is image
    assert factor == 1


@pytest.mark.parametrize("dpi", [170.0, 200.0, 1000.0])
def test_a_blob_keeps_its_position(dpi):
    rows, columns = np.indices((60, 80))
    image = 1 - np.exp(-((rows - 20) ** 2 + (columns - 50) ** 2) / 18)
    large, factor = enlarge(image.astype(np.float32), dpi)
    assert factor == pytest.approx(500 / dpi)
    assert large.shape == (round(60 * factor), round(80 * factor))
    assert 0 <= large.min() <= large.max() <= 1
    ink = 1 - large
    y, x = (np.sum(place * ink) / ink.sum() for place in np.indices(large.shape))
    assert x == pytest.approx((50 + 0.5) * factor - 0.5, abs=0.3)
    assert y == pytest.approx((20 + 0.5) * factor - 0.5, abs=0.3)
