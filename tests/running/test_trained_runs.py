"""Runs trained by Keras, from the recipe to the file and back: complete, repeatable, resumed exactly.

What a run does in each of its steps is tested without Keras, in test_execution.py.
"""

import json
import os
import shutil
import signal
import subprocess
import sys

import h5py
import numpy as np
import pytest
from running.steps import assert_same_work, raising

import restore
from restore.errors import Stopped
from restore.events import Advance, EpochDone
from restore.planning.options import make_request
from restore.running.how import How
from restore.running.run import execute, make_plan

pytestmark = pytest.mark.trains
SMALL = {"size": 32, "limit": 24, "epochs": 2, "batch": 8}
RESUMED = {
    "unet": {"model": "selective-unet:width=8,depth=1", "optimizer": "adamw"},
    "find": {"model": "find-restore:variant=tiny", "optimizer": "muon"},
    "cae": {"model": "cae"},
}


@pytest.fixture(scope="module", autouse=True)
def unexported():
    """Export no networks, as in all tests that train, in the run that tests share either."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("restore.pipeline.model.can_export", lambda: False)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def run(folder):
    return restore.run("fingerprint", corrupt="box:size=10", runs=folder, **SMALL)


def test_every_figure_stands_beside_the_damaged_one_and_the_baselines(run):
    assert run.status == "complete"
    psnr = {(row["what"], row["region"]): row for row in run.scores if row["metric"] == "psnr"}
    assert {what for what, _ in psnr} == {"damaged", "identity", "biharmonic", "restored", "restored given mask"}
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
    assert len(run.gallery) == len(run.record.data["test"].ids)
    for image in run.gallery:
        outside = image.mask == 0
        assert np.array_equal(image.restored[outside], image.damaged[outside])
        undamaged = image.true_mask == 0
        assert np.array_equal(image.clean[undamaged], image.damaged[undamaged])
        assert image.details["truth"]["boxes"]


def test_the_restorer_changes_nothing_outside_its_mask(run):
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
    image = run.gallery[0].damaged[None].astype(np.float32) / 255
    first, second = (one.restorer().predict(image) for one in (run, again))
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_the_file_reads_without_the_project(run):
    with h5py.File(run.path) as file:
        assert file.attrs["format"] == b"restore-run"
        assert json.loads(file["plan"][()])["recipe"] == "fingerprint/fingerprint"
        assert file["scores/value"].shape[0] == len(run.record.data["test"].ids)


def test_the_same_plan_gives_the_same_run(run, folder):
    again = restore.run(like=run.path, runs=folder)
    assert again.plan == run.plan
    assert_same_work(run, again)


def test_training_begins_where_another_run_ended_and_resumes_without_it(run, folder, tmp_path):
    parent = tmp_path / "parent.h5"
    shutil.copy(run.path, parent)
    options = {"from_run": parent, "runs": tmp_path, "epochs": 1, "lr": 1e-7, "cache": False}
    whole = restore.run(name="whole", **options)
    for name, ours in run.record.weights.items():
        for (_, before), (_, after) in zip(ours, whole.record.weights[name], strict=True):
            if before.ndim > 1:  # kernels; statistics of the activations move at any learning rate
                assert np.allclose(before, after, atol=1e-4)
    with pytest.raises(Stopped):
        restore.run(name="half", listener=raising(Stopped(15, "enough"), Advance, "training"), **options)
    parent.unlink()
    assert_same_work(whole, restore.run(resume="half", runs=tmp_path, cache=False))


def stop(plan, runs, name):
    """Make a run that is asked to stop after its second epoch."""
    epochs = []
    how = How(
        listener=lambda event: epochs.append(event) if isinstance(event, EpochDone) else None,
        should_stop=lambda: signal.SIGTERM if len(epochs) == 2 else None,
    )
    with pytest.raises(Stopped) as stopped:
        execute(plan, how, runs=runs, name=name)
    assert stopped.value.exit_code == 143
    half = restore.open(name, runs=runs)
    assert (half.status, len(half.history)) == ("stopped", 2)


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """Return the plans of runs that were stopped, and resumed in one other process, by name; and the folder of the runs."""
    runs = tmp_path_factory.mktemp("resumed")
    options = {**SMALL, "epochs": 3, "corrupt": ["box:size=8", "noise|box:size=6"]}
    plans = {name: make_plan(make_request("fingerprint", **options, **own)).plan for name, own in RESUMED.items()}
    for name, plan in plans.items():
        stop(plan, runs, name)
    code = "import sys, restore\nfor name in sys.argv[2:]: restore.run(resume=name, runs=sys.argv[1])"
    environment = {**os.environ, "RESTORE_STRICT": "1"}
    subprocess.run([sys.executable, "-c", code, str(runs), *plans], check=True, env=environment)
    return plans, runs


@pytest.mark.parametrize("name", RESUMED)
def test_stopped_and_resumed_in_another_process_equals_uninterrupted(plans, name, folder):
    plans, runs = plans
    whole, resumed = execute(plans[name], How(), runs=folder, name=name), restore.open(name, runs=runs)
    assert resumed.status == "complete"
    assert resumed.planned == plans[name]
    assert_same_work(whole, resumed)
