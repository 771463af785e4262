"""Stated resolutions, plausible and implausible."""

import numpy as np
import pytest

from restore_fingerprint.datasets.dpi import doubts, halved, resampled, ridge_period


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


@pytest.mark.parametrize(("shape", "half"), [((1, 1), (1, 1)), ((200, 301), (100, 151)), ((7, 8), (4, 4))])
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_half_the_resolution(shape, half, channels):
    image = np.full((*shape, channels), 0.3, np.float32)
    image[..., -1] = 1
    found = halved(image)
    assert (found.shape, found.dtype) == ((*half, channels), np.float32)
    assert np.allclose(found, image[:1, :1], atol=1e-6)
    assert found.max() <= 1


@pytest.mark.parametrize("period", [4, 9, 18, 36])
def test_waves_are_attenuated_by_the_gaussian_and_stay_where_they_are(period):
    rows = np.arange(720)[:, None, None]
    image = (0.5 + 0.5 * np.cos(2 * np.pi * rows / period)).astype(np.float32) * np.ones((1, 9, 1), np.float32)
    factor = np.exp(-2 * (np.pi * 0.8475 / period) ** 2)
    wanted = 0.5 + 0.5 * factor * np.cos(2 * np.pi * rows[::2] / period)
    assert np.abs(halved(image) - wanted)[10:-10].max() < 2e-3


@pytest.mark.parametrize(
    ("period", "header", "dpi", "halves"),
    [
        (18, 1000, 500, True),
        (18, 999.998, 500, True),
        (18, None, 500, False),
        (18, 1000, None, False),
        (9, 500, 500, False),
        (9, 1000, 500, False),  # its ridges say 500
        (18, 1200, 500, False),
    ],
)
def test_a_print_is_halved_where_header_and_ridges_agree(drawn, period, header, dpi, halves):
    image = image_of(drawn, period)[..., None]
    found, notes = resampled(image, header, dpi)
    assert (found.shape == (100, 100, 1)) == halves
    assert (found is image) != halves
    contradicted = (period, header) == (9, 1000)
    assert len(notes) == (halves or contradicted)
    if halves:
        assert drawn.numbers(notes[0]) == [1000, 500]
        assert ridge_period(found) == pytest.approx(9, abs=0.5)
