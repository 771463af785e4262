"""The panel of a ledger shows each minutia in its colour and at its position."""

import numpy as np
import pytest

from restore_fingerprint.minutiae import Minutiae
from restore_fingerprint.minutiae.pairing import ledger
from restore_fingerprint.minutiae.panel import COLOURS, draw_ledger


def one(x, y, degrees=90.0):
    return Minutiae(
        np.array([x]), np.array([y]), np.radians([degrees]), np.ones(1, np.uint8), np.ones(1), (60, 80), 500.0
    )


def places(panel, what):
    rows, columns = np.nonzero((panel == COLOURS[what]).all(axis=-1))
    return (rows + 0.5) / 4 - 0.5, (columns + 0.5) / 4 - 0.5


@pytest.mark.parametrize(("shift", "what"), [(0.0, {"kept"}), (18.0, {"moved"}), (40.0, {"lost", "invented"})])
def test_colours(shift, what):
    before, after = one(20.0, 30.0), one(20.0 + shift, 30.0)
    panel = draw_ledger(np.ones((60, 80, 1), np.float32), before, after, ledger(before, after), scale=4)
    assert panel.shape == (240, 320, 3)
    assert panel.dtype == np.uint8
    assert {name for name in COLOURS if len(places(panel, name)[0])} == what
    rows, columns = places(panel, "lost" if "lost" in what else next(iter(what)))
    # A line up to nine pixels upward, a circle of radius three around.
    assert rows.min() == pytest.approx(21, abs=0.8)
    assert rows.max() == pytest.approx(33, abs=0.8)
    assert columns.max() == pytest.approx(23 + (shift if "moved" in what else 0), abs=0.8)
