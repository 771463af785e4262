"""Faults of plugins that show when a run is on its way: one error, and the last committed epoch stands.

The table of all faults is in test_plugin_faults.py.
"""

import pytest

from restore.errors import ComponentError, WorkError
from restore.pipeline.data.split import split
from restore.plugins.boundary import COPY, REPORT
from restore.running.run import open_run

pytestmark = pytest.mark.trains
TRAIN, _, TEST = split([f"group-{k}" for k in range(12)], [], 0)
FIRST, LAST = (f"{k:02d}" for k in TEST)
BOTH = f"{FIRST} to {LAST}"
PLUGINS = {"zoo-faults": "of zoo-faults 1.0", "zoo-fault-models": "of zoo-fault-models 1.0"}


@pytest.fixture
def faulty(restore, zoo):
    """Call `restore` with plugins whose components break their contracts, and one that has none."""
    zoo("tiny", "faults", "fault_models")
    return restore


def assert_fault(answer, kind, name, *seen):
    """Assert that a component is named as the one at fault, with the images that it saw; return the error."""
    assert (answer.code, answer.out) == (1, "")
    assert type(answer.failure) is ComponentError
    assert (answer.failure.code, answer.failure.hint in (COPY, REPORT)) == ("plugin-fault", True)
    assert answer.failure.where.split("; ")[0] == f"{kind} {name} {PLUGINS[name.partition('/')[0]]}"
    assert all(one in answer.failure.what for one in seen)
    return answer.failure


def assert_broke_off(answer, tmp_path, epochs, kind, name, *seen):
    """Assert that a fault of a component is shown, and that so many epochs stand in a file that says failed."""
    failure = assert_fault(answer, kind, name, *seen)
    lines = [line for line in answer.err.splitlines() if not line.startswith(("epoch ", "warning: "))]
    assert len(lines) == 3
    (path,) = tmp_path.rglob("*.h5")
    assert f"{path.relative_to(tmp_path)}: epoch {epochs} stands" in failure.where
    run = open_run(path)
    assert (run.status, len(run.history)) == ("failed", epochs)
    assert run.record.events[-1].text == failure.what
    assert bool(run.record.weights) == (epochs > 0)


BASELINES = {
    "raises": BOTH, "exits": BOTH, "wrong-shape": BOTH, "wrong-dtype": FIRST, "out-of-range": FIRST,
    "not-a-number": LAST, "mutates": BOTH,
}  # fmt: skip
METRICS = {
    "raises": BOTH, "exits": BOTH, "wrong-length": "", "wrong-dtype": "", "infinite": LAST, "mutates": BOTH,
    "no-dict": "", "bad-key": "", "mutates-set": "",
}  # fmt: skip


def test_a_run_without_a_fault(faulty):
    answer = faulty("run", "tiny", "--corrupt", "zoo-faults/fine", "--json")
    assert (answer.code, answer.json["status"], answer.json["epochs"]["done"]) == (0, "complete", 2)


@pytest.mark.parametrize(
    ("spec", "epochs"),
    [(f"raises:picture={TRAIN[1]}", 0), ("raises-late:call=28", 1), (f"raises:picture={TEST[1]}", 2)],
)
def test_a_corruption_at_fault_on_the_way(faulty, tmp_path, spec, epochs):
    answer = faulty("run", "tiny", "--corrupt", f"zoo-faults/{spec}")
    name, _, picture = spec.partition(":picture=")
    seen = f"damaging {int(picture):02d}" if picture else "damaging "
    assert_broke_off(answer, tmp_path, epochs, "corruption", f"zoo-faults/{name.partition(':')[0]}", seen)


def test_a_refusal_on_the_way_is_a_fault_of_the_work(faulty, tmp_path):
    answer = faulty("run", "tiny", "--corrupt", f"zoo-faults/refuses:picture={TRAIN[1]}")
    assert answer.code == 1
    assert type(answer.failure) is WorkError
    assert answer.failure.where.startswith("corruption zoo-faults/refuses of zoo-faults 1.0")


@pytest.mark.parametrize("name", ["raises-training", "exits-training"])
def test_a_model_at_fault_in_its_training_step(faulty, tmp_path, name):
    answer = faulty("run", "tiny", "--model", f"zoo-fault-models/{name}")
    assert_broke_off(answer, tmp_path, 0, "model", f"zoo-fault-models/{name}")


@pytest.mark.parametrize("name", ["raises", "exits", "no-model", "other-shape", "smaller"])
def test_a_model_at_fault_when_it_is_built(faulty, tmp_path, name):
    answer = faulty("run", "tiny", "--model", f"zoo-fault-models/{name}")
    assert_fault(answer, "model", f"zoo-fault-models/{name}")
    assert len(answer.error) == 3
    assert list(tmp_path.rglob("*.h5")) == []


@pytest.mark.parametrize("name", ["raises", "exits", "shape", "loses", "nan", "mutates"])
def test_a_model_at_fault_after_the_network(faulty, tmp_path, name):
    answer = faulty("run", "tiny", "--epochs", "1", "--model", f"zoo-fault-models/finish-{name}")
    assert_broke_off(answer, tmp_path, 1, "model", f"zoo-fault-models/finish-{name}")


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_at_fault(faulty, tmp_path, name):
    answer = faulty("run", "tiny", "--epochs", "1", "--baseline", f"zoo-faults/{name}")
    assert_broke_off(answer, tmp_path, 1, "model", f"zoo-faults/{name}", BASELINES[name])


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_at_fault(faulty, tmp_path, name):
    answer = faulty("run", "tiny", "--epochs", "1", "--metric", f"zoo-faults/{name}")
    assert_broke_off(answer, tmp_path, 1, "metric", f"zoo-faults/{name}", METRICS[name])


def test_weights_that_do_not_fit_the_model_are_refused(faulty, monkeypatch):
    monkeypatch.setenv("ZOO_WIDTH", "3")
    given = ["--model", "zoo-fault-models/grows", "--metric", "zoo-faults/raises"]
    assert faulty("run", "tiny", "--name", "grown", *given).code == 1

    def weights():
        (stored,) = open_run("grown", runs="runs").record.weights.values()
        return [(name, array.tobytes()) for name, array in stored]

    before = weights()
    monkeypatch.setenv("ZOO_WIDTH", "4")
    answer = faulty("run", "--resume", "grown")
    assert (answer.code, answer.out) == (1, "")
    assert answer.failure.code == "weights-mismatch"
    assert answer.failure.where.startswith("model zoo-fault-models/grows of zoo-fault-models 1.0")
    run = open_run("grown", runs="runs")
    assert (run.status, len(run.history)) == ("failed", 2)
    assert weights() == before
