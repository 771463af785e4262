"""Gratings of known ridge orientation and period."""

import numpy as np
import pytest


@pytest.fixture
def grating():
    """Return a function that draws ridges of a given period and angle, counter-clockwise with y upward."""

    def draw(angle, period, shape=(96, 96), *, contrast=0.4, noise=0.0, seed=0):
        rows, columns = np.indices(shape)
        across = columns * np.sin(angle) + rows * np.cos(angle)
        waves = 0.5 + contrast * np.cos(2 * np.pi / period * across)
        return np.clip(waves + np.random.default_rng(seed).normal(0, noise, shape), 0, 1).astype(np.float32)

    return draw
