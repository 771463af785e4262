"""Every bad run file, given to every command that takes one, and runs that cannot be resumed."""

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
    """Return a run file with a valid seal, changed before it was sealed."""
    tree = CURRENT.pack(SAMPLE["record"]())
    buffer = hdf5.dump(tree)
    with h5py.File(buffer, "r+") as file:
        change(file)
    summary = {"parts": digests(tree), "content": seal.content(buffer.getvalue())}
    return bytes(seal.seal(buffer, seal.checked(summary)))


BYTES = {
    "empty": (lambda data: b"", "not-a-run-file"),
    "text": (lambda data: b"id,name\n", "not-a-run-file"),
    "other HDF5": (lambda data: other_hdf5(), "not-a-run-file"),
    "newer schema": (lambda data: forged(lambda file: file.attrs.modify("schema", 99)), "newer-schema"),
    "newer block": (lambda data: data.replace(b" 1 ", b" 9 ", 1), "newer-schema"),
    "truncated": (lambda data: data[: len(data) // 2], "damaged-run-file"),
    "truncated in the seal": (lambda data: data[:60], "damaged-run-file"),
    "longer": (lambda data: data + b"\0", "damaged-run-file"),
    "flipped": (lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], "damaged-run-file"),
    "a link inside": (
        lambda data: forged(lambda file: file.__setitem__("odd", h5py.ExternalLink("/etc/passwd", "/"))),
        "bad-run-file",
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
    change, code = BYTES[kind]
    path = bad(change)
    for name in (path, "bad"):
        failure = refused(*command.arguments(name)).failure
        assert failure.code == code
        assert "bad.h5" in failure.where


@pytest.mark.parametrize("kind", BYTES)
def test_bad_bytes_are_listed_as_damaged(kind, bad, restore):
    bad(BYTES[kind][0])
    answer = restore("verify", "bad", "--json")
    assert (answer.code, answer.err, answer.json["ok"]) == (1, "", False)
    (document,) = restore("runs", "--json").json["runs"]
    assert Path(document["path"]).name == "bad.h5"
    hidden = kind == "flipped"  # which the first 4,096 bytes do not show
    assert (document["status"] == "damaged") is not hidden
    listed = restore("runs")
    assert (listed.code, listed.err) == (0, "")
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
    (missing, "unknown-run"),
    (a_folder, "not-a-regular-file"),
    (a_pipe, "not-a-regular-file"),
    (unreadable, "unreadable"),
    (circle, "unreadable"),
    (out_of_reach, "unreadable"),
    (long_name, "unreadable"),
)


@pytest.mark.parametrize(("case", "code"), FILES)
@pytest.mark.parametrize("command", [*(one.name for one in TAKING_RUNS), "verify"])
def test_what_is_not_a_readable_file_is_refused(command, case, code, refused, rights, tmp_path):
    path = case(tmp_path)
    arguments = {one.name: one.arguments(path) for one in TAKING_RUNS} | {"verify": ["verify", path]}
    failure = refused(*arguments[command], within=rights).failure
    assert (failure.code, failure.where) == (code, str(path))


@pytest.mark.parametrize("command", [*(one.name for one in TAKING_RUNS), "verify"])
@pytest.mark.parametrize(
    ("run", "code", "hint"),
    [("bda", "unknown-run", "'bad'"), ("ffff", "unknown-run", "restore runs"), ("", "empty-value", "")],
)
def test_an_unknown_run(command, run, code, hint, refused, make_run):
    make_run("bad")
    arguments = {one.name: one.arguments(run) for one in TAKING_RUNS} | {"verify": ["verify", run]}
    failure = refused(*arguments[command]).failure
    assert failure.code == code
    assert run in failure.what
    assert hint in failure.hint


@pytest.fixture
def stopped(restore, make_run):
    """Write a stopped run with a plan that could be carried out, changed by a function."""
    plan = restore(*RUN, "--limit=20", "--dry-run", "--json").json["plan"]

    def make(change=lambda plan: None, **more):
        change(plan)
        return make_run("kept", **({"status": "stopped", "plan": plan} | more))

    return make


def test_a_run_in_use_is_not_resumed(refused, restore, stopped, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.1)
    path = stopped()
    with lock.hold(path):
        failure = refused("run", "--resume", "kept").failure
        assert failure.code == "run-in-use"
        assert f"process {os.getpid()} on {socket.gethostname()}" in failure.what
        assert restore("show", "kept").code == restore("run", "--like", "kept", "--dry-run").code == 0


def gone(plan):
    """Make a plan name a model of a plugin that is not installed."""
    plan["model"]["component"] = "gone/model"
    plan["owners"]["gone/model"] = {"distribution": "restore-gone", "version": "1.0"}


def test_a_run_of_a_missing_plugin_is_shown_but_neither_resumed_nor_repeated(refused, restore, stopped):
    stopped(gone)
    for arguments in (["--resume", "kept"], ["--like", "kept", "--name=b"], ["--like", "kept", "--dry-run"]):
        failure = refused("run", *arguments).failure
        assert failure.code == "unknown-component"
        assert "'gone/model'" in failure.what
    for arguments in (["show", "kept"], ["verify", "kept"], ["export", "kept", "--csv", "a.csv"], ["runs"]):
        assert restore(*arguments).code == 0


def test_a_run_of_another_plugin_version_is_not_resumed(refused, restore, stopped):
    def older(plan):
        plan["owners"]["builtin/box"]["version"] = "0.0.9"

    stopped(older)
    failure = refused("run", "--resume", "kept").failure
    assert failure.code == "owners-changed"
    for value in ("builtin/box", "0.0.9", version("restore-toolkit")):
        assert value in failure.what
    assert "kept.h5" in failure.where
    assert "--like" in failure.hint
    like = restore("run", "--like", "kept", "--dry-run")
    assert "owners.builtin/box.version: 0.0.9 -> " in like.out


@pytest.mark.parametrize("change", [lambda plan: plan.pop("recipe"), lambda plan: plan["training"].pop("epochs")])
def test_an_incomplete_plan_is_refused(change, refused, stopped):
    stopped(change)
    assert refused("run", "--like", "kept", "--name=b").failure.code == "bad-plan"


def test_a_complete_run_is_not_resumed(refused, stopped):
    stopped(status="complete")
    failure = refused("run", "--resume", "kept").failure
    assert failure.code == "complete"
    assert "restore show kept" in failure.hint


def test_a_plan_made_before_alpha_was_an_option_is_taken(restore, stopped):
    def older(plan):
        del plan["alpha"], plan["max_pixels"]

    stopped(older)
    answer = restore("run", "--like", "kept", "--dry-run", "--json")
    assert (answer.json["plan"]["alpha"], answer.json["plan"]["max_pixels"]) == ("refuse", 100_000_000)
    assert "kept" in answer.err
    assert restore("show", "kept").code == 0


@pytest.fixture
def made(restore, tmp_path):
    """Return a folder of images and the run trained on it, as if it had been stopped after its epoch."""
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
def test_a_run_whose_data_changed_is_not_resumed(made, refused, restore, tmp_path):
    folder, _ = made
    before = (folder / "good 0.png").read_bytes()
    (folder / "good 0.png").write_bytes(corpus.encoded("PNG", corpus.noise(77)))
    failure = refused("run", "--resume", "a", prepared=True).failure
    assert failure.code == "data-changed"
    assert "good 0.png" in failure.what
    assert "--like" in failure.hint
    (folder / "good 0.png").write_bytes(before)
    assert restore("run", "--resume", "a").code == 0


@pytest.mark.trains
def test_a_plan_made_before_alpha_was_an_option_is_resumed(made, restore):
    _, stop = made
    stop(plan=lambda record: {name: v for name, v in record.plan.items() if name not in ("alpha", "max_pixels")})
    assert restore("run", "--resume", "a", "--json").json["status"] == "complete"


@pytest.mark.trains
def test_weights_of_another_shape_are_refused(made):
    _, stop = made
    stop(
        weights=lambda record: {"model": [(name, np.zeros((3, 3), np.float32)) for name, _ in record.weights["model"]]},
        exports=lambda _: {},
    )
    with pytest.raises(WorkError) as refused:
        library.open("a").restorer()
    assert refused.value.code == "weights-mismatch"
