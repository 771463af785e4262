"""Faults of plugins that show when a run is on its way: one message, and the last committed epoch stands.

The table of all faults is in test_plugin_faults.py.
"""

import pytest

from restore.pipeline.data.split import split
from restore.running.run import open_run

pytestmark = pytest.mark.trains
TRAIN, _, TEST = split([f"group-{k}" for k in range(12)], [], 0)
FIRST, LAST = (f"{k:02d}" for k in TEST)
BOTH = f"{FIRST} to {LAST}"
OF = "of zoo-faults 1.0"
REPORT = "  report it to the owner; --traceback shows where"


@pytest.fixture
def faulty(restore, zoo):
    """Call `restore` with plugins whose components break their contracts, and one that has none."""
    zoo("tiny", "faults", "fault_models")
    return restore


def assert_broke_off(answer, tmp_path, what, where, epochs):
    """Assert that a fault of a component is told, and that so many epochs stand in a file that says failed."""
    assert (answer.code, answer.out) == (1, "")
    lines = [line for line in answer.err.splitlines() if not line.startswith(("epoch ", "warning: "))]
    (path,) = tmp_path.rglob("*.h5")
    stands = f"{path.relative_to(tmp_path)}: epoch {epochs} stands"
    assert lines == [f"error: a component {what}", f"  {where}; {stands}", REPORT]
    run = open_run(path)
    assert (run.status, len(run.history)) == ("failed", epochs)
    assert run.record.events[-1].text == f"a component {what}"
    assert bool(run.record.weights) == (epochs > 0)


MODELS = {
    "raises": "raised ZeroDivisionError while building the model: no weight is left",
    "exits": "called sys.exit(7) while building the model",
    "no-model": "returned str, not a Keras model",
    "other-shape": "raised ValueError while taking an image of shape (16, 16, 1): ",
    "smaller": "raised ValueError while taking an image of shape (16, 16, 1): it gives (1, 14, 14, 1) where (1, 16, 16, 1) belongs",
}
FINISHES = {
    "finish-raises": "raised KeyError while restoring: 'mask'",
    "finish-exits": "called sys.exit(7) while restoring",
    "finish-shape": "gave (2, 15, 16, 1) as its image, not (2, 16, 16, 1)",
    "finish-loses": "gave nothing and no image",
    "finish-nan": "gave values that are not finite as its image",
    "finish-mutates": "raised ValueError while restoring: assignment destination is read-only",
}
BASELINES = {
    "raises": "raised ZeroDivisionError while restoring {both}: no pixel is left",
    "exits": "called sys.exit(None) while restoring {both}",
    "wrong-shape": "returned float32 (2, 16, 16) as {both}, not float32 (2, 16, 16, 1)",
    "wrong-dtype": "returned float64 (16, 16, 1) as {first}, not float32 (16, 16, 1)",
    "out-of-range": "returned values from 1 to 2 as {first}, not from 0 to 1",
    "not-a-number": "returned values from nan to nan as {last}, not from 0 to 1",
    "mutates": "changed the images that it was given, {both}",
}
METRICS = {
    "raises": "raised ZeroDivisionError while scoring damaged, {both}: no pixel is left",
    "exits": "called sys.exit(0) while scoring damaged, {both}",
    "wrong-length": "returned float64 (1,), not 2 numbers",
    "wrong-dtype": "returned <U4 (2,), not 2 numbers",
    "infinite": "returned an infinity for {last}; NaN says that a metric does not apply",
    "mutates": "raised ValueError while scoring damaged, {both}: assignment destination is read-only",
    "no-dict": "returned float, not a dict",
    "bad-key": "returned a tuple among its keys that is no name",
    "mutates-set": "raised AttributeError while scoring damaged: 'tuple' object has no attribute 'sort'",
}


def test_a_run_without_a_fault(faulty):
    answer = faulty("run", "tiny", "--corrupt", "zoo-faults/fine", "--json")
    assert (answer.code, answer.json["status"], answer.json["epochs"]["done"]) == (0, "complete", 2)


@pytest.mark.parametrize(
    ("spec", "epochs"),
    [(f"raises:picture={TRAIN[1]}", 0), ("raises-late:call=28", 1), (f"raises:picture={TEST[1]}", 2)],
)
def test_a_corruption_at_fault_on_the_way(faulty, tmp_path, spec, epochs):
    answer = faulty("run", "tiny", "--corrupt", f"zoo-faults/{spec}")
    ident = answer.err.partition("damaging ")[2][:2]
    what = f"raised ZeroDivisionError while damaging {ident}: the angle is zero"
    assert_broke_off(answer, tmp_path, what, f"corruption zoo-faults/{spec.partition(':')[0]} {OF}", epochs)
    if "picture" in spec:
        assert int(ident) == int(spec.partition("=")[2])


def test_a_refusal_on_the_way_is_a_fault_of_the_work(faulty, tmp_path):
    answer = faulty("run", "tiny", "--corrupt", f"zoo-faults/refuses:picture={TRAIN[1]}")
    assert answer.code == 1
    assert answer.err.splitlines()[0] == "error: too small"
    assert f"corruption zoo-faults/refuses {OF}" in answer.err.splitlines()[1]


@pytest.mark.parametrize("name", ["raises-training", "exits-training"])
def test_a_model_at_fault_in_its_training_step(faulty, tmp_path, name):
    answer = faulty("run", "tiny", "--model", f"zoo-fault-models/{name}")
    what = {
        "raises-training": "raised ZeroDivisionError while training: division by zero",
        "exits-training": "called sys.exit('bye') while training",
    }[name]
    where = f"model zoo-fault-models/{name} of zoo-fault-models 1.0"
    assert_broke_off(answer, tmp_path, what, where, 0)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_at_fault_when_it_is_built(faulty, tmp_path, name):
    answer = faulty("run", "tiny", "--model", f"zoo-fault-models/{name}")
    what, where, report = answer.error
    assert (answer.code, answer.out, report) == (1, "", REPORT)
    assert what.startswith(f"error: a component {MODELS[name]}")
    assert where == f"  model zoo-fault-models/{name} of zoo-fault-models 1.0"
    assert list(tmp_path.rglob("*.h5")) == []


@pytest.mark.parametrize("name", FINISHES)
def test_a_model_at_fault_after_the_network(faulty, tmp_path, name):
    answer = faulty("run", "tiny", "--epochs", "1", "--model", f"zoo-fault-models/{name}")
    where = f"model zoo-fault-models/{name} of zoo-fault-models 1.0"
    assert_broke_off(answer, tmp_path, FINISHES[name], where, 1)


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_at_fault(faulty, tmp_path, name):
    answer = faulty("run", "tiny", "--epochs", "1", "--baseline", f"zoo-faults/{name}")
    what = BASELINES[name].format(both=BOTH, first=FIRST, last=LAST)
    assert_broke_off(answer, tmp_path, what, f"model zoo-faults/{name} {OF}", 1)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_at_fault(faulty, tmp_path, name):
    answer = faulty("run", "tiny", "--epochs", "1", "--metric", f"zoo-faults/{name}")
    what = METRICS[name].format(both=BOTH, first=FIRST, last=LAST)
    assert_broke_off(answer, tmp_path, what, f"metric zoo-faults/{name} {OF}", 1)


def test_weights_that_do_not_fit_the_model_are_refused(faulty, tmp_path, monkeypatch):
    monkeypatch.setenv("ZOO_WIDTH", "3")
    given = ["--model", "zoo-fault-models/grows", "--metric", "zoo-faults/raises"]
    assert faulty("run", "tiny", "--name", "grown", *given).code == 1
    weights = open_run("grown", runs="runs").record.weights
    monkeypatch.setenv("ZOO_WIDTH", "4")
    answer = faulty("run", "--resume", "grown")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines()[0] == "error: the stored weights do not fit the model"
    assert "model zoo-fault-models/grows of zoo-fault-models 1.0" in answer.err
    run = open_run("grown", runs="runs")
    assert (run.status, len(run.history)) == ("failed", 2)
    assert [(name, array.tobytes()) for name, array in run.record.weights] == [
        (name, array.tobytes()) for name, array in weights
    ]
