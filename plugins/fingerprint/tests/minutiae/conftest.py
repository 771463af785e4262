"""Images with known minutiae, and random minutiae."""

import numpy as np
import pytest

from restore_fingerprint.minutiae import Minutiae


@pytest.fixture
def dislocation():
    """Return a function that draws ridges with exactly one minutia.

    The phase of a plane wave plus the polar angle around a point: one side of the point has one ridge more
    (Nye and Berry, Dislocations in wave trains, 1974). `direction`: radians, towards the side with more ridges;
    `kind`: 1 draws an ending ridge, 2 an ending valley.
    """

    def draw(direction, kind, *, place=(128.0, 128.0), period=9.0, shape=(256, 256), charge=1):
        rows, columns = np.indices(shape)
        right, up = columns - place[0], place[1] - rows
        along = right * np.cos(direction) + up * np.sin(direction)
        across = -right * np.sin(direction) + up * np.cos(direction)
        # Ridges are denser where the polar angle grows in the sense of the wave's phase: at along > 0.
        phase = charge * (2 * np.pi / period * across + np.arctan2(across, along))
        # At along > 0, beside the point, the phase is 0: black for an ending ridge.
        grey = 0.5 - 0.45 * np.cos(phase) * (1 if kind == 1 else -1)
        return grey.astype(np.float32)

    return draw


@pytest.fixture
def scatter():
    """Return a function that draws minutiae at random positions."""

    def draw(count, rng, shape=(300, 300), dpi=500.0):
        return Minutiae(
            rng.uniform(0, shape[1] - 1, count),
            rng.uniform(0, shape[0] - 1, count),
            rng.uniform(0, 2 * np.pi, count),
            rng.integers(0, 3, count).astype(np.uint8),
            rng.uniform(0, 1, count),
            shape,
            dpi,
        )

    return draw
