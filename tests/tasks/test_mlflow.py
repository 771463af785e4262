"""A run that is exported to MLflow shows the same figures there."""

import json
from pathlib import Path

import pytest

import restore as toolkit
from restore.errors import WorkError
from restore.tasks.mlflow import CONTENT, ID, figures_of, to_mlflow

tracking = pytest.importorskip("mlflow.tracking", reason="needs the extra mlflow")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture
def uri(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return f"sqlite:///{tmp_path / 'runs.db'}"


@pytest.fixture
def run(stand_in, tmp_path):
    return toolkit.run("small", runs=tmp_path / "runs", name="one", corrupt=["box:size=5", "noise"], epochs=3)


def test_parameters_figures_scores_and_artefacts_are_those_of_the_run(run, uri, restore):
    answer = restore("export", run.path, "--mlflow", uri)
    assert answer.code == 0, answer.err
    client = tracking.MlflowClient(uri)
    experiment = client.get_experiment_by_name("stand-in/small")
    (found,) = client.search_runs([experiment.experiment_id])
    assert (found.info.run_name, found.info.status, found.data.tags[ID]) == ("one", "FINISHED", run.id)
    params = found.data.params
    assert (params["recipe"], params["epochs"], params["lr"]) == ("stand-in/small", "3", "0.5")
    assert params["plan"] == run.planned.sha256
    for name in ("loss", "val_loss"):
        logged = [(one.step, one.value) for one in client.get_metric_history(found.info.run_id, name)]
        assert logged == [(int(row["epoch"]), pytest.approx(row[name])) for row in run.history]
    assert len(set(figures_of(run))) == len(list(figures_of(run)))
    for row in run.scores:
        if row["mean"] is not None:
            key = f"{row['corruption'].replace('=', '_')}/{row['metric']}/{row['region']}/{row['what']}"
            assert found.data.metrics[key] == pytest.approx(row["mean"])
    assert {one.path for one in client.list_artifacts(found.info.run_id)} == {"one.h5", "plan.json", "scores.csv"}
    stored = Path(client.download_artifacts(found.info.run_id, "plan.json"))
    assert json.loads(stored.read_text()) == run.plan


def test_the_same_run_is_written_once_and_a_run_written_in_part_again(run, uri):
    first = to_mlflow(run, uri, "")
    assert to_mlflow(run, uri, "") == first
    client = tracking.MlflowClient(uri)
    client.delete_tag(first, CONTENT)
    assert to_mlflow(run, uri, "") != first


def test_a_place_that_cannot_be_written_is_named(run, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(WorkError) as refused:
        to_mlflow(run, f"sqlite:///{tmp_path}/file/runs.db", "")
    assert refused.value.code == "not-written"
