"""The stages in order, without Keras: what is trained on, what is tested, which rows there are, and who hears of it."""

import dataclasses
from collections import Counter

import numpy as np
import pytest

from restore.errors import ComponentError, RequestError
from restore.events import Advance, EpochDone, Phase, Pulse, Warned
from restore.images import write
from restore.pipeline import cases, engine, model
from restore.pipeline.cases import score_cases
from restore.pipeline.damage import Chain
from restore.planning.options import make_request
from restore.planning.resolve import resolve


@pytest.fixture
def work(stand_in):
    """Do a plan's work as far as it is asked for, without a run file."""

    class Work:
        def __init__(self, **options):
            self.heard = []
            self.plan = resolve(make_request("small", **options), stand_in.catalogue())
            self.parts = engine.resolve_parts(self.plan, stand_in.catalogue())
            self.images = engine.prepare_data(
                self.plan, self.parts, cache=False, skip_bad=False, listener=self.heard.append
            )
            self.truths = engine.try_damage(self.plan, self.parts, self.images, listener=self.heard.append)
            self.built = model.build(self.parts.model, (*self.plan.size, self.plan.channels), self.plan.seed)

        def train(self, *, start=None, listener=None):
            self.checkpoints = []
            return engine.train(
                self.plan,
                self.parts,
                self.built,
                self.images,
                truths=self.truths,
                start=start or model.Checkpoint(),
                listener=listener or self.heard.append,
                on_epoch=self.checkpoints.append,
            )

        def score(self):
            restorer = engine.make_restorer(self.plan, self.parts.model, self.built)
            return list(score_cases(self.plan, self.parts, restorer, self.images, listener=self.heard.append))

        def warnings(self):
            return [event.text for event in self.heard if isinstance(event, Warned)]

    return Work


@pytest.fixture
def folder(tmp_path, stand_in):
    """Return a function that writes the first images of the plugin's dataset into a folder."""

    def make(name, count, first=0):
        source = stand_in.prints(None, count=first + count)
        (tmp_path / name).mkdir()
        for i in range(first, first + count):
            write(tmp_path / name / f"{i:02}.png", source[i].clean)
        return tmp_path / name

    return make


def seen(work, trainee="fill"):
    """Return the batches that a network was trained on, by epoch, and those of its validation."""
    trained, judged = [], []
    network = work.built.trainees[trainee].model
    train, test = network.train_on_batch, network.test_on_batch

    def note(batches, call):
        def called(*batch, **options):
            batches.append(batch)
            return call(*batch, **options)

        return called

    network.train_on_batch, network.test_on_batch = note(trained, train), note(judged, test)
    return trained, judged


def test_the_stages_come_in_order_and_every_step_is_heard(work):
    done = work(corrupt=["box:size=4", "noise|box:size=3"])
    done.train()
    done.score()
    phases = [event for event in done.heard if isinstance(event, Phase)]
    # 4 test images under 2 corruptions, restored by the model and a baseline.
    assert phases == [Phase("data"), Phase("training", 4), Phase("scoring", 16)]
    now, heard = "", Counter()
    for event in done.heard:
        now = event.name if isinstance(event, Phase) else now
        heard[now, type(event)] += 1
    assert heard["data", Advance] == 24
    assert (heard["training", Advance], heard["training", Pulse], heard["training", EpochDone]) == (12, 3, 3)
    # A row for damaged, baseline and restored, by each of three metrics, for each corruption.
    assert heard["scoring", Pulse] == 2 * 3 * 3
    assert [event.done for event in done.heard if isinstance(event, Advance)][-4:] == [4, 8, 12, 16]


def test_every_image_is_trained_on_once_an_epoch_in_an_order_of_its_own(work):
    done = work(batch=5)
    trained, judged = seen(done)
    done.train()
    # In black boxes the damaged image is black; all else of an image is its own.
    epochs = [np.concatenate([targets["image"] for _, targets, _ in trained[i : i + 4]]) for i in (0, 4, 8)]
    clean = done.images.train.clean(range(16))
    for images in epochs:
        assert sorted(image.tobytes() for image in images) == sorted(image.tobytes() for image in clean)
    assert not np.array_equal(epochs[0], epochs[1])
    assert [len(inputs) for inputs, *_ in trained[:4]] == [5, 5, 5, 1]
    assert [len(inputs) for inputs, *_ in judged] == [4] * 3


def test_damage_is_drawn_anew_each_epoch_and_fixed_in_validation(work):
    done = work()
    trained, judged = seen(done)
    done.train()
    holes = [
        {targets["image"][i].tobytes(): targets["mask"][i].tobytes() for _, targets, _ in part for i in range(4)}
        for part in (trained[:4], trained[4:8])
    ]
    assert holes[0].keys() == holes[1].keys()
    assert sum(holes[0][image] != holes[1][image] for image in holes[0]) > 8
    assert all(np.array_equal(judged[0][0], inputs) for inputs, *_ in judged)


def test_a_checkpoint_comes_before_its_event_and_leads_on(work):
    whole = work(epochs=4)
    before = []
    last = whole.train(
        listener=lambda event: before.append(len(whole.checkpoints)) if isinstance(event, EpochDone) else None
    )
    assert before == [1, 2, 3, 4]
    again = work(epochs=4)
    resumed = again.train(start=whole.checkpoints[1])
    assert [row["epoch"] for row in resumed.history] == [1, 2, 3, 4]
    assert resumed.weights == last.weights
    assert len(again.checkpoints) == 2


def test_what_an_event_raises_in_training_passes_as_it_is(work):
    error = ZeroDivisionError("the listener's")

    def listen(event):
        if isinstance(event, Pulse):
            raise error

    with pytest.raises(ZeroDivisionError) as raised:
        work().train(listener=listen)
    assert raised.value is error


def test_what_the_model_raises_in_training_is_its_fault(work):
    with pytest.raises(ComponentError) as raised:
        work(model="filler:fails=training").train()
    assert (raised.value.code, raised.value.where) == ("plugin-fault", "model stand-in/filler of stand-in 1.0")


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("filler", {"restored": False}),
        ("filler-needed", {"restored": True}),
        ("filler-optional", {"restored": False, "restored given mask": True}),
    ],
)
def test_a_model_has_a_row_for_each_way_it_gets_the_mask(work, name, rows):
    # The box is white, and the model finds what is black.
    done = work(model=name, corrupt="box:size=5,fill=1", baselines=["identity", "biharmonic"])
    done.train()
    (case,) = done.score()
    assert {row.what: row.given_mask for row in case.rows} == {
        "damaged": False,
        "identity": False,
        "biharmonic": True,
        **rows,
    }
    table = {(row["what"], row["given_mask"]) for row in case.scores.table}
    assert table == {(row.what, row.given_mask) for row in case.rows}
    for row in case.rows[3:]:
        assert np.array_equal(row.used, case.test.masks & row.given_mask)
        assert np.array_equal(row.images[~row.used], case.test.damaged[~row.used])


def test_an_optional_mask_is_withheld_from_half_the_images(work):
    done = work(model="filler-optional", epochs=9)
    trained, judged = seen(done)
    done.train()
    withheld = [(inputs["mask"][i] == -1).all() for inputs, *_ in trained + judged for i in range(len(inputs["image"]))]
    assert 0.35 < np.mean(withheld) < 0.65
    for inputs, targets, _ in trained:
        shown = ~(inputs["mask"] == -1).all(axis=(1, 2, 3))
        assert np.array_equal(inputs["mask"][shown], targets["mask"][shown])


def test_a_baseline_that_cannot_work_says_why_and_the_others_go_on(work):
    done = work(corrupt="box:size=16", baselines=["biharmonic", "identity"])
    done.train()
    (case,) = done.score()
    rows = {row.what: row for row in case.rows}
    assert rows["biharmonic"].images is None
    assert rows["biharmonic"].reason
    assert rows["identity"].images is not None


def test_test_images_are_damaged_alike_wherever_they_lie(work, folder):
    done = work(data=folder("own", 24), also=[str(folder("same", 24)), str(folder("new", 6, first=24))])
    done.train()
    own, same, new = done.score()
    assert [case.test.data for case in (own, same, new)] == [None, "same", "new"]
    assert [len(case.test.ids) for case in (own, same, new)] == [4, 24, 6]
    by_name = dict(zip(same.test.ids, same.test.damaged, strict=True))
    for ident, damaged in zip(own.test.ids, own.test.damaged, strict=True):
        assert np.array_equal(by_name[f"same/{ident}"], damaged)
    assert {row["data"] for row in new.scores.table} == {"new"}
    (warning,) = [text for text in done.warnings() if text.startswith("same: ")]
    assert "20" in warning
    assert not [text for text in done.warnings() if text.startswith("new: ")]


@pytest.mark.parametrize(
    ("corrupt", "corruption", "level"), [("none", "burn", "hard"), ("box:size=3", "burn@hard|box:size=3", None)]
)
def test_paired_damage_is_tested_as_it_is_or_with_damage_on_top(work, corrupt, corruption, level):
    done = work(dataset="prints:paired=true", corrupt=corrupt)
    trained, _ = seen(done)
    done.train()
    (case,) = done.score()
    assert (case.test.corruption, case.test.level) == (corruption, level)
    assert (case.test.masks[:, 2, 3:8]).all()
    assert all(np.array_equal(truth["corner"], [2, 3]) for truth in case.test.truths)
    # What comes with the pairs is a target of the model's output of that name.
    assert all((targets["corner"] == [2, 3]).all() for _, targets, _ in trained)


def test_truth_is_a_target_in_every_batch_only_where_it_is_drawn(work):
    done = work()
    trained, _ = seen(done)
    done.train()
    assert {frozenset(targets) for _, targets, _ in trained} == {frozenset({"image", "mask"})}


def test_the_models_outputs_and_the_truth_reach_the_scores(work):
    done = work(dataset="prints:paired=true", corrupt="none")
    done.train()
    (case,) = done.score()
    row = next(row for row in case.rows if row.what == "restored")
    assert row.outputs["corner"].tolist() == [truth["corner"].tolist() for truth in case.test.truths]
    assert (row.confidence[row.used] == 0.5).all()
    assert (row.confidence[~row.used] == 1).all()


def test_what_the_model_makes_of_clean_images_reaches_metrics_that_ask_for_it(work):
    asked, other = work(metrics=["alarm"]), work(metrics=["psnr"])
    for done in (asked, other):
        done.train()
        (case,) = done.score()
        rows = {row.what: row.undamaged for row in case.rows}
        left = rows.pop("restored")
        assert not any(rows.values())
        if done is asked:
            restorer = engine.make_restorer(done.plan, done.parts.model, done.built)
            wanted = restorer.restore_all(case.test.clean).outputs
            assert left.keys() == wanted.keys()
            assert all(np.array_equal(left[name], wanted[name]) for name in wanted)
            scored = {line["metric"] for line in case.scores.table if line["what"] == "restored"}
            assert scored >= {"alarm.auc", "alarm.tpr", "alarm.fpr"}
        else:
            assert left == {}


def test_without_damage_nothing_is_trained(work):
    with pytest.raises(RequestError) as refused:
        work(corrupt="none")
    assert (refused.value.code, refused.value.where) == ("no-damage", "dataset prints")


def test_damage_that_changes_nothing_is_warned_of(work):
    assert any("noise:amount=0" in text for text in work(corrupt=["box:size=3", "noise:amount=0"]).warnings())


def test_cases_are_made_one_by_one(work):
    done = work(corrupt=["box:size=3", "box:size=4"])
    done.train()
    restorer = engine.make_restorer(done.plan, done.parts.model, done.built)
    cases = score_cases(done.plan, done.parts, restorer, done.images, listener=done.heard.append)
    count = len(done.heard)
    next(cases)
    first = len(done.heard) - count
    next(cases)
    assert len(done.heard) - count == 2 * first


def test_a_restorer_takes_no_larger_batches_than_memory_was_reckoned_with(work):
    small = work(batch=4)
    assert engine.make_restorer(small.plan, small.parts.model, small.built).batch == 16
    large = dataclasses.replace(small.plan, training=dataclasses.replace(small.plan.training, batch=64))
    assert engine.make_restorer(large, small.parts.model, small.built).batch == 64


def test_weights_are_put_into_a_model_built_anew(work, stand_in):
    done = work()
    last = done.train()
    restorer = engine.rebuild(done.plan, stand_in.catalogue(), last.best)
    image = np.full((16, 16, 1), 0.5, np.float32)
    image[:3] = 0
    assert (restorer.restore(image).image[:3] == last.best["fill"][0]).all()


BOX, NOTHING = Chain("box", "hard", 0, (None,)), Chain("", None, 0, ())


@pytest.mark.parametrize(
    ("chain", "name", "level", "called"),
    [
        (BOX, "", "", ("box", "hard")),
        (NOTHING, "cut", "easy", ("cut", "easy")),
        (NOTHING, "cut", "", ("cut", None)),
        (BOX, "cut", "easy", ("cut@easy|box", None)),
        (BOX, "cut", "", ("cut|box", None)),
    ],
)
def test_damage_over_damage_keeps_the_level_below(chain, name, level, called):
    assert cases._called(chain, name, level) == called
