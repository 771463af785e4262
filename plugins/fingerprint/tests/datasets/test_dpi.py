"""Stated resolutions, plausible and implausible."""

import numpy as np
import pytest

from restore_fingerprint.datasets.dpi import doubts, ridge_period


def image_of(drawn, period, shape=(200, 200)):
    return (drawn.ridges("a", shape, period) / np.float32(255)).astype(np.float32)


@pytest.mark.parametrize(
    ("period", "dpi", "about"),
    [(9, 500, None), (9, 569, None), (9, 1, 500), (9, 96, 500), (9, 1000, 500), (3.2, 96, 200), (3.2, 170, None)],
)
def test_an_implausible_resolution_is_noted_with_that_of_the_ridges(drawn, period, dpi, about):
    notes = list(doubts(image_of(drawn, period), {"header": dpi}))
    assert [drawn.numbers(note) for note in notes] == ([[dpi, about]] if about else [])


def test_each_statement_is_checked_separately(drawn):
    (note,) = doubts(image_of(drawn, 9), {"header": 1.2, "option": 500.0})
    assert "header" in note
    assert drawn.numbers(note)[0] == 1
    assert list(doubts(image_of(drawn, 9), {})) == []


@pytest.mark.parametrize("shape", [(1, 1), (5, 300), (200, 200)])
def test_an_image_without_ridges_contradicts_nothing(shape):
    assert list(doubts(np.full(shape, 0.5, np.float32), {"header": 1.0})) == []


def test_only_the_centre_is_measured(drawn):
    image = np.ones((900, 900), np.float32)
    image[350:550, 350:550] = image_of(drawn, 9)
    assert ridge_period(image) == pytest.approx(9, abs=0.3)
