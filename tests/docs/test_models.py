"""The models of the page on models are what it says: they pass `check`, train, stop, resume and restore.

The package is cut out of the page: its first block of Python is the plugin, the others are one module.
"""

import re
import signal
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import restore
from restore import testing
from restore.errors import ComponentError, RequestError, Stopped
from restore.events import EpochDone
from restore.plugins import discovery
from restore.running.how import How
from restore.running.run import execute, make_plan, make_request, resume_run

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text()
PLUGIN, *MODULE = re.findall(r"^```python\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)
NAMES = re.findall(r'Model\("([\w-]+)"', PLUGIN)
TINY = {"epochs": 2, "batch": 4, "baselines": "none", "metrics": "mse"}


def write_package(folder):
    package, info = folder / "restore_nets", folder / "restore_nets-1.0.dist-info"
    package.mkdir()
    info.mkdir()
    (package / "__init__.py").touch()
    (package / "plugin.py").write_text(PLUGIN)
    (package / "models.py").write_text("\n\n".join(MODULE))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: restore-nets\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[restore]\nnets = restore_nets.plugin\n")


@pytest.fixture(scope="module")
def nets(tmp_path_factory):
    """Return the module of the page's networks, its package installed for all tests of this file."""
    folder = tmp_path_factory.mktemp("package")
    write_package(folder)
    sys.path.insert(0, str(folder))
    import restore_nets.models as module

    arrays = module.plain((64, 64, 1)).get_weights()
    np.savez(folder / "restore_nets" / "plain.npz", *arrays)
    yield module
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.startswith("restore_nets")]:
        del sys.modules[name]


@pytest.fixture
def run(nets, zoo, tmp_path, monkeypatch):
    """Run the recipe of twelve small images with a model of the page."""
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))
    zoo("tiny")

    def made(model, *, name=None, listener=lambda _: None, should_stop=lambda: None, resume=None, **options):
        how = How(keep_state=True, listener=listener, should_stop=should_stop)
        if resume is not None:
            return resume_run(resume, how, runs=tmp_path)
        request = make_request("tiny", **TINY | {"model": f"nets/{model}"} | options)
        return execute(make_plan(request).plan, how, runs=tmp_path, name=name)

    return made


def same(first, second):
    """Return whether two runs are equal to the last bit: weights, optimizers, history but its seconds, scores."""

    def arrays(named):
        return {name: [array.tobytes() for _, array in ours] for name, ours in named.items()}

    def history(run):
        return [{name: value for name, value in row.items() if name != "seconds"} for row in run.history]

    return (
        arrays(first.record.weights) == arrays(second.record.weights)
        and arrays(first.record.state.optimizer) == arrays(second.record.state.optimizer)
        and history(first) == history(second)
        and list(first.scores) == list(second.scores)
    )


def rows(run, metric):
    return {row["what"]: row for row in run.scores if row["metric"] == metric and row["region"] == "full"}


@pytest.fixture
def untraced(nets):
    """Let TensorFlow run operations one by one: for a step of a tiny network, tracing takes longer than the step."""
    tensorflow = pytest.importorskip("tensorflow")
    tensorflow.config.run_functions_eagerly(True)
    discovery.discover.cache_clear()
    yield
    tensorflow.config.run_functions_eagerly(False)


@pytest.mark.trains
@pytest.mark.usefixtures("untraced")
@pytest.mark.filterwarnings("ignore::restore.errors.RestoreWarning")
@pytest.mark.filterwarnings("ignore:Even though the `tf.config.experimental_run_functions_eagerly`")
@pytest.mark.parametrize("component", [*(f"model nets/{name}" for name in NAMES), "metric nets/corner"])
def test_every_component_of_the_page_passes_its_check(component):
    testing.check(component)


def stop_after(epoch):
    """Return what stops a run after an epoch: a listener that raises, and a function that is asked."""
    done = []

    def hear(event):
        if isinstance(event, EpochDone):
            done.append(event.row["epoch"])

    def interrupt(event):
        hear(event)
        if epoch in done:
            raise Stopped(signal.SIGTERM, "enough")

    return {
        "raised": {"listener": interrupt},
        "asked": {"listener": hear, "should_stop": lambda: signal.SIGINT if epoch in done else None},
    }


@pytest.mark.trains
@pytest.mark.parametrize(
    ("model", "optimizers", "columns", "how"),
    [
        ("pair", {"finder", "filler"}, {"finder.val_loss", "filler.val_loss"}, "raised"),
        ("joint", {"together"}, {"image_loss", "val_mask_loss"}, "asked"),
    ],
    ids=["in turn", "together"],
)
def test_two_networks_stop_resume_bit_for_bit_and_are_opened_again(run, tmp_path, model, optimizers, columns, how):
    whole = run(model, name="whole")
    assert whole.record.weights.keys() == {"finder", "filler"}
    assert whole.record.state.optimizer.keys() == optimizers
    assert columns <= whole.history[0].keys()
    with pytest.raises(Stopped):
        run(model, name="half", **stop_after(1)[how])
    half = restore.open("half", runs=tmp_path)
    assert (half.status, len(half.history)) == ("stopped", 1)
    assert same(whole, run(model, resume="half"))
    image = np.random.default_rng(0).random((16, 16, 1), np.float32)
    first, second = (restore.open(name, runs=tmp_path).restorer() for name in ("whole", "half"))
    outputs, again = first.predict(image[None]), second.predict(image[None])
    assert outputs.keys() == {"image", "mask"}
    assert all(np.array_equal(outputs[name], again[name]) for name in outputs)
    assert np.array_equal(first.restore(image).image, second.restore(image).image)


@pytest.mark.trains
def test_truth_is_learned_where_it_is_drawn_scored_and_kept(run):
    done = run("corners", corrupt=["zcut", "box:size=4"], metrics=["nets/corner", "mse"])
    assert done.status == "complete"
    assert all(np.isfinite(list(row.values())).all() for row in done.history)
    assert "corners_loss" in done.history[0]
    found = {(row["corruption"], row["what"]): row for row in done.scores if row["metric"] == "nets/corner.mean"}
    assert found["zcut", "restored"]["mean"] > 0
    assert found["zcut", "restored"]["n"] == 2
    assert found["zcut", "damaged"]["mean"] is None
    assert found["box:size=4", "restored"]["mean"] is None
    for kept in done.gallery:
        assert np.shape(kept.details["corners"]) == (4, 2)
        assert ("corners" in kept.details["truth"]) == (kept.corruption == "zcut")
        assert not {"image", "mask"} & kept.details.keys()


@pytest.mark.trains
@pytest.mark.parametrize(("shape_of_head", "loss"), [((2, 4), None), ((4, 2), "mse")], ids=["shape", "NaN"])
def test_truth_that_does_not_fit_is_refused_before_training(run, nets, tmp_path, monkeypatch, shape_of_head, loss):
    right = nets.corners

    def faulty(shape):
        network = right(shape)
        head = nets.layers.Reshape(shape_of_head)(network.model.output["corners"])
        model = nets.keras.Model(network.model.input, {**network.model.output, "corners": head})
        return replace(network, model=model, losses={"corners": loss or nets.squared_error})

    monkeypatch.setattr(nets, "corners", faulty)
    with pytest.raises(ComponentError) as refused:
        run("corners", corrupt=["zcut", "box:size=4"], name="refused")
    assert refused.value.code == "plugin-fault"
    assert refused.value.where.startswith("model nets/corners of restore-nets 1.0")
    assert not any(restore.open(path).history for path in tmp_path.glob("*.h5"))


@pytest.mark.trains
def test_a_model_that_needs_a_mask_gets_the_true_one_and_refuses_none(run):
    done = run("inpaint")
    given = rows(done, "mse")
    assert given["restored"]["given_mask"]
    assert "restored given mask" not in given
    restorer, image = done.restorer(), np.full((16, 16, 1), 0.5, np.float32)
    with pytest.raises(RequestError) as refused:
        restorer.restore(image)
    assert refused.value.code == "mask-needed"
    mask = np.zeros((16, 16), bool)
    mask[4:8, 4:8] = True
    restored = restorer.restore(image, mask)
    assert np.array_equal(restored.mask, mask)
    assert np.array_equal(restored.image[~mask], image[~mask])
    assert not np.array_equal(restored.image[mask], image[mask])


@pytest.mark.trains
def test_a_model_that_takes_a_mask_is_scored_with_and_without(run, tmp_path):
    given = rows(run("hinted", name="hinted"), "mse")
    assert not given["restored"]["given_mask"]
    assert given["restored given mask"]["given_mask"]
    assert given["restored given mask"]["mean"] != given["restored"]["mean"]
    restorer, image = restore.open("hinted", runs=tmp_path).restorer(), np.full((16, 16, 1), 0.5, np.float32)
    mask = np.zeros((16, 16), bool)
    mask[4:8, 4:8] = True
    assert np.array_equal(restorer.restore(image, mask).mask, mask)
    blind = restorer.restore(image)
    assert np.array_equal(blind.mask, restorer.predict(image[None])["mask"][0, ..., 0] > 0.5)


@pytest.mark.trains
def test_finish_refusals_and_weights_in_the_package_work_as_the_page_says(run, nets):
    restored = run("rounded", epochs=1).restorer().predict(np.full((1, 16, 16, 1), 0.3, np.float32))["image"]
    assert np.allclose(restored * 255, np.round(restored * 255), atol=1e-4)
    with pytest.raises(RequestError) as refused:
        run("halving", size=15)
    assert refused.value.code == "odd-size"
    first, second = (nets.shipped((16, 16, 1)).get_weights() for _ in range(2))
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
