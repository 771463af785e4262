"""Classical models: what they promise, and what they are good for."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.restoration import inpaint_biharmonic

from restore.builtin.models import classical

MODELS = (classical.identity, classical.median, classical.biharmonic, classical.tv, classical.nl_means)


def smooth(count, height, width, channels):
    """Return images of slow waves."""
    rows, columns = np.mgrid[:height, :width]
    waves = [
        [0.5 + 0.4 * np.sin(rows / (9 + i + c)) * np.cos(columns / 11) for c in range(channels)] for i in range(count)
    ]
    return np.moveaxis(np.array(waves), 1, -1).astype(np.float32)


def error(a, b):
    return float(np.mean((a.astype(float) - b) ** 2))


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(MODELS),
    st.tuples(st.integers(1, 2), st.integers(1, 20), st.integers(1, 20), st.sampled_from([1, 3])),
    st.floats(0, 1),
    st.integers(0, 2**32),
)
def test_what_holds_for_every_model(model, shape, share, seed):
    rng = np.random.default_rng(seed)
    images, masks = rng.random(shape, dtype=np.float32), rng.random(shape[:3]) < share
    before, masks_before = images.copy(), masks.copy()
    restored = model(images, masks)
    assert np.array_equal(images, before)
    assert np.array_equal(masks, masks_before)
    assert restored.dtype == np.float32
    assert restored.shape == shape
    assert restored.min() >= 0
    assert restored.max() <= 1
    assert np.array_equal(restored, model(images, masks))
    assert not np.shares_memory(restored, images)


@pytest.mark.parametrize("model", [m for m in MODELS if m is not classical.biharmonic])
def test_blind_models_ask_for_no_mask(model):
    images = smooth(2, 16, 18, 1)
    assert np.array_equal(model(images, None), model(images, np.ones((2, 16, 18), bool)))


def test_identity_is_the_identity():
    images = np.random.default_rng(0).random((2, 5, 6, 3), dtype=np.float32)
    assert np.array_equal(classical.identity(images, None), images)


@pytest.mark.parametrize("channels", [1, 3])
def test_biharmonic_is_scikit_images_in_the_hole_and_the_input_outside(channels):
    images = np.random.default_rng(0).random((3, 40, 36, channels), dtype=np.float32)
    masks = np.zeros((3, 40, 36), bool)
    masks[0, 10:20, 8:24] = True
    masks[1, :9, :9] = True  # at the border
    restored = classical.biharmonic(images, masks)
    assert np.array_equal(restored[~masks], images[~masks])
    assert np.array_equal(restored[2], images[2])
    for image, mask, result in zip(images[:2], masks, restored, strict=False):
        expected = inpaint_biharmonic(image.astype(float), mask, channel_axis=-1)
        assert result[mask] == pytest.approx(expected[mask], abs=1e-6)


def test_biharmonic_continues_a_slope():
    rows, columns = np.mgrid[:32, :32]
    slope = (0.1 + 0.01 * rows + 0.015 * columns).astype(np.float32)[None, ..., None]
    masks = np.zeros((1, 32, 32), bool)
    masks[0, 8:24, 8:24] = True
    damaged = np.where(masks[..., None], 0, slope).astype(np.float32)
    assert classical.biharmonic(damaged, masks) == pytest.approx(slope, abs=1e-5)


def test_biharmonic_leaves_a_fully_masked_image_unchanged():
    images = np.random.default_rng(0).random((1, 8, 8, 1), dtype=np.float32)
    assert np.array_equal(classical.biharmonic(images, np.ones((1, 8, 8), bool)), images)


def test_median_takes_single_wrong_pixels_out_channel_by_channel():
    images = np.full((1, 20, 20, 3), 0.25, np.float32)
    damaged = images.copy()
    damaged[0, ::5, ::5, 1] = 1
    assert np.array_equal(classical.median(damaged), images)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("model", "gain"), [(classical.tv, 6), (classical.nl_means, 6), (classical.median, 4)])
def test_denoisers_denoise(model, gain, channels):
    clean = smooth(2, 64, 60, channels)
    noisy = np.clip(clean + np.random.default_rng(0).normal(0, 0.1, clean.shape), 0, 1).astype(np.float32)
    assert error(model(noisy), clean) < error(noisy, clean) / gain


@pytest.mark.parametrize("sigma", [0.02, 0.1, 0.2])
def test_noise_is_measured(sigma):
    clean = smooth(1, 128, 129, 3)[0]
    noisy = (clean + np.random.default_rng(0).normal(0, sigma, clean.shape)).astype(np.float32)
    assert classical.noise_sigma(noisy) == pytest.approx(sigma, rel=0.06)
    assert classical.noise_sigma(np.full((9, 9, 1), 0.5, np.float32)) == 0


@pytest.mark.skipif("RESTORE_TEST_DATA" not in os.environ, reason="RESTORE_TEST_DATA is not set")
def test_biharmonic_on_real_faces():
    from PIL import Image

    files = sorted(Path(os.environ["RESTORE_TEST_DATA"], "lfw").rglob("*.jpg"))[::60]
    images = [np.asarray(Image.open(file).resize((128, 128)), np.float32) / 255 for file in files]
    clean = np.stack(images)
    masks = np.zeros(clean.shape[:3], bool)
    masks[:, 50:78, 50:78] = True
    damaged = np.where(masks[..., None], 0, clean).astype(np.float32)
    restored = classical.biharmonic(damaged, masks)
    assert error(restored[masks], clean[masks]) < error(damaged[masks], clean[masks]) / 4
