import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.show.figures import (
    NOTHING,
    count,
    decimals_for,
    draw_course,
    show_age,
    show_bytes,
    show_figure,
    show_score,
    show_seconds,
)


@pytest.mark.parametrize(
    ("values", "decimals"),
    [([21.75, 9.6], 2), ([0.843], 4), ([1.0, 0.5], 3), ([100.0], 1), ([12345.0], 0), ([1e-7], 4), ([0.0], 2), ([], 2)],
)
def test_the_largest_score_of_a_row_gets_four_digits(values, decimals):
    assert decimals_for([*values, None]) == decimals


@pytest.mark.parametrize(
    ("value", "text"),
    [(21.754, "21.75"), (0.0, "0"), (-0.0, "0"), (0.00001, "1e-05"), (None, NOTHING), (math.nan, NOTHING)],
)
def test_a_score_is_rounded_but_only_zero_reads_as_zero(value, text):
    assert show_score(value, 2) == text


@given(st.floats(-1e6, 1e6))
def test_a_figure_keeps_its_value(value):
    assert float(show_figure(value)) == pytest.approx(value, rel=1e-3 if abs(value) > 1e-5 else 0.5)


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (44_200_000, "44 MB"), (2e15, "2000 TB")]
)
def test_sizes(size, text):
    assert show_bytes(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (3599.6, "1 h 0 min"), (7500, "2 h 5 min")],
)
def test_durations(seconds, text):
    assert show_seconds(seconds) == text


@pytest.mark.parametrize(
    ("created", "text"),
    [
        ("2026-01-02T00:00:00+00:00", "just now"),
        ("2026-01-01T23:58:30+00:00", "1 min ago"),
        ("2026-01-01T21:00:00+00:00", "3 h ago"),
        ("2025-12-31T00:00:00+00:00", "2 d ago"),
        ("no time", "no time"),
        ("2026-01-01T00:00:00", "2026-01-01T00:00:00"),
        ("", NOTHING),
    ],
)
def test_ages(created, text):
    assert show_age(created, datetime(2026, 1, 2, tzinfo=UTC)) == text


def test_counts_have_their_noun():
    assert [count(1, "entry", "entries"), count(2, "entry", "entries"), count(1200, "image")] == [
        "1 entry",
        "2 entries",
        "1,200 images",
    ]


def test_the_course_of_a_loss_goes_from_its_highest_to_its_lowest_block():
    assert draw_course([1.0, 0.5, 0.0]) == "█▅▁"
    assert draw_course([0.3, 0.3]) == "▁▁"
    assert draw_course([0.3, math.nan]) == ""


@given(st.lists(st.floats(0, 1), min_size=2, max_size=200), st.integers(2, 40))
def test_the_course_keeps_to_its_width_and_its_ends(values, width):
    course = draw_course(values, width)
    assert len(course) == min(len(values), width)
    assert draw_course([values[0], *values[1:-1], values[-1]], width)[-1] == course[-1]
