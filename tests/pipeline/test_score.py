"""CaseScores are means over what applies, by the rule of the metric, with intervals over groups."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.errors import ComponentError
from restore.pipeline.score import Row, TestSet, score
from restore.plugins.boundary import Bound, bind
from restore.plugins.catalogue import Catalogue, Entry
from restore.plugins.components import Metric
from restore.plugins.discovery import Plugin
from restore.system.ragged import Spool

RNG = np.random.default_rng(5)
CLEAN = RNG.uniform(0, 1, (9, 16, 12, 1)).astype(np.float32)
MASKS = np.zeros((9, 16, 12), bool)
for i in range(9):
    MASKS[i, i : i + 5, 2 : 4 + i % 3] = True
DAMAGED = np.where(MASKS[..., None], 0, CLEAN).astype(np.float32)
GROUPS = ["a", "a", "b", "b", "c", "c", "d", "d", "d"]
SET = TestSet("box", None, CLEAN, DAMAGED, MASKS, [str(i) for i in range(9)], GROUPS, [{}] * 9)


def metric(name):
    return name, bind(Catalogue.installed().find("metric", name), {})


def own(function, **fields):
    entry = Entry(Metric("own", "tests:own", "Of this test.", **fields), Plugin("p", "dist-of-p", "1.2", "ok"))
    return "own", Bound(entry, function, {})


def only(scores, **wanted):
    rows = [row for row in scores.table if all(row[key] == value for key, value in wanted.items())]
    assert len(rows) == 1, rows
    return rows[0]


def test_psnr_is_that_of_the_pooled_error():
    scores = score(SET, [Row("damaged", DAMAGED)], [metric("psnr")], seed=0)
    error = ((CLEAN - DAMAGED)[..., 0].astype(np.float64)) ** 2
    for region, mask in (("full", np.ones_like(MASKS)), ("hole", MASKS)):
        assert only(scores, region=region)["mean"] == pytest.approx(-10 * np.log10(error[mask].mean()), abs=1e-4)
    clean = only(scores, region="clean")
    assert clean["mean"] is None
    assert clean["n"] == 9, "the metric applies there, it has no error at all"


def test_an_image_without_error_counts_in_the_pooled_error():
    half = DAMAGED.copy()
    half[::2] = CLEAN[::2]
    error = ((CLEAN - half)[..., 0].astype(np.float64)) ** 2
    row = only(score(SET, [Row("restored", half)], [metric("psnr")], seed=0), region="hole")
    assert row["mean"] == pytest.approx(-10 * np.log10(error[MASKS].mean()), abs=1e-4)
    assert row["n"] == 9


def test_nan_is_left_out_and_counted_out():
    values = np.array([1, 2, np.nan, 4, np.nan, np.nan, 7, 8, 9.0])
    scores = score(SET, [Row("damaged", DAMAGED)], [own(lambda *_: values)], seed=0)
    row = only(scores, region="full")
    assert row["mean"] == pytest.approx(np.nanmean(values))
    assert (row["n"], row["groups"]) == (6, 3)
    assert np.array_equal(scores.values["own", "full", "damaged"], values.astype(np.float32), equal_nan=True)


def test_what_applies_nowhere_is_null():
    row = only(score(SET, [Row("damaged", DAMAGED)], [own(lambda *_: np.full(9, np.nan))], seed=0), region="full")
    assert [row[key] for key in ("mean", "low", "high", "n", "groups")] == [None, None, None, 0, 0]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(-100, 100, width=32), min_size=9, max_size=9))
def test_the_interval_holds_the_mean_and_lies_within_the_groups(values):
    array = np.array(values)
    row = only(score(SET, [Row("damaged", DAMAGED)], [own(lambda *_: array)], seed=0), region="full")
    means = [array[[i for i, g in enumerate(GROUPS) if g == name]].mean() for name in "abcd"]
    assert min(means) - 1e-3 <= row["low"] <= row["high"] <= max(means) + 1e-3
    assert row["low"] - 1e-3 <= row["mean"] <= row["high"] + 1e-3 or np.ptp(means) > 0


def test_groups_are_drawn_whole():
    """Images of a group that are alike make the interval as wide as few images do."""
    alike = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1.0])
    as_groups = only(score(SET, [Row("x", DAMAGED)], [own(lambda *_: alike)], seed=0), region="full")
    single = TestSet("box", None, CLEAN, DAMAGED, MASKS, SET.ids, list("abcdefghi"), SET.labels)
    as_images = only(score(single, [Row("x", DAMAGED)], [own(lambda *_: alike)], seed=0), region="full")
    assert as_groups["high"] - as_groups["low"] > as_images["high"] - as_images["low"]


def test_intervals_are_the_same_again():
    first, second = (score(SET, [Row("x", DAMAGED)], [metric("ssim")], seed=4).table for _ in range(2))
    assert first == second


def test_set_metrics_give_numbers_or_values_of_each_image():
    def both(scored):
        return {"one": 0.5, "each": np.arange(9.0), "never": float("nan")}

    scores = score(SET, [Row("restored", CLEAN)], [own(both, over="set", better={"each": "lower"})], seed=0)
    one, each, never = (only(scores, metric=f"own.{key}") for key in ("one", "each", "never"))
    assert (one["mean"], one["low"], one["n"], one["groups"], one["region"]) == (0.5, None, 9, 4, "full")
    assert (each["mean"], each["better"], one["better"]) == (4, "lower", "higher")
    assert never["mean"] is None
    assert set(scores.values) == {("own.each", "full", "restored")}


def test_a_skipped_row_is_null_with_its_reason():
    scores = score(SET, [Row("b", None, given_mask=True, reason="too large a mask")], [metric("psnr")], seed=0)
    assert [row["mean"] for row in scores.table] == [None] * 3
    assert {row["reason"] for row in scores.table} == {"too large a mask"}


def test_mask_metrics_judge_the_used_mask():
    used = MASKS.copy()
    used[:, 0, 0] = True
    scores = score(SET, [Row("damaged", DAMAGED), Row("restored", CLEAN, used)], [metric("mask")], seed=0)
    false = only(scores, metric="mask.false")
    clean = (~MASKS).sum(axis=(1, 2))
    expected = np.mean((used & ~MASKS).sum(axis=(1, 2)) / clean)
    assert false["mean"] == pytest.approx(expected, rel=1e-5)
    assert false["better"] == "lower"
    assert only(scores, metric="mask.iou")["better"] == "higher"


@pytest.mark.parametrize(
    ("function", "value"),
    [
        (lambda *_: np.full(9, np.inf), SET.ids[0]),
        (lambda *_: np.zeros(8), "(8,)"),
        (lambda *_: [0] * 9, "list"),
        (lambda *_: np.array(["a"] * 9), "<U1 (9,)"),
    ],
)
def test_a_metric_that_breaks_the_contract_is_named(function, value):
    with pytest.raises(ComponentError) as error:
        score(SET, [Row("damaged", DAMAGED)], [own(function)], seed=0)
    assert value in error.value.what
    assert "dist-of-p 1.2" in error.value.where


def spooled(array):
    spool = Spool()
    for one in array:
        spool.append(one)
    return spool.finish()


def test_images_one_by_one_have_the_scores_of_a_stack():
    ragged = replace(SET, clean=spooled(CLEAN), damaged=spooled(DAMAGED), masks=spooled(MASKS))
    metrics = [metric("psnr"), metric("ssim"), metric("mask")]
    stacked = score(SET, [Row("damaged", DAMAGED, MASKS)], metrics, seed=0)
    single = score(ragged, [Row("damaged", spooled(DAMAGED), spooled(MASKS))], metrics, seed=0)
    assert single.table == stacked.table
    for key, values in stacked.values.items():
        assert np.array_equal(values, single.values[key], equal_nan=True)
    for name, counted in stacked.pixels.items():
        assert np.array_equal(counted, single.pixels[name])


def test_a_metric_over_the_set_gets_images_of_mixed_sizes_as_sequences():
    sizes = [16, 9, 12, 5, 16, 7, 8, 9, 10]
    clean, damaged, masks = (
        spooled([one[:side] for one, side in zip(array, sizes, strict=True)]) for array in (CLEAN, DAMAGED, MASKS)
    )
    seen = []

    def judged(scored):
        seen.append([[one.shape for one in images] for images in (scored.images, scored.clean, scored.masks)])
        with pytest.raises(ValueError, match="read-only"):
            scored.images[0][:] = 0
        return {"rows": np.array([len(image) for image in scored.images], np.float32)}

    test = replace(SET, clean=clean, damaged=damaged, masks=masks)
    made = score(test, [Row("damaged", damaged)], [metric("psnr"), own(judged, over="set", sizes="any")], seed=0)
    assert [shape[0] for shape in seen[0][0]] == sizes
    assert made.values["own.rows", "full", "damaged"].tolist() == sizes
    errors = [((a - b) ** 2)[m] for a, b, m in zip(clean, damaged, masks, strict=True)]
    pooled = -10 * np.log10(np.concatenate(errors).mean(dtype=np.float64))
    assert only(made, metric="psnr", region="hole")["mean"] == pytest.approx(pooled, abs=1e-4)
