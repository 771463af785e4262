"""Dots per inch that the ridges contradict, and those that they do not."""

import numpy as np
import pytest

from restore_fingerprint.datasets.dpi import doubts, ridge_period


def image_of(drawn, period, shape=(200, 200)):
    return (drawn.ridges("a", shape, period) / np.float32(255)).astype(np.float32)


@pytest.mark.parametrize(
    ("period", "dpi", "about"),
    [(9, 500, None), (9, 569, None), (9, 1, 500), (9, 96, 500), (9, 1000, 500), (3.2, 96, 200), (3.2, 170, None)],
)
def test_ridges_tell_what_cannot_be_true(drawn, period, dpi, about):
    notes = list(doubts(image_of(drawn, period), {"the header's": dpi}))
    told = f"the header's {dpi} dpi cannot be true, its ridges say about {about} (one print of each group is checked)"
    assert notes == ([told] if about else [])


def test_each_claim_is_judged_by_itself(drawn):
    notes = list(doubts(image_of(drawn, 9), {"the header's": 1.2, "the": 500.0}))
    assert len(notes) == 1
    assert notes[0].startswith("the header's 1 dpi")
    assert list(doubts(image_of(drawn, 9), {})) == []


@pytest.mark.parametrize("shape", [(1, 1), (5, 300), (200, 200)])
def test_without_ridges_nothing_is_contradicted(shape):
    assert list(doubts(np.full(shape, 0.5, np.float32), {"the header's": 1.0})) == []


def test_only_the_middle_is_looked_at(drawn):
    picture = np.ones((900, 900), np.float32)
    picture[350:550, 350:550] = image_of(drawn, 9)
    assert ridge_period(picture) == pytest.approx(9, abs=0.3)
