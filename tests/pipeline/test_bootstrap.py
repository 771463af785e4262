"""Groups are drawn whole, and intervals are those of the figures of the resamples."""

import numpy as np
import pytest

from restore.pipeline.bootstrap import RESAMPLES, Estimate, Resamples, decibels, estimate

GROUPS = ["b", "a", "b", "c", "c", "c"]
VALUES = np.array([1, 2, 3, 4, 5, 6.0])


@pytest.fixture
def resamples():
    return Resamples(GROUPS, np.random.default_rng(0))


def test_the_first_sample_is_the_set_itself_and_the_others_draw_as_many_groups(resamples):
    assert resamples.weights.shape == (1 + RESAMPLES, 3)
    assert (resamples.weights[0] == 1).all()
    assert (resamples.weights.sum(axis=1) == 3).all()
    assert len(np.unique(resamples.weights, axis=0)) == 10, "three groups can be drawn three times in ten ways"


def test_sums_and_ratios_are_those_of_the_images_drawn(resamples):
    sums = resamples.sums(VALUES)
    ratios = resamples.ratios(VALUES, np.ones(6))
    assert (sums[0], ratios[0]) == (21, 3.5)
    for row in (1, 2, 500, RESAMPLES):
        images = np.repeat(VALUES, resamples.weights[row, resamples.index].astype(int))
        assert sums[row] == images.sum()
        assert ratios[row] == pytest.approx(images.mean())


def test_a_ratio_of_nothing_is_undefined(resamples):
    only_a = np.array([0, 1, 0, 0, 0, 0])
    ratios = resamples.ratios(VALUES * only_a, only_a)
    without = resamples.weights[:, 0] == 0
    assert without.any()
    assert np.isnan(ratios[without]).all()
    assert (ratios[~without] == 2).all()


def test_the_same_generator_draws_the_same(resamples):
    again = Resamples(GROUPS, np.random.default_rng(0))
    assert (again.weights == resamples.weights).all()


def test_groups_with_an_image(resamples):
    assert resamples.groups == 3
    assert resamples.groups_with(np.array([True, False, True, False, False, True])) == 2
    assert resamples.groups_with(np.zeros(6, bool)) == 0


def test_an_interval_holds_95_percent_of_the_resamples():
    figures = np.concatenate([[7.0], np.arange(1001.0)])
    assert estimate(figures, 2) == Estimate(7.0, 25.0, 975.0)
    figures[1:11] = np.nan
    assert estimate(figures, 2) == Estimate(7.0, *np.percentile(np.arange(10, 1001.0), [2.5, 97.5]))


@pytest.mark.parametrize(
    ("first", "others", "groups", "value"), [(np.nan, 1.0, 9, None), (2.0, 1.0, 1, 2.0), (2.0, np.nan, 9, 2.0)]
)
def test_an_interval_that_is_undefined(first, others, groups, value):
    assert estimate(np.array([first, others, others]), groups) == Estimate(value)


def test_errors_in_decibels():
    assert decibels(np.array([1, 0.01])).tolist() == [0, 20]
    assert np.isnan(decibels(np.array([0, np.nan]))).all()
