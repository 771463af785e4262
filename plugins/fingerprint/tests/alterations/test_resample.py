"""Bilinear sampling can be applied and inverted."""

import numpy as np
import pytest
from scipy import ndimage

from restore_fingerprint.alterations.resample import bilinear
from restore_fingerprint.alterations.rotation import turn_disc
from restore_fingerprint.alterations.zcut import exchange_flaps


def smooth_image(shape=(40, 50, 1), seed=0):
    smooth = ndimage.gaussian_filter(np.random.default_rng(seed).random(shape), (1, 1, 0))
    return ((smooth - smooth.min()) / np.ptp(smooth)).astype(np.float32)


def test_it_samples_as_scipy_does():
    rng = np.random.default_rng(1)
    image = smooth_image()
    target = rng.random(image.shape[:2]) < 0.3
    rows, columns = rng.uniform((-2, -2), (41, 51), (int(target.sum()), 2)).T
    wanted = ndimage.map_coordinates(image[..., 0], (rows, columns), order=1, mode="nearest")
    sampled = bilinear(target, rows, columns).apply(image)
    np.testing.assert_allclose(sampled[:, 0], wanted, atol=1e-6)


def test_integer_coordinates_are_pixel_centres():
    image = smooth_image((7, 9, 3))
    everything = np.ones((7, 9), bool)
    sampled = bilinear(everything, *map(np.ravel, np.mgrid[:7, :9].astype(float))).apply(image)
    assert np.array_equal(sampled.reshape(image.shape), image)


@pytest.mark.parametrize("angle", [90, -90, 180])
def test_a_quarter_turn_moves_whole_pixels_counter_clockwise(angle):
    image = smooth_image((41, 41, 1))
    turned = image.copy()
    sampling = turn_disc((41, 41), (20, 20), 15.5, angle)
    turned[sampling.target] = sampling.apply(image)
    wanted = np.where(sampling.target[..., None], np.rot90(image, angle // 90), image)
    np.testing.assert_allclose(turned, wanted, atol=1e-6)


@pytest.mark.parametrize("angle", [37, -112])
def test_a_rotated_disc_is_inverted_to_31_db(angle):
    image = smooth_image((97, 90, 1))
    sampling = turn_disc((97, 90), (47.3, 44.8), 27.5, angle)
    damaged = image.copy()
    damaged[sampling.target] = np.rint(sampling.apply(image) * 255) / 255
    prior = damaged.copy()
    prior[sampling.target] = 0.5
    solved = sampling.solve(damaged[sampling.target], prior)
    inner = turn_disc((97, 90), (47.3, 44.8), 25.5, angle).target
    assert ((solved - image)[inner] ** 2).mean() < 10**-3.1


def test_flaps_are_exchanged_corner_by_corner():
    tl, tr, br, bl = corners = np.array([[20.0, 20], [10, 60], [50, 70], [60, 30]])
    ramp = np.stack(np.meshgrid(np.arange(80.0), np.arange(90.0), indexing="ij"), axis=-1).astype(np.float32)
    sampling = exchange_flaps((80, 90), corners)
    moved = np.full_like(ramp, np.nan)
    moved[sampling.target] = sampling.apply(ramp)
    for was, now in (((tl, bl, br), (tl, bl, tr)), ((tl, tr, br), (bl, tr, br))):
        for weights in ((0.8, 0.1, 0.1), (0.1, 0.8, 0.1), (0.1, 0.1, 0.8), (0.4, 0.3, 0.3)):
            place = np.rint(np.dot(weights, now)).astype(int)
            inner = np.linalg.solve(np.column_stack([np.array(now), np.ones(3)]).T, np.append(place, 1))
            np.testing.assert_allclose(moved[tuple(place)], inner @ np.array(was), atol=1e-3)
