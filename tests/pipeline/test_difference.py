"""Differences of two samples: figures are scipy's, and under the null hypothesis few are found."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, wilcoxon

from restore.pipeline.bootstrap import ZERO_ERROR_DB, Resamples
from restore.pipeline.difference import FEWEST, Sample, holm, rank_sum, signed_rank, subtract

GROUPS = np.repeat(np.arange(9), 3).astype(str).tolist()


def rng(seed=0):
    return np.random.default_rng(seed)


def sample(values, groups=GROUPS, *, pixels=None, resamples=None):
    values = np.asarray(values, np.float32)
    pixels = np.ones(len(values), np.int64) if pixels is None else pixels
    return Sample(values, pixels, resamples or Resamples(groups, rng(1)))


def pair(first, second, **more):
    resamples = Resamples(more.pop("groups", GROUPS), rng(1))
    return tuple(sample(values, resamples=resamples, **more) for values in (first, second))


def by_group(values, groups=GROUPS):
    return np.array(
        [np.mean([v for v, g in zip(values, groups, strict=True) if g == name]) for name in sorted({*groups})]
    )


def test_paired_figures_are_those_of_scipy():
    first, second = rng(0).random((2, 27)).astype(np.float32)
    found = subtract(*pair(first + 0.2, second), "values", paired=True)
    differences = by_group((first + np.float32(0.2)).astype(float) - second)
    assert found.p == pytest.approx(wilcoxon(differences, zero_method="pratt").pvalue, rel=1e-12)
    assert found.difference.value == pytest.approx(differences.mean())
    assert found.means == pytest.approx((first.mean() + 0.2, second.mean()))
    assert found.difference.low < found.difference.value < found.difference.high
    assert (found.images, found.groups, found.sign) == ((27, 27), (9, 9), 1)


def test_unpaired_figures_are_those_of_scipy():
    first, second, groups = rng(0).random(27), rng(1).random(24) + 0.3, GROUPS[:24]
    found = subtract(sample(first), sample(second, groups), "values", paired=False)
    one, two = by_group(np.float32(first)), by_group(np.float32(second), groups)
    assert found.p == pytest.approx(mannwhitneyu(one, two).pvalue, rel=1e-6)
    assert found.difference.value == pytest.approx(first.mean() - second.mean(), rel=1e-6)
    assert (found.images, found.groups, found.sign) == ((27, 24), (9, 8), -1)


def test_the_interval_of_independent_samples_is_wider_than_that_of_pairs():
    subjects = np.repeat(rng(0).normal(0, 1, 9), 3)
    first, second = subjects + rng(1).normal(0, 0.1, (2, 27))
    paired = subtract(*pair(first, second), "values", paired=True).difference
    apart = subtract(
        sample(first), sample(second, resamples=Resamples(GROUPS, rng(2))), "values", paired=False
    ).difference
    assert paired.value == pytest.approx(apart.value)
    assert apart.high - apart.low > 3 * (paired.high - paired.low)


def test_decibels_are_those_of_the_error_pooled_by_pixels():
    errors, pixels = rng(0).uniform(0.001, 0.1, (2, 27)), rng(1).integers(1, 100, 27)
    found = subtract(*pair(*(-10 * np.log10(errors)), pixels=pixels), "db", paired=True)
    pooled = [-10 * np.log10(np.average(one, weights=pixels)) for one in errors]
    assert found.means == pytest.approx(pooled, rel=1e-6)
    assert found.difference.value == pytest.approx(pooled[0] - pooled[1], rel=1e-4)
    groups = np.array(GROUPS)
    of_groups = [
        [-10 * np.log10(np.average(one[groups == name], weights=pixels[groups == name])) for name in sorted({*GROUPS})]
        for one in errors
    ]
    assert found.p == pytest.approx(wilcoxon(*of_groups, zero_method="pratt").pvalue, rel=1e-6)


def test_a_sample_without_error_is_better_than_one_with():
    found = subtract(*pair(np.full(27, ZERO_ERROR_DB), rng(0).uniform(10, 30, 27)), "db", paired=True)
    assert (found.means[0], found.difference.value, found.sign) == (None, None, 1)
    assert found.p < 0.01


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("rule", ["values", "db"])
@pytest.mark.parametrize("value", [0.5, ZERO_ERROR_DB])
def test_equal_samples_show_nothing(paired, rule, value):
    found = subtract(*pair(np.full(27, value), np.full(27, value)), rule, paired=paired)
    assert (found.p, found.sign) == (1.0, 0)


def test_only_images_with_both_values_are_paired():
    first, second = rng(0).random((2, 27))
    first[:4], second[26] = np.nan, np.nan
    found = subtract(*pair(first, second), "values", paired=True)
    assert (found.images, found.groups) == ((22, 22), (8, 8))
    assert found.means == pytest.approx((first[4:26].mean(), second[4:26].mean()))


@pytest.mark.parametrize("groups", [0, 1, FEWEST - 1])
def test_few_groups_are_not_tested(groups):
    first, second = rng(0).random((2, 27))
    first[3 * groups :] = np.nan
    found = subtract(*pair(first, second), "values", paired=True)
    assert (found.p, found.sign, found.groups) == (None, 0, (groups, groups))
    assert (found.difference.low is None) == (groups < 2)


def test_mean_and_ranks_must_agree():
    """One group of nine loses more than eight win."""
    first = np.repeat([0.1] * 8 + [-5.0], 3)
    found = subtract(*pair(first + 0.001 * np.arange(27), np.zeros(27)), "values", paired=True)
    assert found.difference.value < 0
    assert found.sign == 0
    first[24:] = 0.1
    assert subtract(*pair(first, np.zeros(27)), "values", paired=True).sign == 1


def test_differences_of_zero_are_ranked():
    differences = np.array([0, 0, 0, 1, 2, -3, 4, 5, 6, 7, 8.0])
    p, sign = signed_rank(differences)
    assert p == wilcoxon(differences, zero_method="pratt").pvalue != wilcoxon(differences, zero_method="wilcox").pvalue
    assert (sign, signed_rank(-differences)) == (1, (p, -1))
    assert 0 < signed_rank(differences[:8])[0] < 1, "with few groups, too, and without a warning"
    assert rank_sum(np.zeros(8), np.arange(8.0))[1] == -1


def test_holm_is_that_of_the_textbook():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, None, 0.8]) == [1.0, None, 1.0]
    assert holm([]) == []


def test_under_the_null_hypothesis_few_are_rejected(figure):
    """20 people with 10 images each, a fifth of the variance a person's; three rows, two of them almost the same metric."""
    trials, rows, people, images = 1_000, 3, 20, 10
    drawn = rng(0)
    subjects, single = (
        drawn.normal(0, 0.5, (trials, rows, people, 1)),
        drawn.normal(0, 1, (trials, rows, people, images)),
    )
    differences = subjects + single
    differences[:, 1] = differences[:, 0] + 0.3 * differences[:, 1]
    means = differences.mean(axis=-1)
    ps = np.array([[signed_rank(row)[0] for row in table] for table in means])
    of_rows = (ps <= 0.05).mean()
    of_tables = np.mean([min(holm(table.tolist())) <= 0.05 for table in ps])
    over_images = (wilcoxon(differences[:, 0].reshape(trials, -1), axis=-1).pvalue <= 0.05).mean()
    figure(f"null hypothesis: {of_rows:.1%} of rows, {of_tables:.1%} of tables, {over_images:.0%} over single images")
    assert 0.03 <= of_rows <= 0.07
    assert 0 < of_tables <= 0.07
    assert 0.15 < over_images < 0.35, "images of a group are no independent samples"
