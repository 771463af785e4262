"""What the stages return is committed as a record, and a training resumes from it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from running.cases import case

from restore.pipeline.model import Checkpoint
from restore.runfile.record import SplitIds
from restore.runfile.schema import CURRENT
from restore.running import recording
from restore.running.recording import Recording, arrays_of, checkpoint_of, margins_of, splits_of

PATHS = {"find": ["kernel", "seed"], "fill": ["level"]}
WEIGHTS = {"find": [np.arange(4, dtype=np.float32), np.array(7, np.int64)], "fill": [np.float32(0.5)]}
HISTORY = ({"epoch": 1, "loss": 0.5, "val_loss": 0.25}, {"epoch": 2, "loss": 0.25, "val_loss": 0.5, "mae": 1.0})


@pytest.fixture
def committed():
    return []


@pytest.fixture
def made(record, committed):
    """Return the recording of a run that has neither weights nor scores yet."""
    empty = replace(record, history=(), scores=None, gallery=None, weights={}, state=None, events=(), seconds={})
    return Recording(empty, committed.append, began=0.0)


def moved(by):
    return {name: [array + by for array in arrays] for name, arrays in WEIGHTS.items()}


def same(first, second):
    assert first.keys() == second.keys()
    for name in first:
        assert all(map(np.array_equal, first[name], second[name]))


def test_an_epoch_is_resumed_as_it_was_committed(made, committed):
    checkpoint = Checkpoint(HISTORY, 1, 1, WEIGHTS, moved(1), {"together": [np.array(3)]}, stopped_early=True)
    made.commit_epoch(checkpoint, PATHS, {"together": ["iteration"]})
    (written,) = committed
    assert made.epochs == 2
    assert [path for path, _ in written.weights["find"]] == PATHS["find"]
    assert [path for path, _ in written.state.weights["fill"]] == PATHS["fill"]
    assert [path for path, _ in written.state.optimizer["together"]] == ["iteration"]
    # As a file gives it back: what a row lacks is NaN.
    back = checkpoint_of(replace(written, history=[{**row, "mae": row.get("mae", np.nan)} for row in HISTORY]))
    assert (back.history, back.best_epoch, back.wait, back.stopped_early) == (HISTORY, 1, 1, True)
    same(back.best, WEIGHTS)
    same(back.weights, moved(1))
    same(back.optimizer, {"together": [np.array(3)]})
    same(arrays_of(written.weights), WEIGHTS)


def test_variables_without_a_path_are_refused(made):
    with pytest.raises(ValueError, match="zip"):
        made.commit_epoch(Checkpoint(HISTORY, 1, 0, WEIGHTS), {**PATHS, "find": ["kernel"]}, {})


def test_a_run_without_an_epoch_begins_anew(made):
    assert checkpoint_of(made.record) == Checkpoint()


def test_notes_stand_in_the_next_commit(made, committed):
    made.note("warning", "first")
    made.note("error", "second")
    assert not committed
    made.commit(status="failed")
    (written,) = committed
    assert [entry[1:] for entry in written.events] == [("warning", "first"), ("error", "second")]
    assert all(entry.time.endswith("+00:00") for entry in written.events)
    assert written.status == made.record.status == "failed"


def test_seconds_add_up_over_sittings(made, monkeypatch):
    clock = iter([10.0, 11.0, 15.0, 17.0])
    monkeypatch.setattr(recording.time, "perf_counter", lambda: next(clock))
    made.commit()
    with pytest.raises(KeyError), made.timed("train"):
        raise KeyError
    made.commit()
    assert made.record.seconds == {"total": 17.0, "train": 4.0}


def test_what_was_not_written_does_not_stand(made):
    def fail(record):
        raise BlockingIOError

    made._commit = fail
    with pytest.raises(BlockingIOError):
        made.commit_epoch(Checkpoint(HISTORY, 1, 0, WEIGHTS, WEIGHTS, {}), PATHS, {})
    assert made.epochs == 0


def test_scores_and_gallery_of_all_cases_are_committed(made, committed):
    made.commit_scores(iter([case(), case(corruption="noise", seed=1)]), 2)
    (written,) = committed
    assert written.scores.corruption == ["box", "noise"]
    assert [(image.corruption, image.rank) for image in written.gallery] == [
        ("box", "worst"),
        ("box", "median"),
        ("noise", "worst"),
        ("noise", "median"),
    ]
    CURRENT.pack(written)


def test_no_gallery_is_none(made, committed):
    made.commit_scores([case()], 0)
    assert committed[0].gallery is None


def test_a_gallery_is_bounded_over_all_cases(made, committed, monkeypatch):
    monkeypatch.setattr(recording, "GALLERY", 7)
    made.commit_scores([case(), case(corruption="noise", seed=1)], 6)
    (written,) = committed
    assert [image.corruption for image in written.gallery] == ["box"] * 3 + ["noise"] * 3
    assert [entry.level for entry in written.events] == ["warning"]


def test_what_is_kept_as_an_image_is_no_detail_of_it(made, committed):
    outputs = {name: np.zeros((6, 12, 16, 1), np.float32) for name in ("image", "mask", "confidence")}
    made.commit_scores([case(outputs={**outputs, "angle": np.arange(6, dtype=np.float32)})], 6)
    for image in committed[0].gallery:
        assert image.details == {"truth": {}, "angle": float(image.id.removesuffix(".png"))}


def test_splits_are_those_of_the_images_and_of_additional_datasets():
    one, other = (SimpleNamespace(ids=(i,), groups=(f"g{i}",), sha256=(i * 64,)) for i in "ab")
    images = SimpleNamespace(train=one, validation=other, test=one, others={"sensor": other})
    splits = splits_of(images)
    assert list(splits) == ["train", "validation", "test", "also sensor"]
    assert splits["also sensor"] == SplitIds(["b"], ["gb"], ["b" * 64])


def test_margins_name_their_sides():
    trimmed = SimpleNamespace(trimmed={(103, 96): (2, 5, 0, 1)})
    assert margins_of(trimmed) == [{"size": [103, 96], "top": 2, "bottom": 5, "left": 0, "right": 1}]
