"""The period of drawn ridges is found, and NaN where there are no ridges."""

import numpy as np
import pytest

from restore_fingerprint.ridges import dpi_by_period, period, period_map
from restore_fingerprint.synthetic import synthetic


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.1, np.pi / 2, 2.5])
@pytest.mark.parametrize("wanted", [2.5, 3.2, 5, 9, 14])
def test_period_of_a_grating(grating, wanted, angle):
    image = grating(angle, wanted, (128, 128), noise=0.05)
    assert period(image) == pytest.approx(wanted, rel=0.04)
    assert period(1 - image) == pytest.approx(period(image), rel=1e-3)
    assert period(image[:, :, np.newaxis]) == period(image)


def test_small_images_and_faint_ridges(grating):
    assert period(grating(0.3, 3, (24, 24))) == pytest.approx(3, rel=0.08)
    assert period(grating(0.3, 9, (200, 200), contrast=0.1, noise=0.02)) == pytest.approx(9, rel=0.04)


def test_no_ridges_no_period():
    rng = np.random.default_rng(0)
    for image in (
        np.ones((96, 96)),
        np.zeros((4, 4)),
        np.zeros((1, 96)),
        rng.normal(0.5, 0.2, (96, 96)),
        np.tile(np.linspace(0, 1, 96), (96, 1)),
        1 + rng.normal(0, 0.01, (96, 96)),
    ):
        assert np.isnan(period(image))
        assert np.isnan(period_map(image)).all()


def test_the_map_is_local(grating):
    image = np.hstack([grating(0.5, 3, (96, 96)), grating(0.5, 6, (96, 96))])
    found = period_map(image)
    assert found.shape == image.shape
    assert np.nanmedian(found[:, :60]) == pytest.approx(3, rel=0.05)
    assert np.nanmedian(found[:, 132:]) == pytest.approx(6, rel=0.05)
    image[:, 96:] = 1
    assert np.isnan(period_map(image)[:, 150:]).all()


def test_twice_the_resolution_doubles_the_period():
    print_ = synthetic(None, size=(192, 192), dpi=340)[5].clean[:, :, 0]
    large = np.kron(print_, np.ones((2, 2), np.float32))
    assert period(large) == pytest.approx(2 * period(print_), rel=0.05)


@pytest.mark.parametrize("dpi", [170, 250, 500])
def test_resolution_of_synthetic_prints(dpi):
    side = round(96 * dpi / 170)
    source = synthetic(None, size=(side, side), dpi=dpi)
    # Their mean ridge period is 0.46 mm and varies by a tenth between fingers.
    assert dpi_by_period(np.stack([source[i].clean for i in range(8)])) == pytest.approx(dpi, rel=0.12)


def test_resolution_without_ridges():
    assert dpi_by_period(np.ones((3, 64, 64, 1), np.float32)) == 500
