"""Scores of several cases lie on common axes, and pooled means are made of them anew."""

from dataclasses import replace

import numpy as np
import pytest
from running.cases import case

from restore.errors import RequestError
from restore.running.scores import ScoredCase, label_of, pooled, row_of, scores_of


@pytest.fixture(scope="module")
def cases():
    """Return two corruptions, a paired set's level, and another dataset with an image of the same path."""
    return [
        case(),
        case(corruption="zcut", level="easy", seed=1),
        case(corruption="box@hard", level="hard", seed=2),
        case(4, data="scans", seed=3),
    ]


@pytest.fixture(scope="module")
def scores(cases):
    return scores_of([ScoredCase.of(one) for one in cases])


def test_pooled_means_equal_the_table(scores):
    rows = [row for row in scores.table if row["rule"] == "db"]
    assert len(rows) == 4 * 2 * 3
    for row in rows:
        assert pooled(scores, *row_of(row)) == (None if row["mean"] is None else pytest.approx(row["mean"], rel=1e-12))
    assert {row["mean"] is None for row in rows} == {True, False}


def test_a_value_without_pixels_does_not_count(scores):
    value = scores.value.copy()
    value[1, :, scores.metric.index("psnr")] = np.nan
    less = replace(scores, value=value)
    row = next(row for row in scores.table if (row["what"], row["region"]) == ("restored", "hole"))
    assert pooled(less, *row_of(row)) != pytest.approx(row["mean"])


def test_pixels_are_those_of_each_region(cases, scores):
    hole, full, clean = (scores.region.index(name) for name in ("hole", "full", "clean"))
    counted = cases[0].test.masks.sum(axis=(1, 2))
    assert scores.pixels.dtype == np.int64
    assert np.array_equal(scores.pixels[:6, 0, hole], counted)
    assert (scores.pixels[:6, 0, full] == 12 * 16).all()
    assert np.array_equal(scores.pixels[:6, 0, clean], 12 * 16 - counted)
    assert not scores.pixels[6:, 1:].any(), "the other dataset was tested under the first corruption only"
    assert np.isnan(scores.value[6:, 1:]).all()


def test_cases_are_labelled_by_their_level(scores):
    assert scores.corruption == ["box", "zcut@easy", "box@hard"]
    assert label_of("zcut@easy|box", None) == "zcut@easy|box"


def test_an_image_of_another_dataset_is_never_taken_for_an_own_one():
    own, other = case(2, seed=4), case(2, data="scans", seed=5)
    own = replace(own, test=replace(own.test, ids=["scans/0.png", "scans/1.png"]))
    scores = scores_of([ScoredCase.of(own), ScoredCase.of(other)])
    assert scores.image == ["scans/0.png", "scans/1.png"] * 2
    assert scores.data == ["", "", "scans", "scans"]
    for row in (row for row in scores.table if row["rule"] == "db" and row["mean"] is not None):
        assert pooled(scores, *row_of(row)) == pytest.approx(row["mean"], rel=1e-12)


def test_files_of_schema_1_cannot_be_pooled(scores):
    with pytest.raises(RequestError) as refused:
        pooled(replace(scores, pixels=None, data=None), "psnr", "box", "full", "restored")
    assert refused.value.code == "no-pixel-counts"
