"""A sweep runs each point once, goes on where it was stopped, and shows failures at once."""

import contextlib
import json
import time
from dataclasses import replace
from functools import partial

import pytest

import restore as toolkit
from restore.errors import RequestError
from restore.planning.grid import parse_axes
from restore.runfile.store import RunsFolder
from restore.show.report.variation import varied_of
from restore.show.sweep import sweep_document, sweep_parts, watching_sweep
from restore.system.workers import here
from restore.tasks.sweep import Outcome, plan_points, run_point, run_points, summaries_of

GRID = ["lr=0.5,0.1", "optimizer=sgd,adam", "batch=4,6"]


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def planned(stand_in):
    """Return the points of a sweep over the stand-in's recipe."""

    def plan(*texts, seeds=1, **options):
        return plan_points("small", options, parse_axes(texts), seeds=seeds, catalogue=stand_in.catalogue())

    return plan


def sweep(points, runs, on_outcome=lambda _: None):
    outcomes = []
    with contextlib.closing(run_points(points, runs, partial(here, start=lambda: None), cache=False)) as ended:
        for outcome in ended:
            outcomes.append(outcome)
            on_outcome(outcome)
    return outcomes


def states(runs):
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in runs.glob("*.h5")}


def test_each_point_is_a_run_named_by_its_plan(planned, runs):
    points = planned(*GRID)
    assert len({point.name for point in points}) == len(points) == 8
    outcomes = sweep(points, runs)
    assert {one.name: one.status for one in outcomes} == dict.fromkeys((point.name for point in points), "complete")
    for point in points:
        run = toolkit.open(point.name, runs=runs)
        assert run.planned == point.plan
        assert point.name == f"small-{run.planned.sha256[:12]}"
        assert run.plan["training"]["threads"] == 1


def test_equal_plans_are_one_point(planned):
    assert len(planned("epochs=3,3", "size=16,16x16")) == 1


def test_what_is_done_is_never_done_again_and_a_stopped_sweep_goes_on(planned, runs):
    points = planned(*GRID)

    class StopNowError(Exception):
        pass

    ended = []

    def stop(outcome):
        ended.append(outcome.name)
        if len(ended) == 3:
            raise StopNowError

    with pytest.raises(StopNowError):
        sweep(points, runs, on_outcome=stop)
    before = states(runs)
    assert len(before) == 3
    again = sweep(points, runs)
    assert {one.name for one in again} == {point.name for point in points} - set(ended)
    assert {name: state for name, state in states(runs).items() if name in before} == before
    assert sweep(points, runs) == []


def test_a_point_that_was_killed_goes_on_from_its_last_epoch(planned, runs):
    (point,) = planned("lr=0.5")
    sweep([point], runs)
    whole = toolkit.open(point.name, runs=runs)
    stopped = toolkit.run("small", runs=runs, name="other", epochs=3, threads=1)
    record = replace(
        stopped.record, name=point.name, status="running", plan=point.plan.to_json(), scores=None, gallery=None
    )
    assert record.history
    whole.path.unlink()
    interrupted = partial(run_point, str(runs), False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("restore.running.execution.score_cases", _killed)
        with pytest.raises(SystemExit):
            interrupted(point)
    half = RunsFolder(runs).summaries()
    assert {one.status for one in half if one.path.stem == point.name} == {"stopped"}
    assert interrupted(point).status == "complete"
    again = toolkit.open(point.name, runs=runs)
    assert [row["loss"] for row in again.history] == [row["loss"] for row in whole.history]
    assert list(again.scores) == list(whole.scores)


def _killed(*_, **__):
    raise SystemExit(9)


def test_a_point_that_fails_is_told_and_the_others_go_on(planned, runs):
    points = planned("model=filler,filler:fails=training")
    told = []
    outcomes = sweep(points, runs, on_outcome=told.append)
    assert sorted(one.status for one in outcomes) == ["complete", "failed"]
    assert told == outcomes
    (failed,) = [one for one in outcomes if one.status == "failed"]
    assert failed.error


def test_a_point_that_another_process_trains_is_left_to_it(planned, runs):
    (point,) = planned("lr=0.5")
    with RunsFolder(runs).create(point.name):
        assert run_point(str(runs), False, point).status == "busy"


def test_seeds_are_tested_on_the_same_images(planned, runs):
    points = planned("lr=0.5", seeds=2)
    sweep(points, runs)
    one, other = (toolkit.open(point.name, runs=runs).record.data["test"].ids for point in points)
    assert one == other


@pytest.mark.parametrize(("varied", "fixed"), [("lr=0.5,0.1", {"lr": 0.3}), ("seed=1,2", {"seed": 3})])
def test_what_is_fixed_is_not_varied(planned, varied, fixed):
    with pytest.raises(RequestError) as refused:
        planned(varied, **fixed)
    assert refused.value.code == "conflict"


def test_several_seeds_begin_with_the_fixed_one(planned):
    assert [point.plan.seed for point in planned("lr=0.5", seeds=2, seed=3)] == [3, 4]
    fixed = planned("lr=0.5", seeds=2, split_seed=7)
    assert [(point.plan.seed, point.plan.split_seed) for point in fixed] == [(0, 7), (1, 7)]


def test_points_are_listed_best_first_those_of_a_loss_together(planned, runs):
    points = planned("lr=0.5,0.1,0.01", "loss=mse,mae")
    sweep(points[:4], runs)
    document = sweep_document(points, summaries_of(points, runs), {}, runs)
    json.dumps(document, allow_nan=False)
    assert document["counts"] == {"complete": 4, "to do": 2}
    for loss in ("mse", "mae"):
        losses = [one["val_loss"] for one in document["points"] if one["loss"] == loss and one["val_loss"] is not None]
        assert losses == sorted(losses)
    best = {one["name"]: one["val_loss"] for one in document["points"]}
    for point in points[:4]:
        history = toolkit.open(point.name, runs=runs).history
        assert best[point.name] == min(row["val_loss"] for row in history)
    assert len(sweep_parts(document, 2)) == 3


def test_failures_are_told_at_once_and_others_in_a_line():
    told, warned = [], []
    errors = {}
    with watching_sweep(dict, errors, shown=True, tell=told.append, warn=warned.append) as ended:
        ended(Outcome("a", "complete"))
        ended(Outcome("b", "failed", "no weight is left"))
    assert (len(told), len(warned)) == (1, 1)
    assert "no weight is left" in warned[0]
    assert errors == {"b": "no weight is left"}


def test_a_thousand_points_are_planned_handed_out_and_listed(planned, runs, record, figure):
    began = time.process_time()
    points = planned(f"lr={','.join(str(n / 1e4) for n in range(1, 501))}", "batch=4,6")
    assert len(points) == 1_000
    done = list(run_points(points, runs, lambda work, items: (Outcome(one.name, "complete") for one in items)))
    own = time.process_time() - began
    assert len(done) == 1_000
    for point in points:
        with RunsFolder(runs).create(point.name) as writer:
            writer.commit(replace(record, name=point.name, status="complete"))
    began = time.process_time()
    document = sweep_document(points, summaries_of(points, runs), {}, runs)
    figure(f"sweep of 1,000 points: {own:.2f} s of its own, listed in {time.process_time() - began:.2f} s")
    assert document["counts"] == {"complete": 1_000}
    assert list(run_points(points, runs, partial(here, start=lambda: None))) == []


def test_no_report_is_written_of_points_that_are_to_be_done(stand_in, restore, tmp_path):
    answer = restore("sweep", "small", "--set", "lr=0.5,0.1", "--dry-run", "--report", tmp_path / "page.html")
    assert answer.code == 0
    assert not (tmp_path / "page.html").exists()


def test_the_command_plans_runs_and_lists(stand_in, restore, tmp_path):
    planned = restore("sweep", "small", "--set", "lr=0.5,0.1", "--epochs", 2, "--dry-run", "--json")
    assert (planned.code, planned.json["counts"]) == (0, {"to do": 2})
    assert not list(tmp_path.glob("runs/*.h5"))
    ran = restore("sweep", "small", "--set", "lr=0.5,0.1", "--epochs", 2, "--json")
    assert (ran.code, ran.json["counts"]) == (0, {"complete": 2})
    assert [one["varied"] for one in planned.json["points"]] == [{"lr": "0.5"}, {"lr": "0.1"}]
    listed = restore("sweep", "small", "--set", "lr=0.5,0.1", "--epochs", 2, "--dry-run")
    assert listed.out.count("complete") == 3
    failed = restore("sweep", "small", "--set", "model=filler:fails=training,filler", "--json")
    assert (failed.code, failed.json["counts"]) == (1, {"failed": 1, "complete": 1})


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--workers", 0], "out-of-range"),
        (["--seeds", 0], "out-of-range"),
        (["--workers", 2, "--scheduler", "tcp://127.0.0.1:1"], "conflict"),
        (["--set", "lr"], "bad-value"),
        (["--set", "lr=0.1..0.2"], "conflict"),
        (["--search", 2, "--seeds", 2], "conflict"),
        (["--search", 2, "--dry-run"], "conflict"),
        (["--search", 2, "--set", "loss=mse,mae"], "conflict"),
    ],
)
def test_wrong_options_are_refused(stand_in, restore, arguments, code):
    assert restore("sweep", "small", *arguments).failure.code == code


def test_its_report_draws_what_was_varied(stand_in, restore, tmp_path):
    arguments = ["sweep", "small", "--set", "lr=0.5,0.1", "--set", "batch=4,6", "--epochs", 2]
    answer = restore(*arguments, "--report", "sweep.html", "--json")
    assert answer.code == 0, answer.err
    page = (tmp_path / "sweep.html").read_text()
    best = answer.json["points"][0]
    assert "What was varied" in page
    assert f"4 runs, best {best['val_loss']:.4g}: batch {best['varied']['batch']}, lr {best['varied']['lr']}" in page
    assert restore(*arguments, "--report", "sweep.html").failure.code == "file-exists"
    assert restore(*arguments, "--report", "sweep.pdf").failure.code == "format-not-written"


def test_losses_of_another_kind_are_not_compared():
    plans = [
        {"model": {"spec": "cae"}, "size": [8, 9], "training": {"loss": one, "lr": None}} for one in ("mse", "mae")
    ]
    assert varied_of(plans) == {"loss": ["mse", "mae"]}
    assert varied_of([{**plans[0], "size": [8, 8]}, plans[0]]) == {"size": ["8x8", "8x9"]}
