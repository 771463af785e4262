"""The truth of an alteration reproduces it and allows it to be undone."""

import numpy as np
import pytest

from restore.api import generator
from restore_fingerprint.alterations.obliteration import obliteration
from restore_fingerprint.alterations.partial import partial
from restore_fingerprint.alterations.rotation import rotation, turn_disc
from restore_fingerprint.alterations.zcut import exchange_flaps, lay_flaps, zcut
from restore_fingerprint.synthetic import synthetic

PRINT = synthetic(None, count=1, size=(97, 90))[0].clean


@pytest.mark.parametrize("key", range(3))
def test_the_truth_of_a_rotation_reproduces_it(key):
    made = rotation(PRINT, generator("truth", key), scar=False)
    sampling = turn_disc((97, 90), tuple(made.truth["centre"]), *made.truth["radius"], *made.truth["angle"])
    assert np.array_equal(sampling.target, made.mask)
    wanted = PRINT.copy()
    wanted[sampling.target] = np.rint(sampling.apply(PRINT) * 255) / 255
    np.testing.assert_allclose(made.image, wanted, atol=1.5 / 255)
    assert 60 <= abs(made.truth["angle"]) <= 120
    assert made.truth["angle"] == np.rint(made.truth["angle"])


def test_a_rotated_print_is_inverted_to_31_db_within_the_rim():
    made = rotation(PRINT, generator("truth", 5), scar=False)
    centre, radius, angle = tuple(made.truth["centre"]), float(made.truth["radius"][0]), float(made.truth["angle"][0])
    sampling = turn_disc((97, 90), centre, radius, angle)
    prior = made.image.copy()
    prior[sampling.target] = 0.5
    solved = sampling.solve(made.image[sampling.target], prior)
    inner = turn_disc((97, 90), centre, radius - 2, angle).target
    assert ((made.image - PRINT)[inner] ** 2).mean() > 0.05
    assert ((solved - PRINT)[inner] ** 2).mean() < 10**-3.1


@pytest.mark.parametrize("key", range(3))
def test_the_truth_of_a_z_cut_reproduces_it_except_its_scars(key):
    made = zcut(PRINT, generator("truth", key))
    corners = made.truth["corners"].astype(np.float64)
    hole, first, second = lay_flaps((97, 90), corners, made.truth["waves"], float(made.truth["gap"][0]))
    assert np.array_equal(made.mask, hole)
    sampling = exchange_flaps((97, 90), corners, first, second)
    wanted = PRINT.copy()
    wanted[sampling.target] = sampling.apply(PRINT)
    scar = hole & ~sampling.target
    assert 0 < scar.sum() < 0.3 * hole.sum()
    assert (made.image[scar] > 0.85).all()
    np.testing.assert_allclose(made.image[~scar], wanted[~scar], atol=1.5 / 255)


def test_the_corners_of_a_z_cut_are_a_parallelogram():
    tl, tr, br, bl = zcut(PRINT, generator("truth", 1)).truth["corners"]
    np.testing.assert_allclose(tr - tl, br - bl, atol=1e-3)


def test_an_obliteration_is_strongest_at_its_centre_and_ends_at_its_radii():
    made = obliteration(PRINT, generator("truth", 2), texture="fine")
    rows, columns = np.mgrid[:97, :90]
    (row, column), (high, wide) = made.truth["centre"], made.truth["radii"]
    away = np.hypot((rows - row) / high, (columns - column) / wide)
    assert not made.mask[away >= 1].any()
    error = np.abs(made.image - PRINT)[..., 0]
    assert error[made.mask & (away < 0.4)].mean() > 2 * error[made.mask & (away > 0.8)].mean()


def test_targets_keep_their_shapes():
    shapes = [
        {
            name: value.shape
            for name, value in rotation(PRINT, generator("truth", key), healed=bool(key % 2)).truth.items()
        }
        for key in range(4)
    ]
    assert shapes == [{"centre": (2,), "radius": (1,), "angle": (1,), "layers": (1,)}] * 4


@pytest.mark.parametrize("key", range(4))
def test_the_kept_part_is_the_ellipse_of_the_truth(key):
    black = np.zeros((240, 200, 1), np.float32)
    black[:, :6] = 1
    made = partial(black, generator("truth", key), keep=0.15)
    rows, columns = np.nonzero(~made.mask[:, 6:])
    places = np.stack([columns, -rows]).astype(float)  # to the right, and up
    sizes, axes = np.linalg.eigh(np.cov(places))
    turn, radii = np.deg2rad(float(made.truth["turn"][0])), made.truth["radii"]
    long = turn if radii[0] > radii[1] else turn + np.pi / 2
    apart = abs(axes[:, 1] @ [np.cos(long), np.sin(long)])
    if max(radii) > 1.15 * min(radii):
        assert apart > np.cos(np.deg2rad(25))
    np.testing.assert_allclose(2 * np.sqrt(sizes), np.sort(radii), rtol=0.15)
