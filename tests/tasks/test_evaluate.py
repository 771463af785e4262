"""A trained run scored again: on its own images, on others, and never on those that it learned from."""

import shutil
from dataclasses import replace

import pytest
from test_schemas import validator

import restore as door
from restore.errors import RequestError, Stopped
from restore.images import write
from restore.runfile.record import SplitIds
from restore.runfile.verify import verify
from restore.running.how import How
from restore.running.opened import open_run
from restore.tasks.evaluate import evaluation_plan, execute


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def trained(stand_in, runs):
    return door.run("small", runs=runs, cache=False, name="trained")


@pytest.fixture
def evaluate(trained, runs):
    def evaluate(run=trained, **options):
        return door.evaluate(run, runs=runs, cache=False, **options)

    return evaluate


def means(run, what="restored"):
    return {
        (row["corruption"], row["metric"], row["region"]): (row["mean"], row["n"])
        for row in run.scores
        if row["what"] == what
    }


def test_its_own_test_images_score_as_they_did(trained, evaluate):
    made = evaluate()
    assert means(made) == means(trained)
    assert made.record.kind == "evaluation"
    assert made.record.parent.id == trained.id
    assert dict(made.record.data) == {"test": trained.record.data["test"]}
    assert not made.record.weights
    assert verify(made.path) == []
    assert open_run(made.path).scores == made.scores


def test_the_newest_run_stays_the_last_one(trained, evaluate, runs):
    made = evaluate(name="seen")
    assert open_run("last", runs=runs).id == trained.id
    assert open_run("seen", runs=runs).id == made.id


def test_all_images_that_it_did_not_learn_from_are_tested_in_other_data(trained, evaluate):
    """The dataset's first 24 images are the run's own; of 40 the 16 others are new, and so are its test images."""
    made = evaluate(dataset="prints:count=40")
    learned = {one for name in ("train", "validation") for one in trained.record.data[name].groups}
    tested = made.record.data["test"]
    assert not learned & set(tested.groups)
    assert len(tested.ids) == 40 - sum(len(trained.record.data[name].ids) for name in ("train", "validation"))
    assert any("earlier runs" in entry.text for entry in made.record.events)


@pytest.fixture
def of_files(stand_in, runs, tmp_path):
    """Train on files, and return the run with their folder."""
    source, folder = stand_in.prints(None), tmp_path / "prints"
    folder.mkdir()
    for i in range(len(source)):
        write(folder / f"print-{i}.png", source[i].clean, overwrite=False)
    return door.run("small", data=folder, runs=runs, cache=False, name="of-files"), folder


def test_images_that_it_learned_from_are_recognised_by_their_pixels(of_files, evaluate, tmp_path):
    run, folder = of_files
    (tmp_path / "renamed").mkdir()
    for file in folder.iterdir():
        shutil.copy(file, tmp_path / "renamed" / f"x{file.name}")
    made = evaluate(run, data=tmp_path / "renamed")
    assert set(made.record.data["test"].sha256) == set(run.record.data["test"].sha256)


def test_nothing_left_to_test_is_refused_and_nothing_is_written(of_files, evaluate, runs, tmp_path):
    run, folder = of_files
    (tmp_path / "learned").mkdir()
    for name in run.record.data["train"].ids[:3]:
        shutil.copy(folder / name, tmp_path / "learned" / f"x{name}")
    before = sorted(runs.iterdir())
    with pytest.raises(RequestError) as error:
        evaluate(run, data=tmp_path / "learned")
    assert error.value.code == "nothing-to-test"
    assert sorted(runs.iterdir()) == before


def test_a_pretrained_run_says_that_the_overlap_is_unknown(trained, evaluate):
    shipped = replace(trained, record=replace(trained.record, data={}, kind="pretrained"))
    made = evaluate(shipped)
    assert any(entry.text.startswith("overlap unknown") for entry in made.record.events)
    assert means(made) == means(trained)


def test_other_damage_and_metrics(evaluate):
    made = evaluate(corrupt=["box:size=3", "noise"], metrics=["mae"], baselines=["none"])
    assert {row["corruption"] for row in made.scores} == {"box:size=3", "noise"}
    assert {row["metric"] for row in made.scores} == {"mae", "mask.iou", "mask.false"}
    assert {row["what"] for row in made.scores} == {"damaged", "restored"}


def test_a_ladder_of_amounts(evaluate):
    made = evaluate(corrupt=["box:size=2..8..3"], levels=True)
    assert [one["spec"] for one in made.plan["corrupt"]] == ["box:size=2", "box:size=5", "box:size=8"]


def test_changed_owners_and_data_are_said_and_do_not_stop_it(trained, evaluate):
    test = trained.record.data["test"]
    other = SplitIds(test.ids, test.groups, ["0" * 64, *test.sha256[1:]])
    plan = {
        **trained.plan,
        "owners": {name: {**one, "version": "0.0.1"} for name, one in trained.plan["owners"].items()},
    }
    old = replace(trained, record=replace(trained.record, plan=plan, data={**trained.record.data, "test": other}))
    said = [entry.text for entry in evaluate(old).record.events]
    assert any("0.0.1" in text for text in said)
    assert any("1 changed" in text for text in said)


@pytest.mark.parametrize("options", [{"epochs": 2}, {"model": "filler"}, {"seed": 1}, {"size": 8}])
def test_what_was_trained_cannot_be_changed(evaluate, options):
    with pytest.raises(RequestError) as error:
        evaluate(**options)
    assert (error.value.code, error.value.where) == ("unknown-option", f"--{next(iter(options))}")


def test_evaluations_and_untrained_runs_are_refused(trained, evaluate):
    for run in (evaluate(), replace(trained, record=replace(trained.record, weights={}))):
        with pytest.raises(RequestError) as error:
            evaluate(run)
        assert error.value.code == "not-trained"


def test_stopped_in_the_middle_it_leaves_nothing(trained, stand_in, runs):
    from restore.planning.options import make_request

    plan = evaluation_plan(trained, make_request(None), stand_in.catalogue(), levels=False)
    calls = iter([None] * 3)
    before = sorted(runs.iterdir())
    with pytest.raises(Stopped):
        execute(trained, plan, How(cache=False, should_stop=lambda: next(calls, 2)), runs=runs)
    assert sorted(runs.iterdir()) == before


def test_on_the_command_line(restore, trained, runs):
    answer = restore(
        "eval", "trained", "--corrupt", "box:size=2..8..3", "--levels", "--bound", "psnr:hole=99", "--runs", runs
    )
    assert answer.code == 0, answer.err
    assert "box: psnr dB, hole" in answer.out
    assert "evaluation: " in answer.out
    document = restore(
        "eval", "trained", "--corrupt", "box:size=2..8..3", "--levels", "--bound", "psnr=1", "--json", "--runs", runs
    ).json
    curve = next(c for c in document["curves"] if (c["metric"], c["region"], c["what"]) == ("psnr", "hole", "restored"))
    assert curve["amounts"] == [2, 5, 8]
    assert all(low <= mean <= high for low, mean, high in zip(curve["low"], curve["mean"], curve["high"], strict=True))
    assert document["parent"]["id"] == trained.id
    validator("run.json").validate(document)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("--bound", "psnr"), "bad-value"),
        (("--levels", "--corrupt", "box:size=3..x"), "no-ladder"),
        (("--levels", "--corrupt", "box:size=3"), "no-ladder"),
        (("--name", "trained"), "run-exists"),
    ],
)
def test_bad_requests_write_nothing(restore, trained, runs, given, code):
    before = sorted(runs.iterdir())
    answer = restore("eval", "trained", *given, "--runs", runs)
    assert (answer.code, answer.out, answer.failure.code) == (2, "", code)
    assert sorted(runs.iterdir()) == before


def test_a_report_draws_the_curve_and_says_what_is_better(restore, stand_in, trained, runs, tmp_path):
    door.run("small", model="filler:level=0.3", epochs=1, runs=runs, cache=False, name="other")
    page = tmp_path / "page.html"
    for name in ("trained", "other"):
        assert (
            restore(
                "eval", name, "--corrupt", "box:size=2..8..3", "--levels", "--name", f"of-{name}", "--runs", runs
            ).code
            == 0
        )
    assert restore("report", "of-trained", "of-other", "-o", page, "--runs", runs).code == 0
    text = page.read_text("utf-8")
    assert text.count("box size") == 2, "a curve of each"
    assert "A: of-trained, B: of-other." in text
    assert "too few groups" in text
    plot = tmp_path / "curve.svg"
    assert restore("show", "of-trained", "--plot", plot, "--runs", runs).code == 0
    assert "box size" in plot.read_text("utf-8")


def test_runs_that_cannot_be_compared_have_a_report_that_says_why(restore, trained, runs, tmp_path):
    door.run("small", corrupt="noise", runs=runs, cache=False, name="noisy")
    page = tmp_path / "page.html"
    assert restore("report", "trained", "noisy", "-o", page, "--runs", runs).code == 0
    assert "Not compared: " in page.read_text("utf-8")
