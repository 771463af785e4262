"""Killed between any two changes of the disk, a command leaves a case that verifies and goes on."""

import itertools
from pathlib import Path

import pytest
from tasks.case import lab

from restore.errors import RequestError
from restore.tasks.batch import Handling
from restore.tasks.case import folder
from restore.tasks.case.folder import STAGED, open_case, writing
from restore.tasks.case.steps import Words, add_originals


class Killed(BaseException):
    pass


@pytest.fixture
def kill_at(monkeypatch):
    """End what is done at the n-th file that gets its name, as if the process had been killed."""

    def install(count):
        left = [count]

        def replace(path, target):
            left[0] -= 1
            if left[0] <= 0:
                raise Killed
            return rename(path, target)

        def settle(case):
            if left[0] > 0:
                put_in_place(case)

        rename, put_in_place = Path.replace, folder._settle
        patch = pytest.MonkeyPatch()
        patch.setattr(Path, "replace", replace)
        patch.setattr(folder, "_settle", settle)
        return patch

    return install


def test_a_killed_step_leaves_a_case_that_verifies(made, case, kill_at, tmp_path):
    seen, replayed = set(), 0
    for count in itertools.count(1):
        patch = kill_at(count)
        before = len(open_case(case).entries)
        try:
            lab.step(case, made / "runs/r1.h5", "a.png", mask=str(made / "masks"))
            break
        except Killed:
            pass
        finally:
            patch.undo()
        entries = len(open_case(case).entries)
        waiting = sorted(path.relative_to(case).as_posix() for path in (case / STAGED).rglob("*.png"))
        seen.add((entries - before, bool(waiting)))
        verdict = lab.verify(case, replay=False)
        assert verdict.damages == []
        assert any(STAGED in note for note in verdict.notes)
        if waiting and entries > before and not replayed:
            replayed = lab.verify(case).replayed
            assert replayed == entries - 1
        with writing(case):
            assert not any((case / STAGED).iterdir())
        assert not (case / STAGED).exists()
    assert {(0, False), (0, True), (1, True)} <= seen
    assert replayed
    assert lab.verify(case, replay=False).damages == []


def test_a_killed_start_can_be_repeated(made, stand_in, tmp_path, kill_at):
    patch = kill_at(2)
    with pytest.raises(Killed):
        add_originals(tmp_path / "case", [made / "in"], Words(), Handling(), new=True)
    patch.undo()
    assert (tmp_path / "case" / STAGED).exists()
    assert add_originals(tmp_path / "case", [made / "in"], Words(), Handling(), new=True).number == 1
    assert lab.verify(tmp_path / "case").damages == []


def test_one_process_writes_at_a_time(case):
    with writing(case), pytest.raises(RequestError) as refused, writing(case):
        pass
    assert refused.value.code == "held"


def test_a_case_with_a_damaged_log_is_not_written_to(made, case):
    log = case / "log.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"ann"', b'"bob"', 1))
    with pytest.raises(RequestError) as refused:
        lab.step(case, made / "runs/r1.h5", "a.png")
    assert refused.value.code == "damaged-case"
