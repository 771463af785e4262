"""A run file opened: what it says, its owners and data held against today's, its model as a function."""

import json

import numpy as np
import pytest

import restore
from restore.errors import ComponentError, InputError, RequestError, RestoreWarning, WorkError
from restore.events import ignore
from restore.plugins.catalogue import Catalogue
from restore.runfile.lock import hold
from restore.running.opened import find_run, open_run

IMAGE = np.full((16, 16, 1), 0.5, np.float32)
IMAGE[3:7, 4:9] = 0


def test_a_run_is_opened_by_path_name_id_and_as_the_last(make, runs):
    run = make()
    for name in (run.path, str(run.path), "one", run.id, run.id[:5], "last"):
        opened = open_run(name, runs=runs)
        assert (opened.path, opened.id, opened.name, opened.status) == (run.path, run.id, "one", "complete")
    assert restore.open("one", runs=runs).path == run.path
    assert find_run("one", runs) == run.path


@pytest.mark.parametrize(
    ("name", "code", "named"),
    [("on", "unknown-run", "one"), ("zzz", "unknown-run", "restore runs"), ("", "unknown-run", "restore runs")],
)
def test_a_name_without_a_run_is_refused_with_the_nearest(make, runs, name, code, named):
    make()
    with pytest.raises(InputError) as refused:
        open_run(name, runs=runs)
    assert (refused.value.code, refused.value.where) == (code, str(runs))
    assert named in refused.value.hint


def test_a_file_that_is_not_a_run_is_refused(tmp_path):
    (tmp_path / "a.h5").write_bytes(b"nothing of the kind")
    with pytest.raises(InputError) as refused:
        open_run(tmp_path / "a.h5")
    assert (refused.value.code, refused.value.where) == ("not-a-run-file", str(tmp_path / "a.h5"))


def test_a_running_run_that_nobody_holds_was_stopped(make_run):
    path = make_run(status="running")
    assert open_run(path).status == "stopped"
    with hold(path):
        assert open_run(path).status == "running"
    assert open_run(path).record.status == "stopped"


def test_the_document_is_plain_json(make, folder_of_two):
    run = make(epochs=2, also=folder_of_two)
    document = json.loads(json.dumps(run.to_json(), allow_nan=False))
    assert document["epochs"] == {
        "planned": 2,
        "done": 2,
        "best": min((1, 2), key=lambda epoch: run.history[epoch - 1]["val_loss"]),
    }
    assert document["data"]["train"] == {"images": 16, "groups": 8}
    assert document["data"]["also two"] == {"images": 2, "groups": 2}
    assert document["owners"] == document["plan"]["owners"]
    assert {row["data"] for row in document["scores"]} == {None, "two"}
    assert (document["kind"], document["parent"], document["status"]) == ("run", None, "complete")


@pytest.fixture
def folder_of_two(tmp_path):
    from restore.images import write

    (tmp_path / "two").mkdir()
    for name in "ab":
        write(tmp_path / "two" / f"{name}.png", IMAGE)
    return tmp_path / "two"


def test_before_scores_there_are_none(make_run):
    run = open_run(make_run(scores=None, gallery=None, history=()))
    assert (list(run.scores), list(run.gallery)) == ([], [])
    assert run.to_json()["epochs"]["best"] is None


def test_the_restorer_is_that_of_the_trained_weights(make, runs):
    run = make()
    level = run.record.weights["fill"][0][1]
    for opened in (run, open_run("one", runs=runs)):
        restored = opened.restorer().restore(IMAGE)
        assert np.array_equal(restored.mask, IMAGE[..., 0] == 0)
        assert (restored.image[restored.mask] == level).all()
        assert restored.image[~restored.mask].tobytes() == IMAGE[~restored.mask].tobytes()
        assert (restored.confidence[~restored.mask] == 1).all()
        assert opened.restorer() is opened.restorer()


def test_without_weights_there_is_no_restorer(make_run):
    run = open_run(make_run(status="stopped", weights={}))
    with pytest.raises(RequestError) as refused:
        run.restorer()
    assert (refused.value.code, refused.value.where) == ("not-trained", str(run.path))
    assert refused.value.hint.endswith(f"restore run --resume {run.name}")


def test_a_plan_that_cannot_be_read_is_refused_when_it_is_needed(make_run):
    run = open_run(make_run(plan={"recipe": "small"}))
    with pytest.raises(RequestError) as refused:
        run.planned  # noqa: B018
    assert refused.value.code == "bad-plan"


@pytest.fixture
def upgrade(stand_in, monkeypatch):
    """Install another version of the stand-in's plugin, or take it away."""

    def install(**changes):
        monkeypatch.setattr(Catalogue, "installed", lambda: stand_in.catalogue(**changes))

    return install


def test_another_version_warns_where_a_run_is_used(make, upgrade):
    run = make()
    upgrade(version="2.0")
    opened = open_run(run.path)
    with pytest.warns(RestoreWarning) as warned:
        assert opened.restorer().restore(IMAGE).mask.any()
    (warning,) = warned
    assert str(warning.message) == "one: stand-in/filler of stand-in 1.0, now of stand-in 2.0"
    assert warning.filename == __file__


def test_only_the_models_owner_matters_to_the_restorer(make, upgrade, stand_in):
    run = make()
    changed = run.changed_owners(stand_in.catalogue(version="2.0"))
    assert {line.split()[0] for line in changed} == {"stand-in/small", "stand-in/prints", "stand-in/filler"}
    only = run.changed_owners(stand_in.catalogue(version="2.0"), only="builtin/box")
    assert only == []
    assert run.changed_owners(Catalogue.installed()) == []


def test_changed_owners_are_refused_where_a_run_goes_on(make, stand_in):
    run = make()
    run.require_same_owners(Catalogue.installed())
    with pytest.raises(RequestError) as refused:
        run.require_same_owners(stand_in.catalogue(version="2.0"))
    assert (refused.value.code, refused.value.where) == ("owners-changed", str(run.path))


def test_a_plugin_that_is_gone_is_refused(make, upgrade):
    run = make()
    upgrade(components=())
    with pytest.raises(RequestError) as refused:
        open_run(run.path).restorer()
    assert refused.value.code == "unknown-component"


def test_weights_that_do_not_fit_name_the_model(make):
    run = make()
    run.record.weights["fill"][0] = ("level", np.zeros(3, np.float32))
    with pytest.raises(WorkError) as refused:
        run.rebuild(Catalogue.installed())
    assert (refused.value.code, refused.value.where) == ("weights-mismatch", "model stand-in/filler of stand-in 1.0")


def test_the_data_is_prepared_as_it_was(make):
    run = make()
    parts = run.load_parts(Catalogue.installed())
    images = run.prepare_data(parts, cache=False, listener=ignore)
    assert list(images.test.ids) == list(run.record.data["test"].ids)
    run.record.data["test"].ids[0] = "gone"
    with pytest.raises(RequestError) as refused:
        run.prepare_data(parts, cache=False, listener=ignore)
    assert (refused.value.code, refused.value.where) == ("data-changed", str(run.path))


def test_parts_that_cannot_be_imported_name_their_owner(make, stand_in, monkeypatch):
    run = make()
    monkeypatch.setattr(stand_in, "filler", None)
    with pytest.raises(ComponentError) as refused:
        run.load_parts(Catalogue.installed())
    assert (refused.value.code, refused.value.where) == ("plugin-fault", "model stand-in/filler of stand-in 1.0")
