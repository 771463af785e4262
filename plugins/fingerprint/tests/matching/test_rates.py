"""Error rates: against brute force, known values, and invariances."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from restore_fingerprint.matching.rates import accept_rate, equal_error, equal_error_interval, ranks, trace

calm = settings(deadline=None, max_examples=60)
# Few distinct values, so that ties are frequent.
scores = st.lists(st.integers(0, 12), min_size=1, max_size=25)


def errors(genuine, impostor, threshold):
    fmr = Fraction(sum(score >= threshold for score in impostor), len(impostor))
    return fmr, Fraction(sum(score < threshold for score in genuine), len(genuine))


def slow_equal_error(genuine, impostor):
    """Return the errors by FVC2000's literal definition, as exact fractions."""
    found = [errors(genuine, impostor, t) for t in [*sorted({*genuine, *impostor}), float("inf")]]
    before = [pair for pair in found if pair[1] <= pair[0]][-1]
    after = next(pair for pair in found if pair[1] >= pair[0])
    return min(before, after, key=sum)


@given(scores, scores)
@calm
def test_the_curve_counts_the_scores_that_reach_each_threshold(genuine, impostor):
    curve = trace(genuine, impostor)
    assert curve.threshold[-1] == np.inf
    assert list(curve.threshold[:-1]) == sorted({*genuine, *impostor})
    for threshold, fmr, fnmr, tar in zip(curve.threshold, curve.fmr, curve.fnmr, curve.tar, strict=True):
        assert (fmr, fnmr) == tuple(map(float, errors(genuine, impostor, threshold)))
        assert tar == 1 - fnmr


@given(scores, scores)
@calm
def test_the_equal_error_rate_follows_the_definition(genuine, impostor):
    found, (fmr, fnmr) = equal_error(genuine, impostor), slow_equal_error(genuine, impostor)
    assert found.rate == pytest.approx(float((fmr + fnmr) / 2), abs=1e-15)
    assert (found.low, found.high) == tuple(map(float, sorted((fmr, fnmr))))
    assert tuple(map(float, errors(genuine, impostor, found.threshold))) in {
        (found.low, found.high),
        (found.high, found.low),
    }


@given(scores, scores, st.sampled_from([0.5, 0.25, 0.2, 0.1, 0.05]))
@calm
def test_the_accept_rate_is_the_largest_at_the_false_match_rate(genuine, impostor, far):
    found = accept_rate(genuine, impostor, far)
    if len(impostor) < round(1 / far):
        assert np.isnan(found)
        return
    allowed = [
        1 - fnmr
        for fmr, fnmr in (errors(genuine, impostor, t) for t in [*range(14), float("inf")])
        if fmr <= Fraction(str(far))
    ]
    assert found == pytest.approx(float(max(allowed)), abs=1e-15)


@given(scores, scores, st.randoms(use_true_random=False))
@calm
def test_the_order_of_scores_does_not_matter(genuine, impostor, random):
    others = [random.sample(one, len(one)) for one in (genuine, impostor)]
    assert equal_error(genuine, impostor) == equal_error(*others)
    assert np.array_equal(accept_rate(genuine, impostor, 0.1), accept_rate(*others, 0.1), equal_nan=True)


@given(scores, scores, st.sampled_from([0.25, 0.5, 2, 3, 1000]), st.integers(-100, 100))
@calm
def test_scaling_and_shifting_scores_do_not_matter(genuine, impostor, scale, shift):
    own, others = (np.array(one) * scale + shift for one in (genuine, impostor))
    before, after = equal_error(genuine, impostor), equal_error(own, others)
    assert before[:3] == after[:3]
    assert after.threshold == (before.threshold * scale + shift)


@given(scores, scores)
@calm
def test_swapping_genuine_and_impostor_and_the_sign_swaps_the_errors(genuine, impostor):
    # Strictly above instead of at least: thresholds lie between scores, so the points of the curve are equal.
    curve, mirror = trace(genuine, impostor), trace(np.negative(impostor), np.negative(genuine))
    assert set(zip(curve.fmr, curve.fnmr, strict=True)) == set(zip(mirror.fnmr, mirror.fmr, strict=True))


@given(scores, scores)
@calm
def test_separable_scores_have_no_errors(genuine, impostor):
    found = equal_error(np.array(genuine) + 100, impostor)
    assert found[:3] == (0, 0, 0)
    assert accept_rate(np.array(genuine) + 100, impostor * 10, 0.1) == 1


@given(scores)
@calm
def test_equal_distributions_have_an_equal_error_rate_of_a_half(values):
    found = equal_error(values, values)
    assert found.rate == 0.5


def test_known_values():
    genuine, impostor = [0.9, 0.8, 0.7, 0.4], [0.1, 0.2, 0.3, 0.5, 0.6]
    # At 0.5 it accepts 2 of 5 and rejects 1 of 4; at 0.6 it accepts 1 of 5 and rejects 1 of 4, the closer pair.
    assert equal_error(genuine, impostor) == pytest.approx((0.225, 0.2, 0.25, 0.6))
    assert accept_rate(genuine, impostor, 0.2) == 0.75
    # 1 of 100 is 0.01 and not above; 2 are above.
    assert accept_rate([1.0, 3.0], [2.0] + [0.0] * 99, 0.01) == 1
    assert accept_rate([1.0, 3.0], [2.0] * 2 + [0.0] * 98, 0.01) == 0.5
    assert accept_rate([1.0, 3.0], [4.0] * 2 + [0.0] * 98, 0.01) == 0
    assert np.isnan(accept_rate([1.0, 3.0], [0.0] * 999, 0.001))
    assert accept_rate([1.0, 3.0], [0.0] * 1000, 0.001) == 1


def test_without_scores_rates_are_undefined():
    assert np.isnan(equal_error([], [1.0])).all()
    assert np.isnan(equal_error([1.0], [])).all()
    assert np.isnan(accept_rate([], [1.0] * 100, 0.1))
    for genuine, impostor in (([], [1.0]), ([1.0], []), ([np.nan], [1.0])):
        with pytest.raises(ValueError, match="score"):
            trace(genuine, impostor)


def test_ties_count_against_the_rank():
    own = [3.0, 3.0, 3.0, np.nan, 0.0]
    others = [[1.0, 2.0], [3.0, 1.0], [4.0, 3.0], [1.0, 1.0], [0.0, np.nan]]
    assert np.array_equal(ranks(own, others), [1, 2, 3, np.nan, 2], equal_nan=True)


@given(st.integers(0, 2**32 - 1))
@calm
def test_a_rank_is_the_worst_among_ties(seed):
    rng = np.random.default_rng(seed)
    own, others = rng.integers(0, 4, 5), rng.integers(0, 4, (5, 6))
    for mine, theirs, rank in zip(own, others, ranks(own, others), strict=True):
        row = sorted([(score, 1) for score in theirs] + [(mine, 0)], reverse=True)
        assert row.index((mine, 0)) + 1 == rank


def table(rng, fingers, shift):
    """Return genuine and impostor scores of all pairs of fingers, each with the indices of their fingers."""
    number = np.arange(fingers)
    pairs = np.stack(np.meshgrid(number, number), -1).reshape(-1, 2)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return (rng.normal(shift, 1, fingers), number), (rng.normal(0, 1, len(pairs)), pairs)


def test_an_interval_is_wider_with_fewer_fingers_and_contains_the_rate():
    widths = []
    for fingers in (10, 80):
        genuine, impostor = table(np.random.default_rng(3), fingers, 2)
        low, high = equal_error_interval(genuine, impostor, np.random.default_rng(0))
        assert 0 <= low <= equal_error(genuine[0], impostor[0]).rate <= high <= 1
        widths.append(high - low)
    assert widths[1] < 0.6 * widths[0]


@pytest.mark.slow
def test_nineteen_of_twenty_intervals_contain_the_true_rate():
    # Two normal densities with means 2 apart cross at 1: the true rate is the tail beyond 1.
    true, held = 0.158655, 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        low, high = equal_error_interval(*table(rng, 60, 2), rng, resamples=300)
        held += low <= true <= high
    assert 0.88 <= held / 200 <= 1


@given(st.integers(0, 2**32 - 1))
@calm
def test_an_interval_weights_fingers_as_if_they_were_copied(seed):
    rng = np.random.default_rng(seed)
    (own, mine), (others, pairs) = table(rng, 4, 1)
    own, others = own.round(1), others.round(1)
    drawn = np.random.default_rng(seed).multinomial(4, np.full(4, 0.25), 1)[0]
    assume((drawn > 0).sum() > 1)
    weights = drawn[pairs[:, 0]] * drawn[pairs[:, 1]]
    low, high = equal_error_interval((own, mine), (others, pairs), np.random.default_rng(seed), resamples=1)
    expected = equal_error(np.repeat(own, drawn), np.repeat(others, weights)).rate
    assert low == pytest.approx(expected, abs=1e-12)
    assert high == low


def test_one_finger_has_no_interval():
    assert np.isnan(equal_error_interval(([1.0], [0]), ([], np.empty((0, 2))), np.random.default_rng(0))).all()
