"""Gratings, rings and noise: pictures whose ridges are known."""

import numpy as np
import pytest


@pytest.fixture
def grating():
    """Return a function that draws ridges of a period along an angle, counter-clockwise with y upward."""

    def draw(angle, period, shape=(96, 96), *, contrast=0.4, noise=0.0, seed=0):
        rows, columns = np.indices(shape)
        across = columns * np.sin(angle) + rows * np.cos(angle)
        waves = 0.5 + contrast * np.cos(2 * np.pi / period * across)
        return np.clip(waves + np.random.default_rng(seed).normal(0, noise, shape), 0, 1).astype(np.float32)

    return draw
