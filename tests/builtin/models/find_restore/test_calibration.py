"""What the restorer expects of itself is set by validation images, and nothing else is changed."""

import keras
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import special

from restore.api import TrainingBatch
from restore.builtin.models.find_restore import calibration, find_restore
from restore.builtin.models.find_restore.calibration import MISSED, _alarm, _caution, _Marked, _platt, calibrate
from restore.builtin.models.find_restore.experts import EXPERTS, HOLES, THROUGH
from restore.builtin.models.find_restore.networks import CALIBRATION
from restore.builtin.models.find_restore.restoration import FOUND


@pytest.fixture
def restoration():
    """Return both networks as they are before training; the finder finds some pixels of noise."""
    keras.utils.set_random_seed(1)
    return find_restore((None, None, 1), variant="tiny").restore


def batches(count=3, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        clean = rng.random((4, 48, 64, 1), np.float32)
        masks = rng.random(clean.shape[:3]) < 0.3
        damaged = np.where(masks[..., None], rng.random(clean.shape, np.float32), clean)
        yield TrainingBatch(clean, damaged, masks, [{}] * 4, rng)


def marked(before=0.0, ratio=(), change=()):
    count = len(ratio)
    return _Marked("", before, np.array(ratio), np.array(change), np.ones(count), np.zeros(count), np.ones(count, bool))


def test_the_calibration_layers_alone_are_changed_and_again_the_same(restoration):
    models = restoration.finder, *restoration.restorers.values()
    before = [[np.array(one) for one in model.get_weights()] for model in models]
    calibrate(restoration, batches())
    first = [model.get_weights() for model in models]
    for model, now, was in zip(models, first, before, strict=True):
        own = {id(one) for one in model.get_layer(CALIBRATION).variables}
        changed = [id(one) for one, a, b in zip(model.variables, now, was, strict=True) if (a != b).any()]
        assert own.issuperset(changed)
        assert changed or model is restoration.finder
    calibrate(restoration, batches())
    for model, now in zip(models, first, strict=True):
        for one, again in zip(now, model.get_weights(), strict=True):
            assert_array_equal(one, again)


def test_each_restorer_is_set_by_what_it_restored():
    keras.utils.set_random_seed(1)
    restoration = find_restore((None, None, 1), variant="tiny", experts=True).restore
    used = dict.fromkeys(EXPERTS, 0)
    for clean, damaged in calibration._samples(batches()):
        for one in calibration._marked(restoration, clean, damaged):
            used[one.restorer] += len(one.ratio)
            assert len(one.change) == len(one.sure) == len(one.near) == len(one.ratio)
    found = sum(int((restoration.find(one)[..., 0] > FOUND).sum()) for _, one in calibration._samples(batches()))
    assert used == {**dict.fromkeys(EXPERTS, 0), THROUGH: found}
    calibrate(restoration, batches())
    scales = {name: one.get_layer(CALIBRATION).get_weights()[0] for name, one in restoration.restorers.items()}
    assert (scales[THROUGH] != 1).any()
    assert (scales[HOLES] == 1).all()


def test_intervals_hold_nine_tenths_of_the_values_that_they_were_set_by(restoration, monkeypatch):
    # A single caution, below which nothing is: everything found is replaced.
    monkeypatch.setattr(calibration, "CAUTIONS", np.array([1e-9]))
    calibrate(restoration, batches())
    held = []
    for clean, damaged in calibration._samples(batches()):
        found = restoration.find(damaged)[..., 0] > FOUND
        outputs = restoration.within(damaged, found)
        wrong = np.abs(np.clip(outputs["image"], 0, 1) - clean)
        held += (wrong <= outputs["interval"])[found].ravel().tolist()
    assert len(held) > 1000
    assert np.mean(held) == pytest.approx(0.9, abs=0.002)


def test_hardly_any_undamaged_image_raises_the_alarm():
    rng = np.random.default_rng(0)
    intact, damaged = rng.normal(-2, 2, 2000), rng.normal(8, 2, 2000)
    alarm = _alarm(intact, damaged)
    assert (intact > alarm).mean() <= 0.002
    assert (damaged > alarm).mean() > 1 - MISSED
    clear = rng.normal(12, 2, 2000)
    assert (clear > _alarm(intact, clear)).mean() > 0.95
    assert alarm > np.quantile(intact, 0.998) + 2.5, "other sensors look stranger than these"


def test_the_alarm_stays_low_enough_for_most_damage():
    rng = np.random.default_rng(0)
    alarm = _alarm(rng.normal(2, 3, 2000), rng.normal(3, 1, 2000))
    assert (rng.normal(3, 1, 2000) > alarm).mean() > 0.7


def test_the_caution_keeps_what_gets_worse():
    # Above a ratio of 3 restoring gains, below it makes things worse.
    images = [marked(0.1, ratio=[2.0, 6.0], change=[0.05, -0.09]) for _ in range(10)]
    assert 2 <= _caution(images) < 6


def test_harm_weighs_more_than_gain():
    gaining = [marked(0.1, ratio=[2.0], change=[-0.099]) for _ in range(90)]
    harmed = [marked(0.0, ratio=[2.5], change=[0.01]) for _ in range(10)]
    assert _caution(gaining) < 2
    assert _caution(gaining + harmed) >= 2.5


def test_nothing_found_leaves_expectations_as_they_are(restoration):
    for model, channels in zip((restoration.finder, *restoration.restorers.values()), (1, 4), strict=True):
        model.get_layer(CALIBRATION).set_weights([np.full(channels, 3.0)] * 4)
    calibrate(restoration, ())
    for model in (restoration.finder, *restoration.restorers.values()):
        scales, shifts, *_ = model.get_layer(CALIBRATION).get_weights()
        assert_array_equal(scales, 1)
        assert_array_equal(shifts, 0)


def test_confidence_is_scaled_to_the_share_that_is_right():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, 20_000)
    right = rng.random(20_000) < special.expit(0.4 * logits - 0.7)
    assert _platt(logits, right) == pytest.approx((0.4, -0.7), abs=0.05)
