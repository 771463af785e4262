"""A run on windows of images of mixed sizes: trained, scored whole, kept, opened, repeated and audited."""

import numpy as np
import pytest

from restore.errors import RequestError
from restore.plugins.catalogue import Catalogue
from restore.running.opened import open_run
from restore.tasks.audit import audit

MIXED = {"dataset": "prints:mixed=true", "size": 8, "fit": "window", "corrupt": "box:size=3"}


def test_whole_images_are_scored_and_kept_at_their_own_size(make, runs):
    run = make(**MIXED, gallery=4)
    assert run.status == "complete"
    assert len({image.clean.shape for image in open_run(run.path).gallery}) > 1
    for image in run.gallery:
        windows = image.details["truth"]["windows"]
        assert len(windows) == 2 * (image.clean.shape[1] // 8)
        hole = np.zeros(image.clean.shape[:2], bool)
        for one in windows:
            top, left, height, width = one["place"]
            assert image.true_mask[top : top + height, left : left + width].sum() == 9 * 255
            hole[top : top + height, left : left + width] |= True
        assert not image.true_mask[~hole].any()
        assert (image.damaged[image.true_mask > 0] == 0).all()
        assert np.array_equal(image.restored[image.mask == 0], image.damaged[image.mask == 0])
    rows = {(row["region"], row["what"]): row for row in run.scores if row["metric"] == "psnr"}
    assert rows["hole", "restored"]["mean"] > rows["hole", "damaged"]["mean"]


def test_as_many_windows_as_are_asked_for(make):
    seen = []
    for windows in (None, 1):
        run = make(**MIXED, windows=windows, name=f"windows-{windows}", listener=seen.append)
        assert run.plan["windows"] == windows
    steps = [event.total for event in seen if getattr(event, "name", "") == "training"]
    assert steps[0] > 3 * steps[1]


def test_a_repeated_run_is_the_same(make):
    first, same = (make(**MIXED, augment=["flip", "turn"], name=name) for name in ("first", "same"))
    for one, other in zip(first.gallery, same.gallery, strict=True):
        assert np.array_equal(one.restored, other.restored)
    assert first.scores == same.scores


def test_a_stopped_run_is_resumed_on_the_same_windows(make, runs):
    whole = make(**MIXED, augment="turn", name="whole", epochs=3)

    stopped = []

    def should_stop():
        return 2 if stopped else None

    def listener(event):
        if type(event).__name__ == "EpochDone":
            stopped.append(event)

    with pytest.raises(BaseException, match="stopped by a signal"):
        make(**MIXED, augment="turn", name="half", epochs=3, listener=listener, should_stop=should_stop)
    half = make(resume=runs / "half.h5")
    assert [row["loss"] for row in half.history] == [row["loss"] for row in whole.history]
    assert half.scores == whole.scores


def test_a_paired_set_is_tested_as_it_is(make):
    run = make(dataset="prints:mixed=true,paired=true", size=8, fit="window", corrupt="none", augment="shift-grey")
    rows = {(row["metric"], row["region"], row["what"]): row for row in run.scores}
    assert rows["psnr", "hole", "restored"]["mean"] > rows["psnr", "hole", "damaged"]["mean"]
    assert run.gallery[0].details["truth"] == {"corner": [2, 3]}


def test_a_run_on_windows_can_be_audited(make):
    run = make(**MIXED)
    (found,) = audit(open_run(run.path), Catalogue.installed(), cache=False)
    assert found.train is not None
    assert found.images[0] == found.images[1]


def test_a_metric_for_images_of_one_size_is_refused_before_training(make):
    with pytest.raises(RequestError) as error:
        make(**MIXED, metrics=["psnr", "counted"])
    assert (error.value.code, error.value.where) == ("mixed-sizes", "--metric")
    assert "counted" in error.value.what
    run = make(size=8, fit="window", corrupt="box:size=3", metrics=["psnr", "counted"], name="one-size")
    assert {row["mean"] for row in run.scores if row["metric"] == "counted.images"} == {4}
