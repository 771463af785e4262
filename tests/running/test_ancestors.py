"""Training continues from another run's weights: nobody is tested whom a run of the chain learned from."""

import json

import numpy as np
import pytest
from running.steps import assert_same_work, stopping

import restore
from restore.errors import RequestError, Stopped
from restore.events import Advance, EpochDone, Phase, Warned
from restore.images import write
from restore.planning.options import Request, make_request
from restore.runfile.encode import encode
from restore.runfile.read import read
from restore.runfile.summary import read_summary
from restore.runfile.verify import verify
from restore.running.opened import open_run
from restore.running.pretrained import NOBODY, strip
from restore.running.run import make_plan

LEARNED = ("train", "validation")
PEOPLE = "folder:group=folder"


@pytest.fixture
def people(tmp_path, stand_in):
    """Write images of people, each in a folder of its own, and return the folder of them all."""

    def people(name, numbers, each=2, shift=0):
        for number in numbers:
            for one in range(each):
                place = tmp_path / name / f"person-{number:02}"
                place.mkdir(parents=True, exist_ok=True)
                clean = np.random.default_rng([number + shift, one]).uniform(0.2, 0.9, (16, 16, 1)).astype(np.float32)
                write(place / f"{one}.png", clean, overwrite=True)
        return tmp_path / name

    return people


@pytest.fixture
def go(stand_in, runs, tmp_path, monkeypatch):
    """Make a run by way of `restore.run`, without the cache."""
    monkeypatch.chdir(tmp_path)

    def go(recipe=None, **options):
        return restore.run(recipe, runs=runs, cache=False, **options)

    return go


def members(run, *names):
    return {
        pair for name in names for one in [run.record.data[name]] for pair in zip(one.groups, one.sha256, strict=True)
    }


def level(record):
    ((_, value),) = record.weights["fill"]
    return float(value)


def refused(call, *arguments, **options):
    with pytest.raises(RequestError) as error:
        call(*arguments, **options)
    assert error.value.exit_code == 2
    return error.value


def test_training_starts_from_the_weights_of_its_parent_with_a_fresh_optimizer(go, runs):
    first = go("small", name="first", seed=3, epochs=2)
    seen = []

    def look(event):
        if isinstance(event, Phase) and event.name == "training":
            seen.append(read(runs / "second.h5"))

    second = go(from_run="first", name="second", epochs=1, lr=1e-9, listener=look)
    (begun,) = seen
    assert (begun.history, begun.weights, begun.state.optimizer) == ((), {}, {})
    assert float(begun.state.weights["fill"][0][1]) == level(first.record)
    assert level(second.record) == pytest.approx(level(first.record), abs=1e-6) != 0
    assert [row["epoch"] for row in second.history] == [1]
    assert second.plan["seed"] == 3
    assert (second.record.parent.id, second.record.parent.content) == (first.id, read_summary(first.path).content)
    assert second.record.kind == "run"
    assert members(second, "test") == members(first, "test")
    assert not verify(second.path)
    assert_same_work(second, open_run("second", runs=runs))


def test_a_chain_over_other_data_tests_nobody_whom_it_learned_from(go, people):
    heard = []
    first = go("small", data=people("a", range(20)), dataset=PEOPLE, name="first")
    second = go(from_run="first", data=people("b", range(10, 34)), dataset=PEOPLE, name="second", seed=5)
    # The third has new names for people of the first, whose images are the same.
    third_data = people("c", range(40, 60))
    people("c", range(60, 66), shift=-60)
    third = go("small", from_run="second", data=third_data, dataset=PEOPLE, name="third", seed=9, listener=heard.append)
    chain = [first, second, third]
    for place, run in enumerate(chain):
        tested = members(run, "test")
        assert tested
        for earlier in chain[: place + 1]:
            known = members(earlier, *LEARNED)
            assert not {group for group, _ in tested} & {group for group, _ in known}
            assert not {pixels for _, pixels in tested} & {pixels for _, pixels in known}
    pixels = {one for _, one in members(first, *LEARNED)}
    renamed = {group for group, one in members(third, *LEARNED) if one in pixels}
    assert renamed
    assert any("by pixels alone" in event.text for event in heard if isinstance(event, Warned))
    for name in LEARNED:  # as they were
        assert {group for group, _ in members(second, *LEARNED)} & {group for group, _ in members(first, name)} == {
            group for group, _ in members(second, name) if group in {one for one, _ in members(first, name)}
        }
    ancestors = read(third.path).ancestors
    assert [one["id"] for one in ancestors.runs] == [second.id, first.id]
    both = members(first, "train") | members(second, "train")
    assert set(zip(ancestors.data["train"].groups, ancestors.data["train"].sha256, strict=True)) == both
    assert [one["images"] for one in third.to_json()["ancestors"]] == [True, True]


def test_an_additional_test_set_leaves_its_images_out(go, people):
    first = go("small", data=people("a", range(12)), dataset=PEOPLE, name="first")
    data, other = people("b", range(20, 30)), people("c", range(12))
    run = go(from_run="first", data=data, dataset=PEOPLE, also=f"{PEOPLE}={other}", name="second")
    assert members(run, "also c") == members(first, "test")


def test_nobody_left_to_test_is_refused_before_anything_is_written(go, people, runs):
    go("small", data=people("a", range(12)), dataset=PEOPLE, name="first")
    learned = {group for group, _ in members(open_run("first", runs=runs), *LEARNED)}
    data = people("b", [int(group[-2:]) for group in learned])
    error = refused(go, from_run="first", data=data, dataset=PEOPLE, name="second")
    assert error.code == "nothing-to-test"
    assert [path.stem for path in runs.glob("*.h5")] == ["first"]


@pytest.mark.parametrize(("kind", "times", "epochs"), [(Advance, 1, 0), (EpochDone, 1, 1), (Advance, 11, 2)])
def test_stopped_and_resumed_without_the_parent_equals_uninterrupted(go, make, runs, kind, times, epochs):
    go("small", name="first", epochs=2, seed=1)
    whole = go(from_run="first", name="whole", epochs=3, lr=0.2)
    with pytest.raises(Stopped):
        make(from_run="first", name="half", epochs=3, lr=0.2, **stopping(kind, "training", times))
    assert len(open_run("half", runs=runs).history) == epochs
    (runs / "first.h5").unlink()
    resumed = make(resume="half")
    assert_same_work(whole, resumed)
    assert resumed.record.ancestors == whole.record.ancestors
    assert resumed.record.parent == whole.record.parent


def test_a_pretrained_parent_says_that_overlap_is_unknown(go, runs, tmp_path):
    first = go("small", name="first")
    shipped = tmp_path / "shipped.h5"
    shipped.write_bytes(encode(strip(first.record), NOBODY))
    heard = []
    second = go("small", from_run=shipped, name="second", listener=heard.append)
    (warning,) = [event.text for event in heard if isinstance(event, Warned)]
    assert "overlap unknown" in warning
    assert warning in [entry.text for entry in second.record.events]
    third = go(from_run="second", name="third")
    document = third.to_json()["ancestors"]
    assert [one["images"] for one in document] == [True, False]
    assert "overlap unknown" in " ".join(entry.text for entry in third.record.events)


def test_a_run_like_one_that_continued_starts_from_the_same_parent(go, runs):
    go("small", name="first", epochs=2)
    second = go("small", from_run="first", name="second", epochs=1, seed=2)
    again = go(like="second", name="again")
    assert again.plan == second.plan
    assert_same_work(second, again)
    other = make_plan(make_request(seed=7), like="second", from_run="second", runs=runs)
    assert (other.plan.start["id"], other.base.name, other.parent.name) == (second.id, "second", "second")
    (runs / "first.h5").unlink()
    assert refused(make_plan, Request(), like="second", runs=runs).code == "unknown-run"


def test_a_parent_that_changed_is_not_repeated(go, make, runs):
    with pytest.raises(Stopped):
        make(name="first", **stopping(EpochDone, "training"))
    go(from_run="first", name="second")
    make(resume="first")
    error = refused(make_plan, Request(), like="second", runs=runs)
    assert (error.code, error.where) == ("run-changed", str(runs / "first.h5"))


def test_the_model_is_the_parents(go, runs):
    go("small", name="first", model="filler:level=0.25")
    plan = make_plan(make_request("small"), from_run="first", runs=runs).plan
    assert plan.model.options["level"] == 0.25
    plan = make_plan(make_request("small", model="filler:level=0.5"), from_run="first", runs=runs).plan
    assert plan.model.options["level"] == 0.5
    error = refused(make_plan, make_request("small", model="filler-optional"), from_run="first", runs=runs)
    assert (error.code, error.where) == ("other-model", "--from")
    assert refused(make_plan, make_request("face"), from_run="first", runs=runs).code == "other-channels"


def test_weights_that_do_not_fit_are_refused_before_anything_is_written(go, make_run, runs, record, stand_in):
    first = go("small", name="first")
    weights = {"fill": [("level", np.zeros(3, np.float32))]}
    make_run("odd", plan=first.plan, weights=weights, data=first.record.data)
    assert refused(go, from_run="odd", name="second").code == "weights-mismatch"
    assert not (runs / "second.h5").exists()


@pytest.mark.trains
def test_networks_that_the_parent_lacks_are_trained_from_the_beginning(runs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    usual = {"runs": runs, "cache": False, "epochs": 1, "size": 32, "baselines": "none", "metrics": "mae", "gallery": 0}
    usual |= {"dataset": "synthetic:count=12", "corrupt": "box:size=8"}
    first = restore.run("fingerprint", name="first", model="find-restore:variant=tiny", **usual)
    more = {"model": "find-restore:variant=tiny,experts=true", "freeze": "finder", **usual}
    told = []
    second = restore.run("fingerprint", from_run="first", name="second", listener=told.append, **more)
    (warning,) = [one.text for one in told if isinstance(one, Warned) and "first has no weights" in one.text]
    assert warning == "first has no weights that fit holes, everywhere, trained from the beginning"
    pairs = zip(first.record.weights["finder"], second.record.weights["finder"], strict=True)
    assert all(np.array_equal(was, is_) for (_, was), (_, is_) in pairs)
    assert second.planned.freeze == ("finder",)
    assert make_plan(Request(), like="second", runs=runs).plan.freeze == ("finder",)
    assert refused(restore.run, "fingerprint", name="third", **more).code == "untrained"
    assert not (runs / "third.h5").exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"weights": {}}, "not-trained"), ({"kind": "evaluation", "weights": {"model": []}}, "not-trained")],
)
def test_a_run_without_training_of_its_own_is_no_parent(make_run, runs, changes, code):
    make_run("odd", **changes)
    assert refused(make_plan, make_request("small"), from_run="odd", runs=runs).code == code


def test_from_stands_not_beside_resume(go, runs):
    go("small", name="first")
    assert refused(restore.run, resume="first", from_run="first", runs=runs).code == "resume-options"


def test_the_command_says_whence_and_whom(restore, go, runs, tmp_path):
    first = go("small", name="first")
    answer = restore("run", "--from", "first", "--epochs", "1", "--dry-run", "--runs", runs)
    assert answer.code == 0
    assert first.id in answer.out
    answer = restore("run", "--from", "first", "--epochs", "1", "--name", "second", "--json", "--runs", runs)
    assert (answer.code, answer.json["parent"]["id"]) == (0, first.id)
    assert json.loads(json.dumps(answer.json["plan"]["start"]))["run"] == first.id
    shown = restore("show", "second", "--runs", runs).out
    assert (first.id in shown, "ancestors" in shown) == (True, True)
    assert restore("run", "--runs", runs).failure.code == "conflict"
    assert restore("run", "--resume", "first", "--from", "first", "--runs", runs).failure.code == "resume-options"
