"""The metrics fulfil the contract of metrics."""

import numpy as np
import pytest

from restore.testing import check_metric


@pytest.mark.parametrize("name", ["orientation", "period", "contrast", "segmentation"])
def test_over_images(name, clean):
    check_metric(f"fingerprint/{name}", clean)


def test_minutiae(clean):
    check_metric("fingerprint/minutiae", clean[:4], extractor="light", dpi=170.0)


def test_prints_without_ridges():
    grey = np.linspace(0, 1, 4, dtype=np.float32)[:, None, None, None] * np.ones((4, 40, 40, 1), np.float32)
    region = np.ones((4, 40, 40), bool)
    from restore_fingerprint.metrics.contrast import contrast
    from restore_fingerprint.metrics.orientation import orientation
    from restore_fingerprint.metrics.period import period
    from restore_fingerprint.metrics.segmentation import segmentation

    for metric in (orientation, period, contrast, segmentation):
        assert np.isnan(metric(grey, grey, region)).all()
