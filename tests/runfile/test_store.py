"""Runs are listed, found, made and carried on by name."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from restore.errors import InputError, RequestError
from restore.runfile import seal
from restore.runfile.encode import encode
from restore.runfile.lock import hold
from restore.runfile.read import read
from restore.runfile.store import RunsFolder, runs_folder

IDS = {"first": "aa11" + "0" * 8, "second": "aa22" + "0" * 8, "third": "bb33" + "0" * 8}


@pytest.fixture
def store(record, tmp_path):
    for day, (name, run_id) in enumerate(IDS.items(), 1):
        made = replace(record, id=run_id, name=name, created=f"2026-01-0{day}T00:00:00+00:00", status="complete")
        (tmp_path / f"{name}.h5").write_bytes(encode(made))
    return RunsFolder(tmp_path)


def test_the_folder_is_the_given_one_the_variable_or_runs(monkeypatch):
    monkeypatch.delenv("RESTORE_RUNS", raising=False)
    assert runs_folder() == Path("runs")
    monkeypatch.setenv("RESTORE_RUNS", "/data/runs")
    assert runs_folder() == Path("/data/runs")
    assert runs_folder(Path("here")) == Path("here")


def test_newest_come_first_and_damaged_ones_stay_in_the_list(store):
    (store.folder / "broken.h5").write_bytes(b"restore-run 1 sha256=")
    os.utime(store.folder / "broken.h5", (0, 0))
    os.mkfifo(store.folder / "pipe.h5")
    (store.folder / ".hidden.h5").write_bytes(b"")
    (store.folder / "notes.txt").write_bytes(b"")
    found = store.summaries()
    assert [summary.path.stem for summary in found] == ["third", "second", "first", "broken"]
    assert [bool(summary.damage) for summary in found] == [False, False, False, True]
    assert found[-1].status == "damaged"


def test_running_is_listed_only_while_it_is_held(record, tmp_path):
    path = tmp_path / "run.h5"
    path.write_bytes(encode(record))
    store = RunsFolder(tmp_path)
    assert [summary.status for summary in store.summaries()] == ["stopped"]
    with hold(path):
        assert [summary.status for summary in store.summaries()] == ["running"]


def test_a_folder_that_is_not_there_has_no_runs(tmp_path):
    store = RunsFolder(tmp_path / "none")
    assert store.summaries() == []
    with pytest.raises(InputError) as refused:
        store.find("last")
    assert refused.value.code == "unknown-run"
    assert not store.folder.exists()


def test_runs_are_found_by_path_name_id_and_last(store):
    assert store.find("second") == store.folder / "second.h5"
    assert store.find("last") == store.folder / "third.h5"
    assert store.find("bb") == store.folder / "third.h5"
    assert store.find(IDS["first"]) == store.folder / "first.h5"
    assert store.find(str(store.folder / "first.h5")) == store.folder / "first.h5"


def test_last_is_the_newest_run_whatever_is_newer(store, record):
    for day, kind in enumerate(("evaluation", "pretrained"), 4):
        other = replace(record, kind=kind, id="c" * 12, name=kind, created=f"2026-01-0{day}T00:00:00+00:00")
        (store.folder / f"{kind}.h5").write_bytes(encode(other))
    assert [summary.path.stem for summary in store.summaries()][:2] == ["pretrained", "evaluation"]
    assert store.find("last") == store.folder / "third.h5"
    assert store.find("evaluation") == store.folder / "evaluation.h5"


def test_evaluations_alone_have_no_last_run(record, tmp_path):
    (tmp_path / "other.h5").write_bytes(encode(replace(record, kind="evaluation")))
    with pytest.raises(InputError):
        RunsFolder(tmp_path).find("last")


def test_a_name_comes_before_an_id(store):
    (store.folder / "bb.h5").write_bytes(b"")
    assert store.find("bb") == store.folder / "bb.h5"


@pytest.mark.parametrize(
    ("run", "code", "named"),
    [
        ("aa", "ambiguous-run", "aa2200000000 (second), aa1100000000 (first)"),
        ("secnod", "unknown-run", "second"),
        ("x" * 5_000, "unknown-run", "restore runs"),
        ("zzzz", "unknown-run", "restore runs"),
        ("", "unknown-run", "restore runs"),
        ("elsewhere/secnod.h5", "unknown-run", "second"),
    ],
)
def test_a_run_that_is_not_found_is_refused_with_the_nearest(store, run, code, named):
    with pytest.raises(InputError) as refused:
        store.find(run)
    assert refused.value.code == code
    assert named in refused.value.hint
    assert run[:200] in f"{refused.value.what} {refused.value.where}"
    assert len(refused.value.what) < 400


@pytest.mark.parametrize(
    "name", ["", "a/b", "..", "a..b", "a\\b", ".hidden", "-x", "last", "a\nb", "x" * 201, "\udcff"]
)
def test_what_cannot_be_a_name(store, name):
    with pytest.raises(RequestError) as refused:
        store.path(name)
    assert (refused.value.code, refused.value.where) == ("bad-name", "--name")


def test_a_taken_name_is_refused_and_the_run_is_whole(store):
    before = (store.folder / "first.h5").read_bytes()
    with pytest.raises(RequestError) as refused, store.create("first"):
        pytest.fail("was made")
    path = str(store.folder / "first.h5")
    assert (refused.value.code, refused.value.where) == ("run-exists", path)
    assert f"--resume {path}" in refused.value.hint
    assert (store.folder / "first.h5").read_bytes() == before


def test_a_long_name_can_be_written(record, tmp_path):
    with RunsFolder(tmp_path).create("ü" * 100) as writer:
        writer.commit(record)
    assert read(tmp_path / f"{'ü' * 100}.h5").id == record.id


def test_a_run_is_created_and_reopened(record, tmp_path):
    store = RunsFolder(tmp_path / "deep" / "runs")
    with store.create("new") as writer:
        assert writer.record is None
        writer.commit(replace(record, history=[]))
        writer.commit(record)
        assert store.summaries()[0].pid == os.getpid()
    with store.reopen(store.find("new")) as writer:
        assert len(writer.record.history) == 2
        writer.commit(replace(writer.record, status="complete", state=None))
    assert read(store.find("new")).status == "complete"
    assert sorted(path.name for path in store.folder.iterdir()) == [".locks", "new.h5"]


def test_nothing_is_written_before_the_first_commit(tmp_path):
    with RunsFolder(tmp_path).create("new"):
        pass
    assert not (tmp_path / "new.h5").exists()


def test_a_link_to_a_run_stays_a_link(store, record, tmp_path_factory):
    link = tmp_path_factory.mktemp("elsewhere") / "link.h5"
    link.symlink_to(store.folder / "first.h5")
    with store.reopen(link) as writer:
        writer.commit(replace(writer.record, status="failed"))
    assert link.is_symlink()
    assert read(store.folder / "first.h5").status == "failed"


def test_a_damaged_run_is_not_reopened(store):
    path = store.folder / "first.h5"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InputError) as refused, store.reopen(path):
        pytest.fail("was opened")
    assert refused.value.code == "damaged-run-file"


LIST = """
import sys
from pathlib import Path
from restore.runfile.store import RunsFolder
print(len(RunsFolder(Path(sys.argv[1])).summaries()))
print(sorted({"h5py", "numpy", "keras", "tensorflow", "pydantic"} & set(sys.modules)))
"""


def test_a_listing_loads_nothing_heavy_and_reads_no_hdf5(store, tmp_path):
    block = (store.folder / "first.h5").read_bytes()[: seal.BLOCK]
    (store.folder / "first.h5").write_bytes(block)  # cut, but still listed
    done = subprocess.run([sys.executable, "-c", LIST, store.folder], capture_output=True, text=True, check=True)
    assert done.stdout == "3\n[]\n"
