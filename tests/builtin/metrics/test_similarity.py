"""SSIM against scikit-image's."""

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from restore.api import RequestError
from restore.builtin.metrics.similarity import ssim


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("window", [3, 7, 11])
def test_over_the_full_image_it_is_scikit_images(channels, window):
    restored, clean = np.random.default_rng(0).random((2, 3, 20, 24, channels))
    expected = [
        structural_similarity(a, b, win_size=window, data_range=1, channel_axis=-1)
        for a, b in zip(clean, restored, strict=True)
    ]
    assert ssim(restored, clean, np.ones((3, 20, 24), bool), window=window) == pytest.approx(expected, rel=1e-9)


def test_equal_images_are_1_also_in_single_precision():
    clean = np.random.default_rng(0).random((2, 16, 16, 3), dtype=np.float32)
    assert ssim(clean, clean, np.ones((2, 16, 16), bool)) == pytest.approx([1, 1])


def test_only_the_region_counts():
    clean = np.random.default_rng(0).random((1, 40, 40, 1), dtype=np.float32)
    restored = clean.copy()
    restored[:, :10] = 0
    far, near = np.zeros((2, 1, 40, 40), bool)
    far[:, 20:], near[:, :10] = True, True
    assert ssim(restored, clean, far) == pytest.approx([1])
    assert ssim(restored, clean, near)[0] < 0.1


def test_where_no_window_fits_it_does_not_apply():
    clean = np.zeros((2, 12, 12, 1), np.float32)
    region = np.zeros((2, 12, 12), bool)
    region[0, :3] = True  # a strip whose windows of 7 all leave the image
    assert np.isnan(ssim(clean, clean, region)).all()
    small = np.zeros((2, 6, 12, 1), np.float32)
    assert np.isnan(ssim(small, small, np.ones((2, 6, 12), bool))).all()


def test_an_even_window_is_refused():
    images = np.zeros((1, 9, 9, 1), np.float32)
    with pytest.raises(RequestError) as error:
        ssim(images, images, np.ones((1, 9, 9), bool), window=8)
    assert error.value.code == "bad-option"
    assert "window=8" in error.value.where
