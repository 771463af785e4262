"""A commit is whole or not at all, whichever call fails and whenever the power does."""

import errno
import itertools
import os

import pytest

from restore.errors import WorkError
from restore.runfile import disk, seal
from restore.runfile.commit import commit, remove_stale

CALLS = ("create", "write", "sync", "close", "replace", "sync_folder")
OLD, NEW = b"old" * 5000, b"new" * 7000


@pytest.fixture
def target(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "PIECE", 4096)  # so that one file takes several writes
    path = tmp_path / "run.h5"
    path.write_bytes(OLD)
    return path


def names(path):
    return sorted(entry.name for entry in path.parent.iterdir())


def test_the_new_file_takes_the_place_of_the_old(target):
    commit(target, memoryview(NEW))
    assert target.read_bytes() == NEW
    assert names(target) == ["run.h5"]


def fail_at(monkeypatch, name, number, code):
    """Make call `number` of a kind fail, and return the kinds of calls made; a failing close has closed, as on Linux."""
    done = []

    def watch(kind, true):
        def call(*args):
            done.append(kind)
            fails = kind == name and done.count(kind) == number
            if not fails or kind == "close":
                result = true(*args)
            if fails:
                raise OSError(code, os.strerror(code))
            return result

        monkeypatch.setattr(disk, kind, call)

    for kind in CALLS:
        watch(kind, getattr(disk, kind))
    return done


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize("name", CALLS)
def test_every_failing_call_ends_in_one_error(name, code, target, monkeypatch):
    with monkeypatch.context() as patch:
        calls = fail_at(patch, name, 0, code)
        commit(target, memoryview(NEW))
    assert name in calls
    for number in range(1, calls.count(name) + 1):
        target.write_bytes(OLD)
        with monkeypatch.context() as patch:
            done = fail_at(patch, name, number, code)
            with pytest.raises(WorkError) as failed:
                commit(target, memoryview(NEW))
        assert failed.value.code == ("not-written" if code == errno.EIO else "disk-full")
        assert str(failed.value).count("\n") == 2
        assert f"--resume {target}" in failed.value.hint
        replaced = "replace" in done and name != "replace"
        assert target.read_bytes() == (NEW if replaced else OLD)
        assert names(target) == ["run.h5"]


def test_a_full_disk_without_an_old_file_has_nothing_to_resume(tmp_path, monkeypatch):
    fail_at(monkeypatch, "write", 1, errno.ENOSPC)
    with pytest.raises(WorkError) as failed:
        commit(tmp_path / "run.h5", memoryview(NEW))
    assert (failed.value.code, failed.value.exit_code) == ("disk-full", 1)
    assert "--resume" not in failed.value.hint
    assert list(tmp_path.iterdir()) == []


def test_short_writes_are_continued(target, monkeypatch):
    write = disk.write
    monkeypatch.setattr(disk, "write", lambda file, data: write(file, data[:777]))
    commit(target, memoryview(NEW))
    assert target.read_bytes() == NEW


def test_an_interrupt_leaves_no_temporary_file(target, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(disk, "sync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        commit(target, memoryview(NEW))
    assert target.read_bytes() == OLD
    assert names(target) == ["run.h5"]


def test_a_file_that_no_reader_takes_is_not_written(target, monkeypatch):
    monkeypatch.setattr(seal, "LIMIT", 1000)
    with pytest.raises(WorkError) as failed:
        commit(target, memoryview(NEW))
    assert (failed.value.code, failed.value.where) == ("too-large", str(target))
    assert "21,000" in failed.value.what
    assert " 1,000" in failed.value.what
    assert target.read_bytes() == OLD


def test_only_this_runs_stale_files_are_removed(target):
    mine, others = [".run.1.tmp", ".run.99999.tmp"], [".run.2.1.tmp", ".running.1.tmp", ".run.x.tmp", "run.1.tmp"]
    for name in mine + others:
        (target.parent / name).touch()
    remove_stale(target)
    assert names(target) == sorted([*others, "run.h5"])


def recorded(target, monkeypatch):
    """Commit, and return the calls in order: (name, arguments that matter)."""
    log, paths = [], {}

    def wrap(name, keep):
        true = getattr(disk, name)

        def call(*args):
            result = true(*args)
            log.append(keep(args, result))
            return result

        monkeypatch.setattr(disk, name, call)

    wrap("create", lambda args, file: paths.update({file: args[0].name}) or ("create", args[0].name))
    wrap("write", lambda args, written: ("write", paths[args[0]], bytes(args[1][:written])))
    wrap("sync", lambda args, _: ("sync", paths.get(args[0])))
    wrap("replace", lambda args, _: ("replace", args[0].name, args[1].name))
    wrap("sync_folder", lambda args, _: ("sync_folder",))
    commit(target, memoryview(NEW))
    return log


def states_after(log):
    """Yield what the target may hold after a power loss: any of the unsynced writes and names, in any order."""
    written, safe, renames = {}, {}, []
    for call, *args in log:
        if call == "write":
            written.setdefault(args[0], []).append(args[1])
        elif call == "sync" and args[0]:
            safe[args[0]] = len(written[args[0]])
        elif call == "replace":
            renames.append(args[0])
        elif call == "sync_folder":
            renames = [*renames[-1:], None]
    sure = None in renames
    if not sure:
        yield OLD
    for source in renames:
        if source is not None:
            yield from images_of(written.get(source, []), safe.get(source, 0))


def images_of(pieces, safe):
    """Yield what a file may hold of its pieces, the first `safe` of which are: any others, with holes or cut short."""
    for kept in itertools.product((True, False), repeat=len(pieces) - safe):
        there = [True] * safe + list(kept)
        yield b"".join(piece if here else bytes(len(piece)) for piece, here in zip(pieces, there, strict=True))
        last = max((number for number, here in enumerate(there, 1) if here), default=0)
        yield b"".join(piece if here else bytes(len(piece)) for piece, here in zip(pieces[:last], there, strict=False))


def test_power_loss_leaves_the_old_or_the_new_file(target, monkeypatch, figure):
    seen = 0
    log = recorded(target, monkeypatch)
    assert [call for call, *_ in log][-1] == "sync_folder"
    for end in range(len(log) + 1):
        states = list(states_after(log[:end]))
        seen += len(states)
        assert set(states) <= {OLD, NEW}, log[:end]
    assert set(states) == {NEW}
    figure(f"power loss after each of {len(log)} calls of a commit: {seen} states, each the old or the new file")


def test_the_power_loss_test_sees_a_missing_sync(target, monkeypatch):
    log = [call for call in recorded(target, monkeypatch) if call[0] != "sync"]
    assert any(set(states_after(log[:end])) - {OLD, NEW} for end in range(len(log) + 1))
