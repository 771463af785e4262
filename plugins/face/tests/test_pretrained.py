"""The pretrained run: what is in it, and that it restores faces that it never saw, without Keras."""

import numpy as np
import pytest

import restore
from restore.builtin.corruptions.box import box
from restore.builtin.corruptions.scratches import scratches
from restore_face.synthetic import synthetic


@pytest.fixture(scope="module")
def run():
    return restore.open("face/pretrained")


@pytest.fixture(scope="module")
def faces():
    """Return images of subjects that no run was trained on: its recipe's have the seed 0."""
    subjects = synthetic(count=16, pictures=1, leaves=0.4, seed=7)
    return [subjects[index].clean for index in range(16)]


def test_it_holds_weights_and_networks_of_synthetic_faces_and_nobody(run):
    assert (run.record.kind, run.plan["data"], run.plan["recipe"]) == ("pretrained", None, "face/faces-any")
    assert run.plan["dataset"]["component"] == "face/synthetic"
    assert not run.record.data
    assert run.record.exports.keys() == run.record.weights.keys() == {"finder", "restorer"}
    assert run.path.stat().st_size - sum(map(len, run.record.exports.values())) < 4 * 2**20


@pytest.mark.parametrize(("damage", "gain"), [(box, 8), (scratches, 1)])
def test_it_gains_blind_on_faces_that_it_never_saw(run, faces, damage, gain):
    restorer, before, after = run.restorer(), [], []
    for seed, clean in enumerate(faces):
        damaged = damage(clean, np.random.default_rng(seed)).image
        before.append(np.square(damaged - clean).mean())
        after.append(np.square(restorer.restore(damaged).image - clean).mean())
    assert 10 * np.log10(np.mean(before) / np.mean(after)) > gain


def test_most_undamaged_faces_stay_as_they_are(run, faces):
    restorer = run.restorer()
    assert np.mean([restorer.restore(clean).mask.any() for clean in faces]) < 0.1
