"""Each tutorial's recipe runs at its real size, and copies its input or restores it as the tutorial did."""

import gzip
import os
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import restore as toolkit
from restore.builtin.fashion.source import Drawn
from restore.errors import RequestError
from restore.planning.grid import parse_axes
from restore.system.processors import usable
from restore.system.workers import here
from restore.tasks.sweep import plan_points, run_points, summaries_of

REAL = Path(os.environ.get("RESTORE_TEST_DATA", "nowhere"))
needs_images = pytest.mark.skipif(not REAL.is_dir(), reason="needs real images: RESTORE_TEST_DATA")


def figures(run, metric, what, region="full"):
    (row,) = [r for r in run.scores if (r["metric"], r["what"], r["region"]) == (metric, what, region)]
    return row["mean"]


@pytest.fixture
def train(tmp_path, monkeypatch):
    """Train a recipe for an epoch, into a folder of its own."""
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))
    return lambda recipe, **options: toolkit.run(recipe, runs=tmp_path / "runs", epochs=1, **options)


@pytest.fixture
def fashion(tmp_path):
    """Write 320 drawn images as a file of Fashion-MNIST's format."""
    images = np.stack([Drawn(320, 0)[i].clean[..., 0] for i in range(320)])
    content = bytes([0, 0, 8, 3]) + b"".join(side.to_bytes(4) for side in images.shape)
    file = tmp_path / "train-images-idx3-ubyte.gz"
    file.write_bytes(gzip.compress(content + np.rint(images * 255).astype(np.uint8).tobytes()))
    return file


@pytest.mark.trains
def test_fashion_mnist_is_copied_and_the_identity_row_says_what_copying_scores(train, fashion):
    run = train("fashion-denoise", data=fashion)
    assert run.plan["target"] == "input"
    assert {name: len(split.ids) for name, split in run.record.data.items()} == {
        "train": 256,
        "validation": 32,
        "test": 32,
    }
    assert figures(run, "mse", "identity") == 0
    assert 0 < figures(run, "mse", "restored") < 0.2
    assert 0.2 < run.history[0]["loss"] < 0.7
    assert figures(run, "mse", "restored", "hole") is None


@pytest.mark.trains
def test_a_model_that_learns_within_the_damage_is_refused_without_any(train, fashion):
    with pytest.raises(RequestError) as refused:
        train("fashion-denoise", data=fashion, model="find-restore", size=32)
    assert (refused.value.code, refused.value.where) == ("no-damage", "--model")


@pytest.mark.trains
@needs_images
def test_fvc2002_at_its_real_size_and_then_on_from_its_weights(train, tmp_path):
    options = {"data": REAL / "fvc2002", "limit": 40, "batch": 8}
    run = train("fvc-autoencoder-320", name="first", **options)
    assert run.planned.size == (224, 224)
    assert run.history[0]["loss"] < 0.2
    groups = [set(split.groups) for split in run.record.data.values()]
    assert groups[0] & groups[2]
    on = toolkit.run(from_run="first", runs=tmp_path / "runs")
    assert on.record.parent.id == run.id
    assert on.record.data["test"].ids == run.record.data["test"].ids
    assert on.history[0]["loss"] < run.history[0]["loss"]
    sensor = toolkit.evaluate("first", runs=tmp_path / "runs", data=REAL / "fvc2002" / "DB3_B", dataset="secugen")
    assert sensor.plan["target"] == "input"
    assert len(sensor.record.data["test"].ids) > 0
    assert figures(sensor, "mse", "identity") == 0 < figures(sensor, "mse", "restored")


@pytest.mark.trains
@needs_images
def test_socofing_is_restored_by_the_small_autoencoder_with_another_optimizer_if_wanted(train):
    run = train("socofing-autoencoder", data=REAL / "SOCOFing", limit=120, optimizer="rmsprop", loss="mse")
    assert (run.planned.size, run.plan["training"]["optimizer"]) == ((100, 100), "rmsprop")
    assert len({row["corruption"] for row in run.scores}) > 1


@pytest.mark.trains
@needs_images
def test_faces_go_through_a_code_of_300_numbers(train):
    run = train("face-latent", data=REAL / "lfw", dataset="lfw", limit=80)
    people = [set(split.groups) for split in run.record.data.values()]
    assert not people[0] & people[2]
    assert figures(run, "mse", "restored", "hole") is not None


@pytest.mark.trains
@needs_images
def test_the_face_tutorials_table_is_one_sweep_that_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))
    axes = parse_axes(["lr=0.01,0.001,0.0001", "optimizer=adam,rmsprop"])
    options = {"data": REAL / "lfw", "dataset": "lfw", "limit": 24, "size": 32, "epochs": 1, "threads": usable()}
    points = plan_points("face-latent", options, axes)
    assert len(points) == 6
    run = partial(run_points, points, tmp_path / "runs", partial(here, start=lambda: None))
    ended = run()
    first = [next(ended).name for _ in range(2)]
    ended.close()
    before = {name: (tmp_path / "runs" / f"{name}.h5").read_bytes() for name in first}
    assert {one.name for one in run()} == {point.name for point in points} - {*first}
    assert all((tmp_path / "runs" / f"{name}.h5").read_bytes() == content for name, content in before.items())
    assert {one.status for one in summaries_of(points, tmp_path / "runs").values()} == {"complete"}
