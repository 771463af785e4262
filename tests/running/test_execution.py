"""A plan is executed into a file step by step; whatever ends it early is written down, and resumed as if it had not."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from running.steps import assert_same_work, raising, stopping, without_schedule

from restore.errors import ComponentError, InputError, RequestError, Stopped, WorkError
from restore.events import Advance, Done, EpochDone, Phase, Pulse, Warned
from restore.planning.options import make_request
from restore.runfile import disk
from restore.runfile.read import read
from restore.runfile.verify import verify
from restore.running import execution
from restore.running.opened import open_run
from restore.running.run import make_plan

OWNER = "model stand-in/filler of stand-in 1.0"
EVERY_BYTE = """
import sys
sys.path.insert(0, sys.argv[1])
import pytest
from running.steps import assert_same_work, raising, stopping, without_schedule
import stand_in
import restore
from restore.errors import Stopped
from restore.events import EpochDone

stand_in.install(pytest.MonkeyPatch())

def stop(event):
    if isinstance(event, EpochDone) and event.row["epoch"] == 2:
        raise Stopped(15, "enough")

try:
    restore.run("small", name="one", listener=stop)
except Stopped:
    run = restore.run(resume="one")
assert run.status == "complete"
assert restore.open("last").restorer().restore(run.gallery[0].damaged.astype("float32") / 255).mask.any()
assert not {"keras", "tensorflow", "jax", "torch"} & set(sys.modules)
"""


def test_a_run_needs_no_backend_where_its_model_has_none(tmp_path):
    tests = str(Path(__file__).parent.parent)
    subprocess.run([sys.executable, "-c", EVERY_BYTE, tests], cwd=tmp_path, check=True, env={**os.environ, "HOME": "."})


def test_every_step_is_committed(make, runs):
    seen = []

    def look(event):
        path = runs / "one.h5"
        if isinstance(event, Phase | EpochDone | Done):
            seen.append((event, read(path) if path.exists() else None))

    run = make(listener=look)
    phases = [(event.name, record) for event, record in seen if isinstance(event, Phase)]
    assert [name for name, _ in phases] == ["data", "building the model", "training", "scoring"]
    assert [record and record.status for _, record in phases] == [None, None, "running", "running"]
    begun, trained = phases[2][1], phases[3][1]
    assert (begun.history, begun.weights, begun.state) == ((), {}, None)
    assert begun.plan == run.plan
    assert {name: len(split.ids) for name, split in begun.data.items()} == {"train": 16, "validation": 4, "test": 4}
    epochs = [record for event, record in seen if isinstance(event, EpochDone)]
    assert [len(record.history) for record in epochs] == [1, 2, 3]
    assert [int(record.state.optimizer["fill"][0][1]) for record in epochs] == [4, 8, 12]
    assert trained.scores is None
    (done,) = [record for event, record in seen if isinstance(event, Done)]
    assert (done.status, done.state, run.status) == ("complete", None, "complete")
    assert len(done.scores.image) == 4
    assert done.seconds["total"] >= done.seconds["train"] + done.seconds["score"] > 0
    assert not verify(run.path)


def test_the_file_is_what_the_run_returns(make):
    run = make(corrupt=["box:size=4", "noise|box:size=4"], seed=3)
    assert_same_work(run, open_run(run.path))


def test_the_best_epochs_weights_are_kept_and_used(make, runs):
    levels = []

    def look(event):
        if isinstance(event, EpochDone):
            levels.append(read(runs / "one.h5").state.weights["fill"][0][1])

    run = make(epochs=4, lr=20, change=without_schedule, listener=look)
    best = int(np.argmin([row["val_loss"] for row in run.history]))
    assert best < 3  # else the test shows nothing
    ((_, kept),) = run.record.weights["fill"]
    assert kept == levels[best] != levels[-1]
    image = run.gallery[0]
    hole = image.mask > 0
    assert (image.restored[hole] == np.round(np.clip(kept, 0, 1) * 255)).all()


def test_the_gallery_keeps_the_worst_the_median_and_the_best(make):
    run = make(dataset="prints:count=70", gallery=4)
    scores = run.record.scores
    axes = scores.metric.index("psnr"), scores.region.index("hole"), scores.what.index("restored")
    hole = dict(zip(scores.image, scores.value[:, 0, *axes], strict=True))
    assert len(hole) > 4
    ranked = sorted(hole, key=hole.get)
    kept = {image.rank: image.id for image in run.gallery}
    assert [kept[rank] for rank in ("worst", "median", "best")] == [ranked[0], ranked[len(ranked) // 2], ranked[-1]]
    assert kept["first"] == next(name for name in scores.image if name not in list(kept.values())[:3])
    assert len(run.gallery) == 4
    assert not make(name="none", gallery=0).gallery


def test_a_run_that_keeps_its_state_has_the_last_epochs(make):
    run = make(keep_state=True)
    assert run.status == "complete"
    assert int(run.record.state.optimizer["fill"][0][1]) == 12


@pytest.mark.parametrize(("kind", "phase"), [(Advance, "data"), (Phase, "building the model")])
def test_a_signal_before_the_first_commit_leaves_no_file(make, runs, kind, phase):
    with pytest.raises(Stopped) as stopped:
        make(**stopping(kind, phase))
    assert stopped.value.exit_code == 143
    assert not list(runs.glob("*.h5"))


ERRORS = {
    "signal": (lambda: KeyboardInterrupt(15), Stopped, "stopped", 143, "stopped", "resume"),
    "Ctrl-C": (KeyboardInterrupt, Stopped, "stopped", 130, "stopped", "resume"),
    "memory": (MemoryError, WorkError, "out-of-memory", 1, "failed", "free some memory"),
    "work": (
        lambda: WorkError("what", code="of-the-work", where="w", hint="h"),
        WorkError,
        "of-the-work",
        1,
        "failed",
        "h",
    ),
    "component": (lambda: ComponentError("what", where="w"), ComponentError, "plugin-fault", 1, "failed", "resume"),
    "refusal": (lambda: InputError("what", code="bad-image", where="w"), WorkError, "bad-image", 1, "failed", "resume"),
}
"""What makes the error that may end the work, as what it is raised, with code and exit code; the run's status, and what to do."""


@pytest.mark.parametrize("case", ERRORS)
@pytest.mark.parametrize(
    ("kind", "phase", "epochs"), [(Pulse, "training", 0), (EpochDone, "training", 1), (Pulse, "scoring", 3)]
)
def test_what_ends_the_work_is_written_down_with_what_stands(make, runs, case, kind, phase, epochs):
    made, raised, code, exit_code, status, hint = ERRORS[case]
    error = made()
    place = "w; " if hasattr(error, "where") else ""
    with pytest.raises(raised) as ended:
        make(listener=raising(error, kind, phase))
    failure = ended.value
    assert type(failure) is raised
    assert (failure.code, failure.exit_code) == (code, exit_code)
    assert failure.where == f"{place}{runs / 'one.h5'}: epoch {epochs} stands"
    assert hint in failure.hint
    record = read(runs / "one.h5")
    assert (record.status, len(record.history)) == (status, epochs)
    assert record.events[-1][1:] == ("error", failure.what)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError(), WorkError("what"), InputError("what")])
@pytest.mark.parametrize(("kind", "phase"), [(Advance, "data"), (Phase, "building the model")])
def test_what_ends_the_preparation_passes_and_nothing_is_written(make, runs, error, kind, phase):
    with pytest.raises(type(error)) as ended:
        make(listener=raising(error, kind, phase))
    assert ended.value is error
    assert not list(runs.glob("*.h5"))


def test_what_a_listener_raises_is_not_the_works_fault(make, runs):
    with pytest.raises(BrokenPipeError):
        make(listener=raising(BrokenPipeError(), EpochDone, "training"))
    run = open_run("one", runs=runs)
    assert (run.status, len(run.history), run.record.status) == ("stopped", 1, "stopped")
    assert make(resume="one").status == "complete"


@pytest.mark.parametrize(
    ("place", "epochs"), [("building", None), ("training", 0), ("validation", 0), ("restoring", 3), ("loss", 2)]
)
def test_a_fault_of_the_model_names_its_owner_and_what_stands(make, runs, place, epochs):
    with pytest.raises(WorkError) as ended:
        make(model=f"filler:fails={place}")
    failure = ended.value
    assert failure.code == ("not-finite" if place == "loss" else "plugin-fault")
    if epochs is None:
        assert failure.where == OWNER
        assert not list(runs.glob("*.h5"))
    else:
        assert failure.where == f"{OWNER}; {runs / 'one.h5'}: epoch {epochs} stands"
        run = open_run("one", runs=runs)
        assert (run.status, len(run.history)) == ("failed", epochs)


def test_warnings_go_to_the_listener_and_into_the_log(make):
    heard = []
    run = make(dataset="prints:note=faint", corrupt=["box:size=5", "noise:amount=0"], listener=heard.append)
    warned = [event.text for event in heard if isinstance(event, Warned)]
    assert [entry.text for entry in run.record.events if entry.level == "warning"] == warned
    assert any("faint" in text for text in warned)
    assert any("noise:amount=0" in text for text in warned)


def test_a_model_that_compiles_itself_undeclared_leaves_no_false_plan(make):
    run = make(model="filler:compiled=true")
    training = run.plan["training"]
    assert [training[name] for name in ("optimizer", "lr", "loss", "schedule")] == [None] * 4
    assert [entry.level for entry in run.record.events] == ["warning"]


def test_the_threads_of_the_plan_are_fixed_before_the_model_is_built(make, monkeypatch):
    fixed = []
    monkeypatch.setattr(execution, "fix_threads", lambda count, backend: fixed.append((count, backend)))
    built = make(threads=3, listener=lambda event: fixed.append(event) if isinstance(event, Phase) else None)
    assert fixed[1:4] == [Phase("building the model"), (3, "numpy"), Phase("training", 4)]
    assert built.plan["training"]["threads"] == 3
    fixed.clear()
    with pytest.raises(Stopped):
        make(name="two", threads=2, **stopping(EpochDone, "training"))
    make(resume="two")
    assert [one for one in fixed if isinstance(one, tuple)] == [(2, "numpy")] * 2


def test_too_little_memory_is_refused_before_anything_is_written(make, runs, monkeypatch):
    monkeypatch.setattr("restore.system.memory.free", lambda: 2**10)
    monkeypatch.setattr("restore.system.memory.is_low", lambda needed=0: False)
    with pytest.raises(RequestError) as refused:
        make()
    assert (refused.value.code, refused.value.exit_code) == ("too-little-memory", 2)
    assert not list(runs.glob("*.h5"))


def test_memory_that_runs_low_ends_the_work_while_it_can_be_written_down(make, runs, monkeypatch):
    low, asked = [], []
    monkeypatch.setattr("restore.running.how.LOOK", -1)
    monkeypatch.setattr("restore.system.memory.is_low", lambda needed=0: asked.append(needed) or bool(low))
    with pytest.raises(WorkError) as ended:
        make(listener=lambda event: low.append(event) if isinstance(event, EpochDone) else None)
    assert ended.value.code == "out-of-memory"
    run = open_run("one", runs=runs)
    assert (run.status, len(run.history)) == ("failed", 1)
    # The run file as it stands has to fit: it is packed whole.
    assert asked[0] == 0
    assert 0 < asked[-1] <= run.path.stat().st_size


@pytest.mark.parametrize(("reason", "code"), [(errno.ENOSPC, "disk-full"), (errno.EIO, "not-written")])
def test_an_epoch_that_cannot_be_written_does_not_stand(make, runs, monkeypatch, reason, code):
    replaced = []

    def replace(source, target):
        if len(replaced) == 2:
            raise OSError(reason, os.strerror(reason))
        replaced.append(source.replace(target))

    monkeypatch.setattr(disk, "replace", replace)
    with pytest.raises(WorkError) as failed:
        make()
    assert (failed.value.code, failed.value.where) == (code, f"{runs / 'one.h5'}: epoch 1 stands")
    assert f"--resume {runs / 'one.h5'}" in failed.value.hint
    assert len(open_run("one", runs=runs).history) == 1
    monkeypatch.undo()


@pytest.mark.parametrize(("name", "code"), [("one", "run-exists"), ("a/b", "bad-name"), ("last", "bad-name")])
def test_a_name_that_cannot_be_had_is_refused_before_the_work(make, runs, name, code):
    make()
    heard = []
    with pytest.raises(RequestError) as refused:
        make(name=name, listener=heard.append)
    assert refused.value.code == code
    assert not heard
    assert [path.name for path in runs.glob("*.h5")] == ["one.h5"]


@pytest.mark.parametrize(
    ("corrupt", "begins"),
    [
        (["box:size=3"], "small-box-size-3-"),
        (["box:size=3", "noise|zcut"], "small-box-size-3-noise-"),
        ([f"box:size={size}" for size in range(1, 16)], "small-box-size-1-box-size-2"),
    ],
)
def test_a_run_is_called_by_its_recipe_its_damage_and_its_id(stand_in, corrupt, begins):
    plan = make_plan(make_request("small", corrupt=[one.replace("zcut", "builtin/zcut") for one in corrupt])).plan
    name = execution.default_name(plan, "0123456789ab")
    assert name.startswith(begins)
    assert name.endswith("-0123456789ab")
    assert len(name) <= execution.NAME_LENGTH + 13
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
