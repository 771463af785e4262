"""The error of rotated ridges is the angle of rotation."""

import numpy as np
import pytest

from restore_fingerprint.metrics.orientation import orientation


def grating(angle, noise=0.0):
    rows, columns = np.indices((96, 96))
    wave = 0.5 + 0.4 * np.cos(2 * np.pi / 5 * (columns * np.sin(angle) + rows * np.cos(angle)))
    return (wave + np.random.default_rng(0).normal(0, noise, (96, 96)))[None, :, :, None].astype(np.float32)


@pytest.mark.parametrize("degrees", [0, 7, 30, 60, 90, 150])
def test_turned_ridges(degrees):
    middle = np.zeros((1, 96, 96), bool)
    middle[:, 12:-12, 12:-12] = True
    error = orientation(grating(0.3 + np.radians(degrees)), grating(0.3), middle)
    assert error == pytest.approx(min(degrees, 180 - degrees), abs=1)


def test_by_region():
    clean = grating(0.3)
    half = np.zeros((1, 96, 96), bool)
    half[:, :, :40] = True
    turned = np.where((np.arange(96) < 48)[None, None, :, None], grating(0.3 + np.pi / 4), clean)
    wrong, right = orientation(turned, clean, half), orientation(turned, clean, ~half)
    assert wrong == pytest.approx(45, abs=5)
    assert right < 12


def test_noise_and_constant_fills_are_chance(clean):
    region = np.ones((6, 96, 96), bool)
    noise = np.random.default_rng(0).random(clean.shape, np.float32)
    assert orientation(noise, clean, region).mean() == pytest.approx(45, abs=5)
    np.testing.assert_allclose(orientation(np.full_like(clean, 0.5), clean, region), 45, atol=1e-3)
    assert orientation(clean, clean, region).max() == 0


def test_a_black_box_and_an_empty_region(clean, boxed, masks):
    assert np.all(orientation(boxed, clean, masks) > 15)
    assert np.isnan(orientation(boxed, clean, np.zeros_like(masks))).all()
    # A fill of other brightness and contrast has the same orientation.
    np.testing.assert_allclose(orientation(0.3 + 0.5 * clean, clean, masks), 0, atol=0.2)
