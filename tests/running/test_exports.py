"""A run with networks as ONNX restores without loading Keras or TensorFlow, from the file and from what is made of it."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import restore
from restore.cli.export import _write_pretrained
from restore.errors import RestoreWarning
from restore.plugins.catalogue import Catalogue
from restore.runfile.commit import commit
from restore.runfile.encode import encode
from restore.runfile.verify import verify
from restore.running.opened import Run, open_run
from restore.running.pretrained import strip

pytest.importorskip("tf2onnx")
pytestmark = pytest.mark.trains
LIGHT = """
import sys
import numpy as np
import restore
opened = restore.open(sys.argv[1])
image = np.load(sys.argv[2])
np.save(sys.argv[3], opened.restorer().restore(image).image)
heavy = {"tensorflow", "keras", "jax", "torch", "onnx", "tf2onnx", "skimage", "matplotlib"} & set(sys.modules)
assert not heavy, heavy
"""
RNG = np.random.default_rng(2)
IMAGE = (RNG.random((37, 50)) * 255).astype(np.uint8)
IMAGE[5:15, 8:20] = 0


@pytest.fixture(scope="module", params=["find-restore:variant=tiny", "selective-unet:width=8,depth=2"])
def run(request, tmp_path_factory):
    """Return a small run, whose networks are stored."""
    return restore.run(
        "fingerprint",
        corrupt="box",
        model=request.param,
        size=32,
        limit=12,
        epochs=1,
        metrics="psnr",
        baselines="none",
        runs=tmp_path_factory.mktemp("runs"),
        cache=False,
    )


def write(path, record):
    commit(path, encode(record))
    return open_run(path)


def test_restoring_loads_neither_keras_nor_a_backend(run, tmp_path):
    assert run.record.exports.keys() == run.record.weights.keys()
    assert verify(run.path) == []
    shipped = write(tmp_path / "shipped.h5", replace(strip(run.record), exports=run.record.exports))
    np.save(tmp_path / "image.npy", IMAGE)
    with_keras = Run(run.path, replace(run.record, exports={})).restorer().restore(IMAGE)
    for path in (run.path, shipped.path):
        command = [sys.executable, "-c", LIGHT, str(path), str(tmp_path / "image.npy"), str(tmp_path / "made.npy")]
        subprocess.run(command, check=True, capture_output=True)
        made = np.load(tmp_path / "made.npy")
        assert np.abs(made.astype(int) - with_keras.image).max() <= 1


def test_a_pretrained_run_has_the_networks_of_its_rounded_weights(run, tmp_path):
    _write_pretrained(run, tmp_path / "shipped.h5", overwrite=False)
    shipped = open_run(tmp_path / "shipped.h5")
    assert shipped.record.exports.keys() == run.record.exports.keys()
    made = shipped.restorer()
    assert not made.keras
    with_keras = Run(shipped.path, replace(shipped.record, exports={})).restorer().restore(IMAGE)
    assert np.abs(made.restore(IMAGE).image.astype(int) - with_keras.image).max() <= 1
    assert np.abs(with_keras.image.astype(int) - run.restorer().restore(IMAGE).image).max() <= 1


def test_what_differs_from_the_run_is_refused_with_a_warning_and_keras_restores(run, tmp_path):
    foreign = dict.fromkeys(run.record.exports, b"com.microsoft")
    opened = write(tmp_path / "foreign.h5", replace(run.record, exports=foreign))
    with pytest.warns(RestoreWarning, match="operators beyond ONNX") as warned:
        restored = opened.restorer().restore(IMAGE)
    assert [one.filename for one in warned if one.category is RestoreWarning] == [__file__]
    expected = Run(run.path, replace(run.record, exports={})).restorer().restore(IMAGE)
    assert np.array_equal(restored.image, expected.image)


def test_the_networks_of_another_run_do_not_count(run, tmp_path):
    opened = write(tmp_path / "other.h5", replace(run.record, exports={"other": b""}))
    assert opened.restorer().keras


def test_results_do_not_depend_on_threads(run):
    from restore.pipeline.restorer.exported import open_networks

    for name, raw in run.record.exports.items():
        made = []
        for threads in (1, 2):
            network = open_networks({name: raw}, threads)[name]
            inputs = np.random.default_rng(0).random((4, 64, 48, network.input_shape[-1]), np.float32)
            made.append(network.predict(inputs))
        for output, values in made[0].items():
            assert np.array_equal(values, made[1][output])


def outputs_of(network, inputs):
    made = network.predict_on_batch(inputs)
    return made if isinstance(made, dict) else {"output": made}


def test_files_for_other_tools_make_what_the_run_makes(run, tmp_path):
    import keras
    import onnxruntime
    from safetensors.numpy import load_file

    from restore.tasks.export import WRITERS, places_of

    _, built = run.build(Catalogue.installed())
    for form, (ending, to_files) in WRITERS.items():
        places = places_of(run, tmp_path / f"made{ending}")
        assert [place.name for place in places.values()] == (
            [f"made{ending}"] if len(places) == 1 else [f"made-{name}{ending}" for name in run.record.weights]
        )
        for name, raw in to_files(run).items():
            places[name].write_bytes(raw)
            model = built.network.models[name]
            inputs = np.random.default_rng(1).random((2, 32, 32, model.input_shape[-1]), np.float32)
            expected = outputs_of(model, inputs)
            if form == "keras":
                found = outputs_of(keras.saving.load_model(places[name], safe_mode=True), inputs)
            elif form == "onnx":
                session = onnxruntime.InferenceSession(places[name])
                names = [one.name for one in session.get_outputs()]
                found = dict(zip(names, session.run(names, {"input": inputs}), strict=True))
            else:
                stored = load_file(places[name])
                trained = dict(run.record.weights[name])
                assert stored.keys() == trained.keys()
                assert all(np.array_equal(stored[path], array) for path, array in trained.items())
                continue
            assert found.keys() == expected.keys()
            for output, values in expected.items():
                assert np.abs(values - found[output]).max() <= 1e-4


def test_a_run_without_networks_gets_them_when_they_are_exported(run, tmp_path):
    from restore.tasks.export import to_onnx

    opened = write(tmp_path / "bare.h5", replace(run.record, exports={}))
    made = to_onnx(opened)
    assert open_run(opened.path).record.exports == made
    assert verify(opened.path) == []
    assert not open_run(opened.path).restorer().keras
