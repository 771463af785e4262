"""Every bad run file, given to every command that takes one, and runs that cannot be carried on."""

from __future__ import annotations

import io
import os
import runpy
import socket
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import h5py
import numpy as np
import pytest
from bad_input import corpus
from bad_input.commands import RUN, TAKING_RUNS

import restore as library
from restore.errors import WorkError
from restore.runfile import hdf5, lock, seal
from restore.runfile.read import read
from restore.runfile.schema import CURRENT
from restore.runfile.store import RunsFolder
from restore.runfile.tree import digests

SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "show" / "sample.py"))


def other_hdf5():
    """Return an HDF5 file of another program."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file["x"] = 1
    return buffer.getvalue()


def forged(change):
    """Return a run file with a right seal, changed before it was sealed."""
    tree = CURRENT.pack(SAMPLE["record"]())
    buffer = hdf5.dump(tree)
    with h5py.File(buffer, "r+") as file:
        change(file)
    summary = {"parts": digests(tree), "content": seal.content(buffer.getvalue())}
    return bytes(seal.seal(buffer, seal.checked(summary)))


BYTES = {
    "empty": (lambda data: b"", "the file is empty"),
    "text": (lambda data: b"id,name\n", "this is no run file"),
    "other HDF5": (lambda data: other_hdf5(), "this is an HDF5 file but no run file"),
    "newer schema": (
        lambda data: forged(lambda file: file.attrs.modify("schema", 99)),
        "the run file has schema 99, this restore reads schemas up to 1",
    ),
    "newer block": (lambda data: data.replace(b" 1 ", b" 9 ", 1), "block has version 9, this restore reads"),
    "truncated": (lambda data: data[: len(data) // 2], "the run file is cut short: it has "),
    "truncated in the seal": (lambda data: data[:60], "the run file's seal, its first line, is damaged or cut"),
    "longer": (lambda data: data + b"\0", "the run file is longer than it was written"),
    "flipped": (lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], "the run file is damaged"),
    "a link inside": (
        lambda data: forged(lambda file: file.__setitem__("odd", h5py.ExternalLink("/etc/passwd", "/"))),
        "/odd is an external link",
    ),
}


@pytest.fixture
def bad(make_run):
    """Return the path of a run file whose bytes are changed."""

    def make(change):
        path = make_run("bad", status="stopped")
        path.write_bytes(change(path.read_bytes()))
        return path

    return make


@pytest.mark.parametrize("kind", BYTES)
@pytest.mark.parametrize("command", TAKING_RUNS, ids=lambda one: one.name)
def test_bad_bytes_are_refused(kind, command, bad, refused):
    change, told = BYTES[kind]
    path = bad(change)
    for name in (path, "bad"):
        what, where, *_ = refused(*command.arguments(name)).error
        assert told in what
        assert "bad.h5" in where


@pytest.mark.parametrize("kind", BYTES)
def test_bad_bytes_are_told_by_those_that_look_for_them(kind, bad, restore):
    bad(BYTES[kind][0])
    answer = restore("verify", "bad")
    assert (answer.code, answer.err) == (1, "")
    assert "damaged" in answer.out
    document = restore("runs", "--json").json["runs"]
    assert [Path(one["path"]).name for one in document] == ["bad.h5"]
    listed = restore("runs")
    assert (listed.code, listed.err) == (0, "")
    hidden = kind == "flipped"  # which the first 4,096 bytes do not show
    assert ("damaged" in listed.out) is not hidden


def missing(root):
    return root / "gone.h5"


def a_folder(root):
    (root / "odd.h5").mkdir()
    return root / "odd.h5"


def a_pipe(root):
    os.mkfifo(root / "odd.h5")
    return root / "odd.h5"


def unreadable(root):
    (root / "odd.h5").write_bytes(b"x")
    (root / "odd.h5").chmod(0)
    return root / "odd.h5"


def circle(root):
    (root / "odd.h5").symlink_to(root / "odd.h5")
    return root / "odd.h5"


def out_of_reach(root):
    (root / "outer").mkdir(mode=0)
    return root / "outer" / "odd.h5"


def long_name(root):
    return root / f"{'x' * 300}.h5"


FILES = (
    (missing, "the run file does not exist"),
    (a_folder, "this is no regular file, so it is no run file"),
    (a_pipe, "this is no regular file, so it is no run file"),
    (unreadable, "the run file cannot be opened: Permission denied"),
    (circle, "the run file cannot be opened: Too many levels of symbolic links"),
    (out_of_reach, "the run file cannot be opened: Permission denied"),
    (long_name, "the run file cannot be opened: File name too long"),
)


@pytest.mark.parametrize(("case", "told"), FILES)
@pytest.mark.parametrize("command", [*(one.name for one in TAKING_RUNS), "verify"])
def test_what_is_no_file_is_refused(command, case, told, refused, rights, tmp_path):
    path = case(tmp_path)
    arguments = {one.name: one.arguments(path) for one in TAKING_RUNS} | {"verify": ["verify", path]}
    assert told in refused(*arguments[command], within=rights).error[0]


@pytest.mark.parametrize("command", [*(one.name for one in TAKING_RUNS), "verify"])
@pytest.mark.parametrize(
    ("run", "told", "hint"),
    [
        ("bda", "there is no run 'bda'", "did you mean bad?"),
        ("ffff", "there is no run 'ffff'", "restore runs"),
        ("", " is empty", "give a value"),
    ],
)
def test_a_run_that_is_not_there(command, run, told, hint, refused, make_run):
    make_run("bad")
    arguments = {one.name: one.arguments(run) for one in TAKING_RUNS} | {"verify": ["verify", run]}
    what, *_, last = refused(*arguments[command]).error
    assert what.startswith("error: ")
    assert what.endswith(told)
    assert hint in last


@pytest.fixture
def stopped(restore, make_run):
    """Write a stopped run with a plan that could be carried out, changed by a function."""
    plan = restore(*RUN, "--limit=20", "--dry-run", "--json").json["plan"]

    def make(change=lambda plan: None, **more):
        change(plan)
        return make_run("kept", **({"status": "stopped", "plan": plan} | more))

    return make


def test_a_run_held_by_another_is_not_carried_on(refused, restore, stopped, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.1)
    path = stopped()
    with lock.hold(path):
        answer = refused("run", "--resume", "kept")
        assert answer.error[0] == f"error: the run is being made by process {os.getpid()} on {socket.gethostname()}"
        assert "wait for it" in answer.error[-1]
        assert restore("show", "kept").code == restore("run", "--like", "kept", "--dry-run").code == 0


def gone(plan):
    """Let a plan name a model of a plugin that is not there."""
    plan["model"]["component"] = "gone/model"
    plan["owners"]["gone/model"] = {"distribution": "restore-gone", "version": "1.0"}


def test_a_run_of_a_missing_plugin_is_shown_but_not_made_again(refused, restore, stopped):
    stopped(gone)
    for arguments in (["--resume", "kept"], ["--like", "kept", "--name=b"], ["--like", "kept", "--dry-run"]):
        assert refused("run", *arguments).error[0] == "error: there is no model 'gone/model'"
    for arguments in (["show", "kept"], ["verify", "kept"], ["export", "kept", "--csv", "a.csv"], ["runs"]):
        assert restore(*arguments).code == 0


def test_a_run_of_another_plugin_version_is_not_carried_on(refused, restore, stopped):
    def older(plan):
        plan["owners"]["builtin/box"]["version"] = "0.0.9"

    stopped(older)
    what, where, hint = refused("run", "--resume", "kept").error
    assert what == (
        "error: the plugins changed since the run was begun: "
        f"builtin/box of restore-toolkit 0.0.9, now of restore-toolkit {version('restore-toolkit')}"
    )
    assert "kept.h5" in where
    assert "--like" in hint
    like = restore("run", "--like", "kept", "--dry-run")
    assert "owners.builtin/box.version: 0.0.9 -> " in like.out


@pytest.mark.parametrize("change", [lambda plan: plan.pop("recipe"), lambda plan: plan["training"].pop("epochs")])
def test_a_plan_that_says_too_little_is_refused(change, refused, stopped):
    stopped(change)
    for arguments in (["--like", "kept", "--name=b"],):
        assert "the stored plan cannot be read" in refused("run", *arguments).error[0]


def test_a_complete_run_is_not_carried_on(refused, stopped):
    stopped(status="complete")
    what, _, hint = refused("run", "--resume", "kept").error
    assert what == "error: the run is complete"
    assert "restore show kept" in hint


def test_a_plan_made_before_alpha_was_an_option_is_taken(restore, stopped):
    def older(plan):
        del plan["alpha"], plan["max_pixels"]

    stopped(older)
    answer = restore("run", "--like", "kept", "--dry-run", "--json")
    assert (answer.json["plan"]["alpha"], answer.json["plan"]["max_pixels"]) == ("refuse", 100_000_000)
    assert answer.err == "the plan is that of kept\n"
    assert "see-through pictures are refused" in restore("show", "kept").out


@pytest.fixture
def made(restore, tmp_path):
    """Return a folder of pictures and the run that was made of it, as if it had been stopped after its epoch."""
    folder = corpus.good(tmp_path)
    assert restore(*RUN, "--data", folder, "--keep-state").code == 0

    def stop(**changes):
        path = tmp_path / "runs" / "a.h5"
        record = replace(read(path), status="stopped", scores=None, gallery=None)
        with RunsFolder(tmp_path / "runs").reopen(path) as writer:
            writer.commit(replace(record, **{name: change(record) for name, change in changes.items()}))

    stop()
    return folder, stop


@pytest.mark.trains
def test_a_run_whose_data_changed_is_not_carried_on(made, refused, restore, tmp_path):
    folder, _ = made
    before = (folder / "good 0.png").read_bytes()
    (folder / "good 0.png").write_bytes(corpus.encoded("PNG", corpus.noise(77)))
    what, _, hint = refused("run", "--resume", "a", prepared=True).error
    assert what.endswith("the data changed since the run was begun: 1 changed (good 0.png)")
    assert "--like" in hint
    (folder / "good 0.png").write_bytes(before)
    assert restore("run", "--resume", "a").code == 0


@pytest.mark.trains
def test_a_plan_made_before_alpha_was_an_option_is_carried_on(made, restore):
    _, stop = made
    stop(plan=lambda record: {name: v for name, v in record.plan.items() if name not in ("alpha", "max_pixels")})
    assert restore("run", "--resume", "a", "--json").json["status"] == "complete"


@pytest.mark.trains
def test_weights_of_another_shape_are_told(made):
    _, stop = made
    stop(weights=lambda record: [(name, np.zeros((3, 3), np.float32)) for name, _ in record.weights])
    with pytest.raises(WorkError, match="weights"):
        library.open("a").restorer()
