"""A run made with another Keras backend than TensorFlow: no ONNX is stored, Keras restores, TensorFlow exports."""

import os
import subprocess
import sys

import numpy as np
import pytest

import restore
from restore.errors import WorkError
from restore.runfile.verify import verify
from restore.system.environment import require_backend
from restore.tasks.export import to_onnx

pytestmark = [
    pytest.mark.trains,
    pytest.mark.skipif(require_backend() == "tensorflow", reason="with TensorFlow, other tests do"),
]
RNG = np.random.default_rng(2)


@pytest.fixture(scope="module", params=["find-restore:variant=tiny", "cae"])
def run(request, tmp_path_factory):
    """Return a small run, made with the backend at hand."""
    return restore.run(
        "fingerprint",
        corrupt="box:size=10",
        model=request.param,
        size=32,
        limit=24,
        epochs=1,
        metrics="psnr",
        baselines="none",
        runs=tmp_path_factory.mktemp("runs"),
        cache=False,
    )


def shown(run, *words):
    command = [sys.executable, "-m", "restore", *words, str(run.path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_run_is_whole_and_names_its_backend(run):
    assert run.status == "complete"
    assert verify(run.path) == []
    assert run.record.environment["backend"] == require_backend()
    shown(run, "verify")
    assert run.id in shown(run, "show")


def test_no_onnx_is_stored_and_the_run_says_so(run):
    assert not run.record.exports
    (note,) = [one for one in run.record.events if "ONNX" in one.text]
    assert note.level == "info"
    with pytest.raises(WorkError) as refused:
        to_onnx(run)
    assert (refused.value.code, refused.value.hint) == ("no-onnx-backend", "set KERAS_BACKEND=tensorflow")


@pytest.mark.parametrize("shape", [(32, 32), (37, 50), (7, 130)])
def test_images_of_any_size_change_where_they_are_damaged_alone(run, shape):
    image = RNG.integers(1, 256, shape, np.uint8)
    mask = np.zeros(shape, bool)
    mask[2:6, 8:20] = True
    restored = run.restorer().restore(image, mask)
    assert np.array_equal(restored.image[~mask], image[~mask])
    assert restored.image.shape == shape


def test_networks_that_tensorflow_exports_restore_alike(run, tmp_path):
    pytest.importorskip("tf2onnx")
    image = RNG.integers(1, 256, (32, 32), np.uint8)
    mask = np.zeros(image.shape, bool)
    mask[5:15, 8:20] = True
    expected = run.restorer().restore(image, mask).image
    copied = tmp_path / "run.h5"
    copied.write_bytes(run.path.read_bytes())
    command = [sys.executable, "-m", "restore", "export", str(copied), "--onnx", str(tmp_path / "made.onnx")]
    subprocess.run(command, check=True, env={**os.environ, "KERAS_BACKEND": "tensorflow"}, capture_output=True)
    exported = restore.open(copied)
    assert exported.record.exports.keys() == exported.record.weights.keys()
    assert not exported.restorer().keras
    assert np.abs(exported.restorer().restore(image, mask).image.astype(int) - expected).max() <= 1
