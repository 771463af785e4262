"""The pretrained run: what is in it, and that it restores prints that it never saw, without Keras."""

import numpy as np
import pytest

import restore
from restore.builtin.corruptions.box import box
from restore_fingerprint.alterations.obliteration import obliteration
from restore_fingerprint.synthetic import synthetic


@pytest.fixture(scope="module")
def run():
    return restore.open("fingerprint/pretrained")


@pytest.fixture(scope="module")
def prints():
    """Return prints of fingers that no run was trained on: its recipe's have the seed 0."""
    fingers = synthetic(None, count=24, sensor="all", seed=7)
    return [fingers[index].clean for index in range(24)]


def test_it_holds_weights_and_networks_of_synthetic_prints_and_nobody(run):
    assert (run.record.kind, run.plan["data"], run.plan["recipe"]) == ("pretrained", None, "fingerprint/prints-any")
    assert run.plan["dataset"]["component"] == "fingerprint/synthetic"
    assert not run.record.data
    assert run.record.exports.keys() == run.record.weights.keys() == {"finder", "restorer", "holes", "everywhere"}
    assert run.path.stat().st_size - sum(map(len, run.record.exports.values())) < 4 * 2**20


@pytest.mark.parametrize(("damage", "gain"), [(box, 5), (obliteration, 1.5)])
def test_it_gains_blind_on_prints_that_it_never_saw(run, prints, damage, gain):
    restorer, before, after = run.restorer(), [], []
    for seed, clean in enumerate(prints):
        damaged = damage(clean, np.random.default_rng(seed)).image
        before.append(np.square(damaged - clean).mean())
        after.append(np.square(restorer.restore(damaged).image - clean).mean())
    assert 10 * np.log10(np.mean(before) / np.mean(after)) > gain


def test_most_undamaged_prints_stay_as_they_are(run, prints):
    restorer = run.restorer()
    assert np.mean([restorer.restore(clean).mask.any() for clean in prints]) < 0.1
