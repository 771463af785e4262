"""Contrast is 1 where equal, the ratio where too low, its inverse where too high."""

import numpy as np
import pytest

from restore_fingerprint.metrics.contrast import contrast


@pytest.mark.parametrize(("factor", "wanted"), [(0.0, 0), (0.25, 0.25), (0.5, 0.5), (1.0, 1), (2.0, 0.5), (-1.0, 1)])
def test_lower_and_higher_contrast(clean, masks, factor, wanted):
    restored = (0.5 + factor * (clean - 0.5)).astype(np.float32)
    np.testing.assert_allclose(contrast(restored, clean, masks), wanted, atol=1e-3)


def test_only_the_region_counts(clean, boxed, masks):
    np.testing.assert_allclose(contrast(boxed, clean, masks), 0)
    np.testing.assert_allclose(contrast(boxed, clean, ~masks), 1)
    expected = [min(r, 1 / r) for r in boxed.std(axis=(1, 2, 3)) / clean.std(axis=(1, 2, 3))]
    np.testing.assert_allclose(contrast(boxed, clean, masks | ~masks), expected, rtol=1e-4)
    assert np.isnan(contrast(clean, clean, masks & ~masks)).all()


def test_a_constant_clean_image_has_none(clean, masks):
    assert np.isnan(contrast(clean, np.ones_like(clean), masks)).all()
