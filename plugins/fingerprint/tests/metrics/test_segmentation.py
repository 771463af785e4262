"""Overlap of foregrounds: one where equal, less for a part, by region."""

import numpy as np
import pytest

from restore_fingerprint.metrics.segmentation import segmentation


def test_equal_partial_and_empty_foregrounds(clean):
    everywhere = np.ones((6, 96, 96), bool)
    np.testing.assert_array_equal(segmentation(clean, clean, everywhere), 1)
    half = clean.copy()
    half[:, :, :48] = 1
    assert np.all(segmentation(half, clean, everywhere) < 0.8)
    np.testing.assert_array_equal(segmentation(np.ones_like(clean), clean, everywhere), 0)
    right = everywhere.copy()
    right[:, :, :60] = False
    assert segmentation(half, clean, right).min() == pytest.approx(1, abs=0.06)
    assert np.isnan(segmentation(clean, clean, ~everywhere)).all()
