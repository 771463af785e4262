"""Synthetic prints and boxes in them, shared by the tests of the metrics."""

import numpy as np
import pytest

from restore_fingerprint.synthetic import synthetic


@pytest.fixture(scope="session")
def clean():
    """Return six prints, float32 (6, 96, 96, 1) in [0, 1]."""
    source = synthetic(None, seed=3)
    return np.stack([source[i].clean for i in range(6)])


@pytest.fixture(scope="session")
def masks():
    """Return a central box of 28 pixels, bool (6, 96, 96)."""
    masks = np.zeros((6, 96, 96), bool)
    masks[:, 40:68, 34:62] = True
    return masks


@pytest.fixture
def boxed(clean, masks):
    """Return the prints with a black box."""
    return np.where(masks[..., None], np.float32(0), clean)
