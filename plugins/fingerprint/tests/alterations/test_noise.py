"""Gradient noise is zero on its lattice and smooth in between; the official gradients are a constant."""

import numpy as np
import pytest

from restore_fingerprint.alterations.noise import PERMUTATION, draw_gradients, gradient_noise, official_gradients


def test_the_permutation_has_every_number_once():
    assert sorted(PERMUTATION) == list(range(256))
    assert PERMUTATION[:4].tolist() == [225, 155, 210, 108]


@pytest.mark.parametrize("period", [4, 16])
def test_it_is_zero_at_lattice_points_and_bounded(period):
    field = gradient_noise((65, 97), period, np.random.default_rng(0), origin=period)
    assert np.abs(field[::period, ::period]).max() < 1e-12
    assert 0.1 < field.std() < 0.35
    assert np.abs(field).max() < 2


def test_it_is_smooth():
    field = gradient_noise((200, 200), 40, np.random.default_rng(0), octaves=1)
    assert np.abs(np.diff(field, 2, axis=0)).max() < 0.02


def test_gradients_are_projections_of_unit_vectors():
    length = np.hypot(*draw_gradients(np.random.default_rng(0)).T)
    assert length.max() <= 1
    # The mean of sqrt(1 - z²) for z uniform in [-1, 1].
    assert abs(length.mean() - np.pi / 4) < 0.03


def test_the_official_gradients_are_one_table():
    table = official_gradients()
    assert table is official_gradients()
    assert not table.flags.writeable
    assert abs(np.hypot(*table.T).mean() - np.pi / 4) < 0.03
