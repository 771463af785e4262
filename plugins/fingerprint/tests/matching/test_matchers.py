"""Matchers score genuine comparisons above impostors under rotation and translation; a missing package is named."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from restore.api import RequestError
from restore_fingerprint.matching.matchers import MatcherName, at_standard_dpi, find_matcher
from restore_fingerprint.minutiae.values import Minutiae, scaled

NAMES = MatcherName.__args__
PACKAGES = {"bozorth3": "afis", "mcc": "afis", "bozorth3-nist": "nbis"}
SIDE = 300


@pytest.fixture(params=NAMES)
def matcher(request):
    package = PACKAGES.get(request.param)
    if package is not None:
        pytest.importorskip(package, reason="an extra is not installed", exc_type=ImportError)
    return find_matcher(request.param)


def draw(seed, count=25):
    rng = np.random.default_rng(seed)
    # Nowhere closer than two ridge periods, as on a finger.
    spots = np.stack(np.meshgrid(np.arange(5), np.arange(5)), -1).reshape(-1, 2)[:count] * 46 + 40.0
    x, y = (spots + rng.uniform(-12, 12, spots.shape)).T
    return Minutiae(
        x=x,
        y=y,
        direction=rng.uniform(0, 2 * np.pi, len(x)),
        kind=rng.integers(1, 3, len(x)).astype(np.uint8),
        quality=rng.uniform(0.5, 1, len(x)),
        shape=(SIDE, SIDE),
        dpi=500.0,
    )


def turn(minutiae, degrees, shift=(0.0, 0.0)):
    """Return minutiae rotated counter-clockwise about the centre, rows running downward."""
    angle, middle = np.deg2rad(degrees), SIDE / 2
    x, y = minutiae.x - middle, middle - minutiae.y
    return replace(
        minutiae,
        x=np.cos(angle) * x - np.sin(angle) * y + middle + shift[0],
        y=middle - (np.sin(angle) * x + np.cos(angle) * y) + shift[1],
        direction=(minutiae.direction + angle) % (2 * np.pi),
    )


def impostors(matcher):
    return max(matcher.match(draw(seed), draw(seed + 50)) for seed in range(5))


@pytest.mark.parametrize(("degrees", "shift"), [(0, (15, -9)), (25, (0, 0)), (-40, (8, 5))])
def test_a_rotated_and_shifted_print_matches(matcher, degrees, shift):
    one = draw(1)
    same = matcher.match(one, one)
    assert matcher.match(turn(one, degrees, shift), one) > max(0.6 * same, 2 * impostors(matcher))


def test_a_partial_print_matches(matcher):
    one = draw(2)
    half = one[one.y < 200]
    assert 15 <= len(half) <= 20
    assert matcher.match(half, one) > impostors(matcher)


def test_directions_matter(matcher):
    one = draw(3)
    other = replace(one, direction=np.random.default_rng(0).permutation(one.direction))
    assert matcher.match(other, one) < 0.5 * matcher.match(one, one)


def test_a_mirrored_print_does_not_match(matcher):
    one = draw(4)
    mirrored = replace(one, x=SIDE - one.x, direction=(np.pi - one.direction) % (2 * np.pi))
    assert matcher.match(mirrored, one) < 0.5 * matcher.match(one, one)


def test_minutiae_are_scaled_to_the_matchers_resolution(matcher):
    one, two = draw(5), turn(draw(5), 10)
    small = scaled(one, 0.4, (120, 120), 200.0)
    assert at_standard_dpi(small).shape == (SIDE, SIDE)
    assert matcher.match(two, small) == pytest.approx(matcher.match(two, one))


def test_the_order_of_minutiae_does_not_matter(matcher):
    one, two = draw(6), turn(draw(6), 20)
    shuffled = two[np.random.default_rng(0).permutation(len(two))]
    assert matcher.match(shuffled, one) == matcher.match(two, one)


def test_the_score_matrix_holds_the_single_scores(matcher):
    prints = [draw(seed, 20) for seed in range(3)]
    table = matcher.scores(prints[:2], prints)
    assert table.shape == (2, 3)
    assert table.tolist() == [[matcher.match(a, b) for b in prints] for a in prints[:2]]
    assert matcher.scores([], prints).shape == (0, 3)


def test_a_print_without_minutiae_matches_nothing(matcher):
    nothing = draw(7)[:0]
    for other in (nothing, draw(7)):
        assert matcher.match(nothing, other) == 0
        assert matcher.match(other, nothing) == 0


def test_mcc_equals_the_package_for_rows_that_run_downward():
    mcc = pytest.importorskip("afis.algorithms.mcc", reason="the extra `minutiae` is not installed")
    one, two = draw(8, 20), turn(draw(8, 20), 5)
    arrays = [np.stack([m.x, m.y, m.direction, m.kind == 2, m.quality], axis=1) for m in (one, two)]
    assert find_matcher("mcc").match(one, two) == pytest.approx(mcc.match_minutiae(*arrays).score)


def test_an_unknown_matcher_is_refused_with_the_available_ones():
    with pytest.raises(RequestError) as error:
        find_matcher("sift")
    assert (error.value.code, error.value.where) == ("unknown-value", "matcher=sift")
    assert "geometric, bozorth3, mcc" in error.value.hint


@pytest.mark.parametrize("name", ["bozorth3", "mcc"])
def test_without_the_package_an_error_names_the_extra(monkeypatch, name):
    monkeypatch.setitem(sys.modules, "afis", None)
    with pytest.raises(RequestError) as error:
        find_matcher(name)
    assert (error.value.code, error.value.where) == ("missing-extra", f"matcher={name}")
    assert "restore-fingerprint[minutiae]" in error.value.hint
    assert find_matcher("geometric").match(draw(1), draw(1)) == 1
