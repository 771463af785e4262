"""The error of the ridge period is relative to that of the clean image."""

import numpy as np
import pytest

from restore_fingerprint.metrics.period import period


def grating(ridge):
    rows, columns = np.indices((128, 128))
    return (0.5 + 0.4 * np.cos(2 * np.pi / ridge * (columns * 0.6 + rows * 0.8)))[None, :, :, None].astype(np.float32)


@pytest.mark.parametrize(("made", "true", "percent"), [(5, 5, 0), (6, 5, 20), (4, 5, 20), (9, 3, 100), (10, 9, 11)])
def test_known_periods(made, true, percent):
    everywhere = np.ones((1, 128, 128), bool)
    assert period(grating(made), grating(true), everywhere) == pytest.approx(percent, abs=3)


def test_missing_ridges_have_the_maximum_error(clean):
    everywhere = np.ones((6, 96, 96), bool)
    np.testing.assert_allclose(period(np.ones_like(clean), clean, everywhere), 100)
    assert np.isnan(period(clean, np.ones_like(clean), everywhere)).all()
    assert np.isnan(period(clean, clean, ~everywhere)).all()
    assert period(clean, clean, everywhere).max() == 0
