"""Where a score over the amount of damage passes a bound."""

import pytest

from restore.errors import RequestError
from restore.planning.ladder import Ladder
from restore.tasks.curves import Bound, Curve, crossing, parse_bound


def curve(means, better="higher", amounts=(1, 2, 4)):
    rows = tuple(
        None if mean is None else {"mean": mean, "low": mean - 1, "high": mean + 1, "better": better} for mean in means
    )
    ladder = Ladder("box", "size", tuple(f"box:size={i}" for i in range(len(means))), amounts)
    return Curve(ladder, None, "psnr", "hole", "restored", rows)


@pytest.mark.parametrize(
    ("means", "better", "expected"),
    [
        ((10, 8, 4), "higher", 3),
        ((10, 8, 6), "higher", 4),  # not worse before the last amount
        ((6, 6, 6), "higher", None),
        ((5, 4, 3), "higher", None),  # worse from the first amount on
        ((1, 5, 9), "lower", 2.5),
        ((10, None, 4), "higher", 3),
        ((10, 4, 10), "higher", 1 + 4 / 6),  # the first passage
    ],
)
def test_the_amount_is_interpolated(means, better, expected):
    found = crossing(curve(means, better), 6)
    if means == (10, 8, 6):
        assert found is None
    else:
        assert found == (None if expected is None else pytest.approx(expected))


def test_the_ends_of_the_interval_pass_elsewhere():
    one = curve((10, 8, 4))
    assert crossing(one, 6, "low") == pytest.approx(2.5)
    assert crossing(one, 6, "high") == pytest.approx(3.5)


def test_levels_without_numbers_have_no_amount():
    assert crossing(curve((10, 8, 4), amounts=None), 6) is None


def test_a_bound_is_of_a_metric_and_perhaps_a_region():
    assert parse_bound("psnr:hole=9") == Bound("psnr", "hole", 9)
    assert parse_bound("minutiae.f1=.8") == Bound("minutiae.f1", None, 0.8)
    assert parse_bound("psnr=1e1").value == 10
    one = curve((1, 2, 3))
    assert parse_bound("psnr=9").holds_for(one)
    assert not parse_bound("psnr:full=9").holds_for(one)


@pytest.mark.parametrize("text", ["", "psnr", "psnr=", "psnr:=3", "=3", "psnr=nine", "psnr=1..2", "psnr:hole:x=1"])
def test_other_texts_are_refused(text):
    with pytest.raises(RequestError) as error:
        parse_bound(text)
    assert (error.value.code, error.value.where) == ("bad-value", "--bound")
