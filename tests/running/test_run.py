"""Both doors plan once, execute what was planned, and refuse what is wrong before anything is written."""

import dataclasses
import inspect
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import restore
from restore.errors import InputError, RequestError
from restore.planning import resolve as planning
from restore.planning.options import Request, make_request
from restore.planning.plan import Plan, differences
from restore.runfile import disk
from restore.running.opened import runs_folder
from restore.running.run import execute, make_plan


def ids(folder):
    return {path.stem for path in folder.glob("*.h5")}


def test_a_plan_made_alone_repeats_no_run(stand_in):
    planned = make_plan(make_request("small"))
    assert planned.base is None
    assert planned.plan.recipe == "stand-in/small"


def test_like_takes_what_is_left_open(make, runs):
    run = make(epochs=2, corrupt="noise", seed=3)
    planned = make_plan(make_request(epochs=7, seed=4), like="one", runs=runs)
    assert planned.base.path == run.path
    assert planned.plan == dataclasses.replace(
        run.planned, seed=4, training=dataclasses.replace(run.planned.training, epochs=7)
    )
    assert make_plan(Request(), like=run.path).plan == run.planned


def test_the_same_plan_is_the_same_run(make, runs):
    run = make(corrupt=["box:size=3", "noise"], gallery=2)
    again = restore.run(like="one", runs=runs)
    assert again.plan == run.plan
    assert again.name != run.name
    assert list(again.scores) == list(run.scores)
    other = restore.run(like="one", runs=runs, seed=1)
    assert list(other.scores) != list(run.scores)


def test_a_request_names_a_recipe_or_a_run_to_repeat(make, runs):
    make()
    with pytest.raises(RequestError) as refused:
        make_plan(make_request("small"), like="one", runs=runs)
    assert (refused.value.code, refused.value.where) == ("conflict", "--like")


def test_a_run_is_resumed_exactly_as_planned(make, runs):
    make()
    for more in ({"recipe": "small"}, {"epochs": 3}, {"like": "one"}, {"name": "two"}):
        with pytest.raises(RequestError) as refused:
            restore.run(resume="one", runs=runs, **more)
        assert refused.value.code == "resume-options"
    with pytest.raises(RequestError) as refused:
        restore.run(resume="one", runs=runs)
    assert refused.value.code == "complete"


def test_the_names_of_options_and_of_what_a_run_does_beside_them_do_not_clash():
    from restore.planning.options import flags

    assert not set(inspect.signature(restore.run).parameters) & set(flags())


@pytest.mark.parametrize(
    ("asked", "code", "where"),
    [
        ({}, "no-recipe", ""),
        ({"recipe": "smal"}, "unknown-component", ""),
        ({"recipe": "small", "corrupt": "bx"}, "unknown-component", "--corrupt bx"),
        ({"recipe": "small", "corrupt": "none"}, "no-damage", "dataset prints"),
        ({"recipe": "small", "epochs": 0}, "out-of-range", "--epochs"),
        ({"recipe": "small", "epoch": 1}, "unknown-option", ""),
        ({"recipe": "small", "data": "nowhere"}, "not-found", "nowhere"),
        ({"recipe": "small", "name": "a/b"}, "bad-name", "--name"),
        ({"recipe": "small", "device": "gpus"}, "unknown-device", "--device"),
        ({"like": "last"}, "unknown-run", "runs"),
        ({"like": "nowhere.h5"}, "unknown-run", "nowhere.h5"),
        ({"resume": "last"}, "unknown-run", "runs"),
        ({"resume": "nowhere.h5"}, "unknown-run", "nowhere.h5"),
    ],
)
def test_a_wrong_request_is_refused_and_nothing_written(stand_in, tmp_path, monkeypatch, asked, code, where):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RESTORE_RUNS", raising=False)
    with pytest.raises(RequestError) as refused:
        restore.run(**asked)
    assert (refused.value.code, refused.value.exit_code, refused.value.where) == (code, 2, where)
    assert not list(tmp_path.rglob("*.h5"))


def test_what_a_corruption_refuses_is_refused_before_anything_is_written(make, runs):
    with pytest.raises(RequestError) as refused:
        make(corrupt="box:size=40")
    assert refused.value.exit_code == 2
    assert "size=40 of corruption box" in refused.value.where
    assert not ids(runs)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_refused_before_the_work(make, runs):
    runs.mkdir(mode=0o500)
    heard = []
    with pytest.raises(RequestError) as refused:
        make(listener=heard.append)
    assert refused.value.code == "not-writable"
    assert not heard


def test_runs_go_where_they_are_wanted(stand_in, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RESTORE_RUNS", raising=False)
    restore.run("small", name="here", epochs=1)
    monkeypatch.setenv("RESTORE_RUNS", str(tmp_path / "elsewhere"))
    restore.run("small", name="there", epochs=1)
    restore.run("small", name="said", epochs=1, runs="said")
    assert [ids(tmp_path / name) for name in ("runs", "elsewhere", "said")] == [{"here"}, {"there"}, {"said"}]
    assert runs_folder(None) == tmp_path / "elsewhere"


@pytest.fixture
def counted(monkeypatch):
    """Count the files that are read whole, and the requests that are resolved."""
    whole, resolved = [], []
    read, resolve = disk.read, planning.resolve

    def counting_read(file, limit):
        data = read(file, limit)
        if len(data) == os.fstat(file).st_size:
            whole.append(str(Path(f"/proc/self/fd/{file}").readlink()))
        return data

    def counting_resolve(request, catalogue):
        resolved.append(request)
        return resolve(request, catalogue)

    monkeypatch.setattr(disk, "read", counting_read)
    monkeypatch.setattr(planning, "resolve", counting_resolve)
    return whole, resolved


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the names of open files are read from /proc")
def test_what_is_printed_is_what_is_trained_while_other_runs_appear(
    restore, stand_in, make, make_run, runs, monkeypatch, counted
):
    base = make(epochs=2, seed=1)
    whole, resolved = counted
    whole.clear()
    resolved.clear()
    build = stand_in.build

    def build_beside_another(*arguments):
        """Build the network while somebody else's run appears, the newest in the folder."""
        later = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")
        make_run("newer", plan=dataclasses.replace(base.planned, seed=99).to_json(), created=later)
        return build(*arguments)

    monkeypatch.setattr("restore.pipeline.model.build", build_beside_another)
    answer = restore("run", "--like", "last", "--epochs", "3", "--name", "two", "--json")
    assert answer.code == 0
    assert whole == [str(base.path)]
    assert len(resolved) == 1
    printed = [line.strip() for line in answer.err.splitlines() if "->" in line]
    assert printed == ["training.epochs: 2 -> 3"]
    trained = Plan.from_json(answer.json["plan"])
    assert differences(base.planned, trained) == [("training.epochs", 2, 3)]
    assert ids(runs) == {"one", "two", "newer"}


def test_a_plan_is_executed_and_not_asked_for_again(stand_in, runs, monkeypatch):
    plan = make_plan(make_request("small")).plan
    monkeypatch.setattr(planning, "resolve", lambda *_: pytest.fail("is resolved again"))
    from restore.running.how import How

    run = execute(dataclasses.replace(plan, seed=5), How(), runs=runs)
    assert run.plan["seed"] == 5
    assert run.planned.dataset == plan.dataset


def test_a_missing_run_is_an_input(tmp_path):
    with pytest.raises(InputError) as refused:
        restore.open("one", runs=tmp_path)
    assert (refused.value.code, refused.value.where) == ("unknown-run", str(tmp_path))
