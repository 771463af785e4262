"""Scars have as many shades as layers, are whitest at their centreline, and cover as much as was measured."""

import numpy as np
import pytest

from restore.api import generator
from restore_fingerprint.alterations.scars import HEALED, OFTEN, RIMS, draw_healed, draw_rim, whiteness

# A straight scar, long enough to estimate its shares: every pixel of a row has the same distance from the centreline.
BESIDE = np.repeat(np.arange(-12.0, 13.0)[:, np.newaxis], 4000, axis=1)
LEVEL = np.ones_like(BESIDE)


def scar_of(layers, key=0, grain=1.0, scale=1):
    rng = generator("scars", layers, key)
    return whiteness(BESIDE, layers, RIMS[layers], rng, grain=grain, strength=scale * LEVEL)


@pytest.mark.parametrize("layers", RIMS)
def test_a_layer_is_a_shade(layers):
    white = scar_of(layers)
    assert len(np.unique(white)) == layers + 1
    assert white.min() == 0
    assert 0.85 < white.max() < 0.95


@pytest.mark.parametrize("layers", RIMS)
def test_it_is_whitest_at_its_centreline_and_of_finite_width(layers):
    mean = scar_of(layers).mean(axis=1)
    assert (np.diff(mean[:13]) >= -0.02).all()
    assert (np.diff(mean[12:]) <= 0.02).all()
    assert mean[12] > 0.2
    assert not mean[[0, -1]].any()


@pytest.mark.parametrize("layers", [layers for layers in RIMS if RIMS[layers].ragged == 1])
def test_the_mean_cover_is_the_share(layers):
    shades = np.unique(scar_of(layers))
    covered = np.searchsorted(shades, scar_of(layers)) / layers
    shares = np.interp(np.abs(BESIDE[:, 0]), np.arange(len(RIMS[layers].share)), RIMS[layers].share)
    np.testing.assert_allclose(covered.mean(axis=1), shares, atol=0.03)


def test_a_scar_of_strength_zero_is_invisible():
    assert not scar_of(5, scale=0).any()


@pytest.mark.parametrize("layers", RIMS)
def test_at_twice_the_resolution_it_is_twice_as_wide(layers):
    beside = np.repeat(np.arange(-24.0, 25.0)[:, np.newaxis], 8000, axis=1)
    fine = whiteness(beside, layers, RIMS[layers], generator("scars"), grain=2.0, strength=np.ones_like(beside))
    np.testing.assert_allclose(fine.mean(axis=1)[::2], scar_of(layers).mean(axis=1), atol=0.1)


@pytest.mark.parametrize("radius", OFTEN)
def test_scars_are_drawn_with_their_measured_frequencies(radius):
    drawn = [draw_rim(radius, generator("often", key)) for key in range(2000)]
    shares = np.array(OFTEN[radius])
    np.testing.assert_allclose([drawn.count(layers) / 2000 for layers in RIMS], shares / shares.sum(), atol=0.04)
    assert {draw_healed(generator("often", key)) for key in range(100)} == set(HEALED)
