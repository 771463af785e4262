"""Runs from the recipe to the file and back: complete, repeatable, carried on exactly, refused in one sentence."""

import dataclasses
import errno
import json
import os
import signal
import subprocess
import sys

import h5py
import numpy as np
import pytest

import restore
from restore.errors import InputError, RequestError, Stopped, WorkError
from restore.events import Advance, Done, EpochDone, Phase, Pulse
from restore.planning.request import Request
from restore.running.run import carry_out, make_plan

pytestmark = pytest.mark.trains
SMALL = {"size": 32, "limit": 24, "epochs": 2, "batch": 8}


def weights(run):
    return [array for _, array in run.record.weights]


def same_work(first, second):
    """Return whether weights, losses and scores of two runs are equal to the last bit."""
    losses = [[row["val_loss"] for row in run.history] for run in (first, second)]
    return (
        all(np.array_equal(a, b) for a, b in zip(weights(first), weights(second), strict=True))
        and losses[0] == losses[1]
        and list(first.scores) == list(second.scores)
        and np.array_equal(first.record.scores.value, second.record.scores.value, equal_nan=True)
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def run(folder, told):
    return restore.run("fingerprint", corrupt="box:size=10", runs=folder, listener=told.append, **SMALL)


def test_a_run_is_complete_and_tells_its_way(run, told):
    assert run.status == "complete"
    assert run.record.state is None
    assert [row["epoch"] for row in run.history] == [1, 2]
    phases = [event.name for event in told if isinstance(event, Phase)]
    assert phases == ["data", "building the model", "training", "scoring"]
    assert sum(isinstance(event, EpochDone) for event in told) == 2
    assert any(isinstance(event, Advance) for event in told)
    assert told[-1] == Done(run.path)


def test_every_figure_stands_beside_the_damaged_one_and_the_baselines(run):
    psnr = {(row["what"], row["region"]): row for row in run.scores if row["metric"] == "psnr"}
    assert {what for what, _ in psnr} == {"damaged", "identity", "biharmonic", "restored"}
    assert psnr["identity", "full"]["mean"] == psnr["damaged", "full"]["mean"]
    assert psnr["biharmonic", "hole"]["given_mask"]
    assert not psnr["restored", "hole"]["given_mask"]
    assert psnr["damaged", "clean"]["mean"] is None
    assert {"mask.iou", "mask.false"} <= {row["metric"] for row in run.scores}
    for row in psnr.values():
        assert row["mean"] is None or row["low"] <= row["mean"] <= row["high"]


def test_splits_share_no_group(run):
    groups = [set(split.groups) for split in run.record.data.values()]
    assert sum(map(len, groups)) == len(set.union(*groups))
    assert all(groups)


def test_outside_the_used_mask_the_gallery_is_the_input(run):
    gallery = run.gallery
    outside = gallery.mask == 0
    assert np.array_equal(gallery.restored[outside], gallery.damaged[outside])


def test_the_restorer_changes_nothing_outside_its_mask_and_says_how_sure_it_is(run):
    image = np.random.default_rng(0).uniform(0, 1, (32, 32, 1)).astype(np.float32)
    image[4:14, 8:18] = 0
    restored = run.restorer().restore(image)
    assert restored.image.dtype == np.float32
    assert restored.image[~restored.mask].tobytes() == image[~restored.mask].tobytes()
    assert (restored.confidence[~restored.mask] == 1).all()
    whole = run.restorer().restore(image, np.ones((32, 32), bool))
    assert whole.mask.all()
    assert not np.array_equal(whole.image, image)


def test_opened_again_it_restores_the_same(run, folder):
    again = restore.open(run.id[:6], runs=folder)
    image = run.gallery.damaged[:1].astype(np.float32) / 255
    first, second = (one.restorer().predict(image) for one in (run, again))
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_the_file_reads_without_the_project(run):
    with h5py.File(run.path) as file:
        assert file.attrs["format"] == "restore-run"
        assert json.loads(file["plan"][()])["recipe"] == "fingerprint/fingerprint"
        assert file["scores/value"].shape[0] == len(run.record.data["test"].ids)


def test_the_document_is_plain_json(run):
    document = json.loads(json.dumps(run.to_json(), allow_nan=False))
    assert document["epochs"] == {
        "planned": 2,
        "done": 2,
        "best": min((1, 2), key=lambda e: run.history[e - 1]["val_loss"]),
    }
    assert set(document["seconds"]) == {"total", "train", "score"}
    assert document["seconds"]["total"] >= document["seconds"]["train"] + document["seconds"]["score"]


def test_the_same_plan_gives_the_same_run(run, folder):
    again = restore.run(like=run.path, runs=folder)
    assert again.plan == run.plan
    assert same_work(run, again)


def test_like_takes_what_is_not_said(run, folder):
    plan = make_plan(Request(epochs=7, seed=3), like=str(run.path), runs=str(folder))
    old = make_plan(Request(), like=str(run.path), runs=str(folder))
    assert plan.training == dataclasses.replace(old.training, epochs=7)
    assert (plan.seed, old.seed) == (3, 0)
    assert plan.dataset.options["seed"] == 3
    assert plan.corrupt == old.corrupt


@pytest.mark.parametrize("model", ["selective-unet:width=8,depth=1", "cae"])
def test_stopped_and_carried_on_equals_uninterrupted(model, folder, tmp_path):
    plan = {**SMALL, "epochs": 4, "corrupt": ["box:size=8", "noise|box:size=6"], "model": model}
    whole = restore.run("fingerprint", runs=folder, name=f"whole-{model[:3]}", **plan)
    epochs = []

    def listen(event):
        if isinstance(event, EpochDone):
            epochs.append(event)

    request = Request(recipe="fingerprint", **{**plan, "size": (32, 32)})
    with pytest.raises(Stopped) as stopped:
        carry_out(
            request,
            runs=str(tmp_path),
            name="half",
            listener=listen,
            should_stop=lambda: signal.SIGTERM if len(epochs) == 2 else None,
        )
    assert stopped.value.exit_code == 143
    assert "epoch 2 stands" in str(stopped.value)
    half = restore.open("half", runs=tmp_path)
    assert half.status == "stopped"
    assert len(half.history) == 2
    code = "import sys, restore; restore.run(resume='half', runs=sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env={**os.environ, "RESTORE_STRICT": "1"})
    carried = restore.open("half", runs=tmp_path)
    assert carried.status == "complete"
    assert same_work(whole, carried)


@pytest.mark.parametrize(
    ("phase", "kind", "epochs"),
    [("data", Advance, None), ("training", Pulse, 0), ("scoring", Advance, 2), ("scoring", Pulse, 2)],
    ids=["data", "validation", "baselines", "metrics"],
)
def test_a_signal_is_heeded_at_every_step_of_every_phase(tmp_path, phase, kind, epochs):
    now, heard = "", []

    def listen(event):
        nonlocal now
        now = event.name if isinstance(event, Phase) else now
        heard.append(now == phase and isinstance(event, kind))

    request = Request(recipe="fingerprint", **{**SMALL, "size": (32, 32)})
    with pytest.raises(Stopped) as stopped:
        carry_out(
            request,
            runs=str(tmp_path),
            name="stopped",
            cache=False,
            listener=listen,
            should_stop=lambda: signal.SIGINT if any(heard) else None,
        )
    assert stopped.value.exit_code == 130
    assert heard[-1]
    assert heard.count(True) == 1
    if epochs is None:
        assert not list(tmp_path.glob("*.h5"))
    else:
        assert len(restore.open("stopped", runs=tmp_path).history) == epochs
        assert f"epoch {epochs} stands" in str(stopped.value)


def test_what_a_listener_raises_is_nobodys_fault(tmp_path):
    def listen(event):
        if isinstance(event, EpochDone):
            raise BrokenPipeError

    request = Request(recipe="fingerprint", **{**SMALL, "size": (32, 32)})
    with pytest.raises(BrokenPipeError):
        carry_out(request, runs=str(tmp_path), name="cut", listener=listen)
    run = restore.open("cut", runs=tmp_path)
    assert (run.status, len(run.history)) == ("stopped", 1)


def test_an_epoch_that_could_not_be_written_does_not_stand(tmp_path, monkeypatch):
    from restore.runfile import disk

    replaced = []

    def replace(source, target):
        if len(replaced) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        replaced.append(source.replace(target))

    monkeypatch.setattr(disk, "replace", replace)
    with pytest.raises(WorkError) as failed:
        restore.run("fingerprint", runs=tmp_path, name="full", **SMALL)
    path = tmp_path / "full.h5"
    assert str(failed.value).splitlines() == [
        "the run file could not be written: the disk is full",
        f"{path}: epoch 1 stands",
        f"the last commit stands; go on with: restore run --resume {path}",
    ]
    assert len(restore.open("full", runs=tmp_path).history) == 1


def test_what_goes_wrong_is_written_down_and_the_last_epoch_stands(tmp_path, monkeypatch):
    from restore.pipeline import engine

    monkeypatch.setattr(engine, "score_cases", lambda *_, **__: (_ for _ in ()).throw(WorkError("the scorer broke")))
    with pytest.raises(WorkError, match="the scorer broke"):
        restore.run("fingerprint", runs=tmp_path, name="broken", **SMALL)
    run = restore.open("broken", runs=tmp_path)
    assert run.status == "failed"
    assert len(run.history) == 2
    assert run.record.events[-1].text == "the scorer broke"
    monkeypatch.undo()
    done = restore.run(resume="broken", runs=tmp_path)
    assert done.status == "complete"


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"recipe": "fingerprnt"}, RequestError, "did you mean fingerprint"),
        ({"recipe": "fingerprint", "corrupt": "bx"}, RequestError, "did you mean box"),
        ({"recipe": "fingerprint", "corrupt": "box@hrd"}, RequestError, "did you mean hard"),
        ({"recipe": "fingerprint", "corrupt": "box:sise=3"}, RequestError, "did you mean size"),
        ({"recipe": "fingerprint", "corrupt": "box:size=many"}, RequestError, "size=many"),
        ({"recipe": "fingerprint", "corrupt": "box:size=0"}, RequestError, "size=0"),
        ({"recipe": "fingerprint", "corrupt": "noise:amount=nan"}, RequestError, "amount=nan"),
        ({"recipe": "fingerprint", "corrupt": ["box", "box"]}, RequestError, "given twice"),
        ({"recipe": "fingerprint", "corrupt": "none"}, RequestError, "nothing is damaged"),
        ({"recipe": "fingerprint", "corrupt": "box:size=40", "size": 32}, RequestError, "40"),
        ({"recipe": "fingerprint", "model": "biharmonic"}, RequestError, "--baseline"),
        ({"recipe": "fingerprint", "baselines": "cae"}, RequestError, "no baseline"),
        ({"recipe": "fingerprint", "model": "cae", "lr": 0.1}, RequestError, "--lr"),
        ({"recipe": "fingerprint", "optimizer": "adm"}, RequestError, "did you mean adam"),
        ({"recipe": "fingerprint", "epochs": 0}, RequestError, "--epochs 0"),
        ({"recipe": "fingerprint", "limit": 2}, RequestError, "3 groups"),
        ({"recipe": "fingerprint", "data": "nowhere"}, InputError, "nowhere"),
        ({"recipe": "fingerprint", "name": "a/b"}, RequestError, "a/b"),
        ({"recipe": "fingerprint", "like": "last"}, RequestError, "not both"),
        ({"recipe": "fingerprint", "resume": "last"}, RequestError, "resumed exactly"),
        ({"like": "last"}, InputError, "last"),
    ],
)
def test_a_wrong_request_is_refused_and_nothing_written(asked, error, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error) as refused:
        restore.run(**{"size": 32, "limit": 12, **asked} if "resume" not in asked else asked)
    assert told in str(refused.value)
    assert refused.value.exit_code == 2
    assert not list(tmp_path.rglob("*.h5"))


def test_a_complete_run_is_not_resumed(run, folder):
    before = run.path.read_bytes()
    with pytest.raises(RequestError, match="complete"):
        restore.run(resume=run.path, runs=folder)
    assert run.path.read_bytes() == before
