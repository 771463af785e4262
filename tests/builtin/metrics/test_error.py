"""Pixel errors against values worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.builtin.metrics.error import mae, mse, psnr


def full(images):
    return np.ones(images.shape[:3], bool)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("offset", "db"), [(0.1, 20.0), (-0.1, 20.0), (0.01, 40.0), (0.5, 6.0206)])
def test_a_constant_offset(channels, offset, db):
    clean = np.full((2, 8, 9, channels), 0.5, np.float32)
    restored = (clean + offset).astype(np.float32)
    assert mse(restored, clean, full(clean)) == pytest.approx([offset**2] * 2, rel=1e-5)
    assert mae(restored, clean, full(clean)) == pytest.approx([abs(offset)] * 2, rel=1e-5)
    assert psnr(restored, clean, full(clean)) == pytest.approx([db] * 2, abs=1e-3)


def test_only_the_region_counts():
    clean = np.zeros((1, 4, 4, 3), np.float32)
    restored, region = clean.copy(), np.zeros((1, 4, 4), bool)
    restored[0, 0, 0] = (0.3, 0.0, 0.0)
    restored[0, 3, 3] = 1.0
    region[0, 0, :2] = True
    assert mse(restored, clean, region) == pytest.approx([0.09 / 6], rel=1e-5)
    assert mae(restored, clean, region) == pytest.approx([0.3 / 6], rel=1e-5)


@pytest.mark.parametrize("metric", [mse, mae, psnr])
def test_an_empty_region_does_not_apply(metric):
    clean = np.zeros((2, 4, 4, 1), np.float32)
    region = full(clean)
    region[1] = False
    values = metric(clean + np.float32(0.1), clean, region)
    assert np.isfinite(values[0])
    assert np.isnan(values[1])


def test_no_error_is_200_db_and_counts_as_nothing_in_a_mean():
    clean = np.random.default_rng(0).random((2, 6, 6, 1), dtype=np.float32)
    restored = clean.copy()
    restored[1] = np.clip(clean[1] + np.float32(0.1), 0, 2)
    values = psnr(restored, clean, full(clean))
    assert values[0] == 200
    assert -10 * np.log10(np.mean(10 ** (-values / 10))) == pytest.approx(values[1] + 10 * np.log10(2), abs=1e-9)


def test_the_smallest_step_of_16_bits_is_still_an_error():
    clean = np.zeros((1, 1000, 1000, 1), np.float32)
    restored = clean.copy()
    restored[0, 0, 0] = 1 / 65535
    assert psnr(restored, clean, full(clean))[0] < 160


@settings(deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 3]))
def test_images_are_scored_one_by_one(seed, channels):
    rng = np.random.default_rng(seed)
    restored, clean = rng.random((2, 3, 5, 7, channels), dtype=np.float32)
    region = rng.random((3, 5, 7)) < 0.5
    for metric in (mse, mae, psnr):
        alone = [metric(restored[[i]], clean[[i]], region[[i]])[0] for i in range(3)]
        together = metric(restored, clean, region)
        assert together.shape == (3,)
        assert np.array_equal(together, alone, equal_nan=True)
    expected = [np.mean((restored[i].astype(float) - clean[i])[region[i]] ** 2) for i in range(3) if region[i].any()]
    assert mse(restored, clean, region)[region.any(axis=(1, 2))] == pytest.approx(expected, rel=1e-5)
