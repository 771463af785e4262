"""Runs compared: a run equals itself, a better one is shown, and what was tested otherwise is refused."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import wilcoxon

import restore as library
from restore.errors import RequestError
from restore.images import write
from restore.running.pretrained import strip
from restore.running.scores import pooled
from restore.show.compare import compare_document, compare_parts
from restore.show.console import render
from restore.tasks.compare import compare


@pytest.fixture
def train(stand_in, tmp_path):
    """Make a run whose test set has fifteen groups of two images."""

    def train(name, *, count=200, **more):
        more = {"dataset": f"prints:count={count}", "cache": False} | more
        return library.run("small", name=name, runs=tmp_path / "runs", **more)

    return train


NAMED = {"good": {}, "bad": {"lr": 1e-9}}


@pytest.fixture
def pair(train):
    """Return a run whose grey level was learned, and one whose is black."""
    return train("good", metrics=["psnr", "mae", "counted"]), train("bad", metrics=["mae", "psnr"], lr=1e-9)


def code_of(*runs, **more):
    with pytest.raises(RequestError) as refused:
        compare(*runs, **more)
    return refused.value.code


def rows_of(compared):
    return {(row.corruption, row.metric, row.region): row for one in compared.comparisons for row in one.rows}


def edited(run, **scores):
    """Return a run with other scores."""
    return replace(run, record=replace(run.record, scores=replace(run.record.scores, **scores)))


def test_a_run_does_not_differ_from_itself(train):
    run = train("one", corrupt=["box:size=5", "noise"])
    for more in ({}, {"unpaired": True}):
        (comparison,) = compare(run, run.path, **more).comparisons
        assert comparison.plan_differences == []
        assert len(comparison.rows) > 8
        assert {row.verdict for row in comparison.rows} == {"no difference shown"}
        assert {(row.found.difference.value, row.p) for row in comparison.rows} == {(0.0, 1.0)}


def test_the_better_run_is_shown_in_either_order(pair):
    for runs, verdict in ((pair, "A better"), (pair[::-1], "B better")):
        rows = rows_of(compare(*runs))
        assert rows["box:size=5", "psnr", "hole"].verdict == verdict
        assert rows["box:size=5", "mae", "hole"].verdict == verdict, "lower is better"
        assert rows["box:size=5", "mae", "clean"].verdict == "no difference shown"
        assert ("box:size=5", "psnr", "clean") not in rows, "neither has an error outside of the hole"


def test_figures_are_those_of_the_files(pair):
    row = rows_of(compare(*pair))["box:size=5", "mae", "full"]
    values, means = [], []
    for run in pair:
        scores = run.record.scores
        where = (list(axis).index(name) for axis, name in ((scores.metric, "mae"), (scores.region, "full")))
        found = scores.value[:, 0, *where, list(scores.what).index("restored")].astype(float)
        groups = np.array(run.record.data["test"].groups)
        values.append([found[groups == name].mean() for name in np.unique(groups)])
        means.append(found.mean())
    assert row.found.p == pytest.approx(wilcoxon(*values, zero_method="pratt").pvalue)
    assert row.found.means == pytest.approx(means)
    assert row.found.difference.value == pytest.approx(means[0] - means[1])
    psnr = rows_of(compare(*pair))["box:size=5", "psnr", "full"]
    assert psnr.found.means == pytest.approx(
        [pooled(run.record.scores, "psnr", "box:size=5", "full", "restored") for run in pair]
    )


def test_plans_and_what_is_not_compared_are_named(pair):
    (comparison,) = compare(*pair).comparisons
    assert [change for change in comparison.plan_differences if change[0] != "metrics"] == [("training.lr", 0.5, 1e-9)]
    assert comparison.left_out == {"counted.images": "only in A"}
    (itself,) = compare(pair[0], pair[0]).comparisons
    assert itself.left_out == {"counted.images": "one value for the whole test set"}


def test_threads_are_no_difference(train):
    run = train("one", threads=1)
    plan = run.plan | {"training": {**run.plan["training"], "threads": 4}}
    assert compare(run, replace(run, record=replace(run.record, plan=plan))).comparisons[0].plan_differences == []


def test_images_are_matched_by_their_ids_in_any_order(pair):
    good, bad = pair
    scores, test = good.record.scores, good.record.data["test"]
    order = np.random.default_rng(0).permutation(len(test.ids)).tolist()
    parts = {"value": scores.value[order], "pixels": scores.pixels[order], "image": [scores.image[i] for i in order]}
    assert rows_of(compare(edited(good, **parts), bad)).keys() == rows_of(compare(good, bad)).keys()
    for key, row in rows_of(compare(bad, edited(good, **parts))).items():
        assert row.found == rows_of(compare(bad, good))[key].found


def test_holm_counts_the_rows_of_all_comparisons(pair):
    good, bad = pair
    one, two = rows_of(compare(good, bad)), rows_of(compare(good, bad, good))
    assert len(compare(good, bad, good).comparisons) == 2
    key = "box:size=5", "psnr", "hole"
    first = next(row for row in compare(good, bad, good).comparisons[0].rows if row.metric == "psnr")
    assert first.p > next(row for row in compare(good, bad).comparisons[0].rows if row.metric == "psnr").p
    assert two[key].found.difference.value == 0
    assert one[key].found.difference.value > 0


def test_other_images_corruptions_and_seeds_are_refused_unless_unpaired(train):
    run = train("one")
    others = {
        "fewer": train("fewer", count=180),
        "seed": train("seed", seed=3),
        "size": train("size", size=(8, 8), corrupt=["box:size=3"]),
        "noise": train("noise", corrupt=["box:size=5", "noise"]),
    }
    for other in others.values():
        assert code_of(run, other) == "different-tests"
    sentences = {}
    for name, other in others.items():
        with pytest.raises(RequestError) as refused:
            compare(run, other)
        sentences[name] = refused.value.what
        assert "--unpaired" in refused.value.hint
    assert "only in A" in sentences["fewer"]
    assert "seeds of the damage 0 and 3" in sentences["seed"]
    assert "size 16x16 and 8x8" in sentences["size"]
    assert "corruptions box:size=5 and box:size=5, noise" in sentences["noise"]
    assert compare(run, others["noise"], unpaired=True).comparisons[0].left_out == {"noise": "only in B"}
    (fewer,) = compare(run, others["fewer"], unpaired=True).comparisons
    assert fewer.rows[0].found.groups[0] > fewer.rows[0].found.groups[1] > 6
    assert code_of(run, others["size"], unpaired=True) == "nothing-to-compare"


def test_another_split_seed_is_no_difference_of_the_damage(train):
    one, two = (train(f"seed-{seed}", seed=seed, split_seed=5) for seed in (0, 1))
    assert {change[0] for change in compare(one, two).comparisons[0].plan_differences} == {"seed"}


def test_damage_that_only_its_scores_show_is_refused(train):
    run = train("one")
    value, pixels = run.record.scores.value.copy(), run.record.scores.pixels.copy()
    value[3, ..., list(run.record.scores.what).index("damaged")] *= 1.01
    assert code_of(run, edited(run, value=value)) == "different-tests"
    pixels[5] += 1
    assert code_of(run, edited(run, pixels=pixels)) == "different-tests"


def test_runs_without_scores_of_images_are_refused(train, make_run):
    run = train("one")
    assert code_of(run) == "too-few-runs"
    assert code_of(run, replace(run, record=strip(run.record))) == "no-image-scores"
    for status in ("running", "stopped", "failed"):
        assert code_of(replace(run, record=replace(run.record, status=status)), run) == "not-complete"
    assert code_of(run, replace(run, record=replace(run.record, scores=None))) == "no-image-scores"
    assert code_of(run, library.open(make_run())) == "no-image-scores"
    assert code_of(edited(run, pixels=None, data=None), run) == "no-pixel-counts"
    assert code_of(edited(run, image=[f"x{name}" for name in run.record.scores.image]), run) == "bad-run-file"


def test_additional_test_sets_have_rows_of_their_own(train, tmp_path):
    (tmp_path / "scans").mkdir()
    for number in range(3):
        image = np.random.default_rng(number).uniform(0.2, 0.9, (16, 16, 1))
        write(tmp_path / f"scans/{number}.png", image, overwrite=False)
    run, other = (train(name, also=f"folder:group=file={tmp_path / 'scans'}", **more) for name, more in NAMED.items())
    rows = compare(run, other).comparisons[0].rows
    assert {(row.data, row.found.images, row.verdict) for row in rows if row.region == "hole"} == {
        (None, (30, 30), "A better"),
        ("scans", (3, 3), "too few groups"),
    }
    assert code_of(run, train("third")) == "different-tests"


def test_a_model_that_got_the_mask_is_marked(train):
    blind, given = train("blind"), train("given", model="filler-needed")
    document = compare_document(compare(blind, given))
    assert {tuple(row["given_mask"]) for row in document["comparisons"][0]["rows"]} == {(False, True)}
    assert re.search(r" A +B \* ", render(*compare_parts(document, 100), width=100))


def test_few_groups_have_no_verdict(train):
    run = train("one", count=24)
    document = compare_document(compare(run, run))
    assert {row["verdict"] for row in document["comparisons"][0]["rows"]} == {"too few groups"}
    assert "fewer than 6" in render(*compare_parts(document, 80), width=80)


def test_what_is_shown(pair):
    document = json.loads(json.dumps(compare_document(compare(*pair)), allow_nan=False))
    rows = document["comparisons"][0]["rows"]
    for width, short in ((80, "none shown"), (100, "no difference shown")):
        text = render(*compare_parts(document, width), width=width)
        lines = text.splitlines()
        assert max(map(len, lines)) <= width
        assert "box:size=5: 30 images of 15 groups" in lines
        figures = [line for line in lines if " to " in line]
        for line, row in zip(figures, rows, strict=True):
            assert line.endswith(row["verdict"].replace("no difference shown", short))
        assert f"{rows[0]['difference']:.2f}  {rows[0]['low']:.2f} to {rows[0]['high']:.2f}" in text
        assert "training.lr: 0.5 -> 1e-09" in text
        assert "Wilcoxon signed-rank test on group means, corrected by Holm for 7 rows" in text


def test_runs_are_named_on_the_command_line_as_everywhere(pair, restore, tmp_path):
    good, _ = pair
    answer = restore("compare", "bad", good.id[:6], "--json")
    assert [answer.json["comparisons"][0][side]["name"] for side in "ab"] == ["bad", "good"]
    assert "B better" in restore("compare", "bad", good.path, "--unpaired").out
    assert restore("compare", "good").failure.code == "too-few-runs"


@pytest.mark.trains
def test_two_trained_runs(tmp_path):
    how = {"corrupt": "box:size=8", "baselines": "none", "size": 32, "limit": 120, "runs": tmp_path, "cache": False}
    unet, cae = (
        library.run("fingerprint", model=model, epochs=epochs, name=model.partition(":")[0], **how)
        for model, epochs in (("selective-unet:width=8,depth=1", 6), ("cae", 1))
    )
    (comparison,) = library.compare(unet, cae).comparisons
    rows = {(row.metric, row.region): row for row in comparison.rows}
    assert rows["psnr", "clean"].verdict == "A better", "an autoencoder of one epoch changes what is clean"
    assert rows["psnr", "full"].found.means == pytest.approx(
        [pooled(run.record.scores, "psnr", "box:size=8", "full", "restored") for run in (unet, cae)]
    )
    assert ("model.spec", "selective-unet:width=8,depth=1", "cae") in comparison.plan_differences
