"""The memorisation audit: finds what a model has memorised, and nothing where there is nothing."""

import json
from dataclasses import replace

import numpy as np
import pytest

import restore
from restore.errors import RequestError
from restore.runfile.record import SplitIds
from restore.show.audit import audit_document, audit_parts
from restore.show.console import render
from restore.tasks import audit as room
from restore.tasks.audit import audit


def errors(mean, *, groups=20, each=5, seed=0):
    """Return the errors of images whose mean differs from group to group."""
    rng = np.random.default_rng(seed)
    squared = np.repeat(rng.normal(mean, 0.1 * mean, groups), each) + rng.normal(0, 0.05 * mean, groups * each)
    names = np.repeat(np.arange(groups), each).astype(str)
    return room._Errors(squared * 100, np.full(groups * each, 100.0), names.tolist())


def compare(train, test):
    return room._compare("box", train, test, np.random.default_rng(0))


def test_better_restoration_of_training_images_is_found_and_measured():
    found = compare(errors(0.05), errors(0.1, seed=1))
    assert found.found
    assert found.gap.value == pytest.approx(found.train - found.test)
    assert found.gap.low < 10 * np.log10(2) < found.gap.high
    assert found.attack.value > 0.99
    assert (found.images, found.groups) == ((100, 100), (20, 20))


@pytest.mark.parametrize("seed", range(1, 6))
def test_equal_subjects_show_nothing(seed):
    found = compare(errors(0.1, seed=seed), errors(0.1, seed=seed + 50))
    assert found.gap.low < 0 < found.gap.high
    assert found.attack.low < 0.5 < found.attack.high
    assert found.conclusive
    assert not found.found


def test_a_tie_is_half_a_win():
    same = errors(0.1)
    assert compare(same, same).attack.value == pytest.approx(0.5)


@pytest.mark.parametrize("groups", [(1, 20), (20, 1)])
def test_a_single_group_is_inconclusive(groups):
    train, test = (errors(mean, groups=count) for mean, count in zip((0.05, 0.1), groups, strict=True))
    found = compare(train, test)
    assert (found.gap.low, found.gap.high, found.attack.low) == (None, None, None)
    assert not found.conclusive
    assert not found.found


def test_without_damaged_pixels_there_is_nothing_to_compare():
    with pytest.raises(RequestError) as error:
        compare(errors(0.1), errors(0.1, groups=0))
    assert (error.value.code, error.value.where) == ("nothing-damaged", "box")


def test_what_is_shown_and_its_document():
    findings = [compare(errors(0.05), errors(0.1, seed=1)), compare(errors(0.0), errors(0.1, groups=1))]
    document = json.loads(json.dumps(audit_document("a.h5", findings), allow_nan=False))
    text = render(*audit_parts(document), width=100)
    assert "100 images of 20 groups" in text
    assert f"{findings[0].gap.value:.2f}  {findings[0].gap.low:.2f} to {findings[0].gap.high:.2f}" in text
    assert max(map(len, text.splitlines())) <= 100
    assert [one["found"] for one in document["findings"]] == [True, False]
    assert document["findings"][1]["train"] is None, "without any error there is no PSNR"


def test_an_audit_of_a_run(stand_in, tmp_path):
    run = restore.run("small", corrupt=["box:size=4", "noise|box:size=3"], runs=tmp_path)
    catalogue = stand_in.catalogue()
    found = list(audit(run, catalogue, cache=False))
    tests = len(run.record.data["test"].ids)
    assert [one.corruption for one in found] == ["box:size=4", "noise|box:size=3"]
    assert [one.images for one in found] == [(tests, tests)] * 2
    # The damage of the test images is that of the scores.
    scored = {
        row["corruption"]: row["mean"]
        for row in run.scores
        if (row["metric"], row["region"], row["what"]) == ("psnr", "hole", "restored")
    }
    assert {one.corruption: one.test for one in found} == pytest.approx(scored, abs=1e-3)
    assert list(audit(run, catalogue, cache=False)) == found


def refused(run, catalogue):
    with pytest.raises(RequestError) as error:
        next(audit(run, catalogue, cache=False))
    assert error.value.where == str(run.path)
    return error.value.code


def test_other_data_other_owners_and_no_weights_are_refused(stand_in, tmp_path):
    run = restore.run("small", runs=tmp_path)
    other = replace(run.record, data={**run.record.data, "test": SplitIds(["x"], ["x"], ["0" * 64])})
    assert refused(replace(run, record=other), stand_in.catalogue()) == "data-changed"
    assert refused(run, stand_in.catalogue(version="2.0")) == "owners-changed"
    assert refused(replace(run, record=replace(run.record, weights={})), stand_in.catalogue()) == "not-trained"


def test_a_model_that_needs_the_mask_is_audited_with_it(stand_in, tmp_path):
    run = restore.run("small", model="filler-needed", runs=tmp_path)
    (found,) = audit(run, stand_in.catalogue(), cache=False)
    assert np.isfinite([found.train, found.test]).all()


def test_an_untrained_run_is_refused_on_the_command_line(restore, make_run, monkeypatch):
    monkeypatch.setattr("restore.cli.audit.load_backend", lambda: None)
    path = make_run(status="stopped", weights={})
    answer = restore("audit", "last")
    assert (answer.code, answer.failure.code) == (2, "not-trained")
    assert answer.failure.where.endswith(path.name)
