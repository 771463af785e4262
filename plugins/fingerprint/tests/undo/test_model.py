"""The model turns back what it is sure of, fills what is missing, and does to all else what its base does."""

import re

import keras
import numpy as np
import pytest

from restore.api import Network, TrainingBatch
from restore_fingerprint.alterations.rotation import rotation
from restore_fingerprint.synthetic import synthetic
from restore_fingerprint.undo.batches import DISCS, around_rims
from restore_fingerprint.undo.disc import disc_in, look_at
from restore_fingerprint.undo.model import RIM, SAID, Undoing, in_words, undo
from restore_fingerprint.undo.rim import TURNS, among_turns, rim
from restore_fingerprint.undo.traces import rotation as matrix
from restore_fingerprint.undo.turns import AROUND, BESIDE


@pytest.fixture(scope="module")
def clean():
    prints = synthetic(None, count=8, sensor="socofing", seed=5)
    return np.stack([prints[i].clean for i in range(8)])


@pytest.fixture(scope="module")
def turned(clean):
    """Return a print of which a disc was turned, as altered."""
    return rotation(clean[1], np.random.default_rng(1), radius=0.3, least=80, most=170, spread=0.05)


class Base:
    """Finds one mask in every image, and fills with grey."""

    def __init__(self, mask):
        self.mask = mask

    def __call__(self, images, masks):
        mask = np.broadcast_to(self.mask, images.shape[:3]) if masks is None else masks
        mask = mask[..., None].astype(np.float32)
        image = np.where(mask > 0.5, np.float32(0.5), images)
        sure = np.full_like(mask, 0.75)
        return {"image": image, "mask": mask.copy(), "confidence": sure, "interval": sure * 0.2}


class Rim:
    """Is sure of one of the turns that it is shown, or of none."""

    def __init__(self, right=None):
        self.right = right

    def predict_on_batch(self, strips):
        scores = np.zeros((len(strips), 1), np.float32)
        if self.right is not None:
            scores[self.right] = 99
        return {"turn": scores}


def right_turn(damaged):
    seen = look_at(damaged.image, disc_in(damaged.mask))
    centre, angle = damaged.truth["centre"].astype(float), damaged.truth["angle"][0]
    for number, turn in enumerate(seen.turns()):
        back, offset = seen.lattice.source(turn.quarters, turn.shift)
        if np.allclose(back, matrix(angle)) and np.abs(back @ centre + offset - centre).max() < 0.3:
            return number
    raise AssertionError("it is not among the turns")


def model(base, right):
    return Undoing(Network({}, restore=base), Rim(right))


def test_a_disc_is_turned_back_and_its_scar_filled(clean, turned):
    restored = model(Base(turned.mask), right_turn(turned))(turned.image[None], None)
    image, used = restored["image"][0], restored["mask"][0, ..., 0] > 0.5
    back = restored["confidence"][0, ..., 0] > 0.99
    assert used[turned.mask].all()
    assert np.square(image - clean[1])[back].mean() < 0.005
    assert back.sum() > 0.5 * turned.mask.sum(), "most of the disc"
    assert (image[used & ~back] == 0.5).all(), "the rest is filled"
    np.testing.assert_array_equal(image[~used], turned.image[~used])
    assert (restored["angle"][0, 0] - turned.truth["angle"][0]) % 360 == 0
    np.testing.assert_allclose(restored["centre"][0], turned.truth["centre"], atol=0.5)
    assert re.fullmatch(
        r"a disc turned by -?\d+° about .* was turned back, 100% sure, residual .*", *in_words(restored)
    )


@pytest.mark.parametrize("case", ["unsure", "given mask", "nothing turned"])
def test_else_it_is_the_base(clean, turned, case):
    image = clean[1] if case == "nothing turned" else turned.image
    masks = turned.mask[None] if case == "given mask" else None
    right = None if case == "unsure" else 0
    restored = model(Base(turned.mask), right)(image[None], masks)
    for name, value in Base(turned.mask)(image[None], masks).items():
        np.testing.assert_array_equal(restored[name], value)
    assert not any(restored[name].any() for name in SAID)
    assert in_words(restored) == []


def test_it_has_the_networks_of_its_base_and_its_own():
    network = undo((96, 96, 1), variant="tiny")
    assert set(network.models) == {"finder", "restorer", RIM} == set(network.batches)
    outputs = network.restore(np.full((2, 96, 96, 1), 0.5, np.float32), None)
    assert {name: value.shape for name, value in outputs.items() if name in ("image", "angle", "centre")} == {
        "image": (2, 96, 96, 1),
        "angle": (2, 1),
        "centre": (2, 2),
    }


def test_its_batches_hold_the_right_turn_of_each_disc_once(clean):
    def batch():
        return TrainingBatch(clean, clean, np.zeros(clean.shape[:3], bool), [{}] * 8, np.random.default_rng(3))

    strips, targets = around_rims(batch())
    assert strips.shape == (DISCS * TURNS, 2 * BESIDE, AROUND, 2)
    right = targets["turn"].reshape(DISCS, TURNS)
    assert right.sum(axis=1).tolist() == [1, 1, 1]
    again = around_rims(batch())
    np.testing.assert_array_equal(strips, again[0])
    np.testing.assert_array_equal(targets["turn"], again[1]["turn"])


def test_the_loss_compares_the_turns_of_each_disc():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(3, TURNS))
    right = np.eye(TURNS)[[4, 0, 7]]
    right[2] = 0  # no turn of the third disc is known to be right
    loss = keras.ops.convert_to_numpy(among_turns(right.reshape(-1, 1), scores.reshape(-1, 1))).reshape(3, TURNS)
    wanted = np.log(np.exp(scores).sum(axis=1)) - (scores * right).sum(axis=1)
    np.testing.assert_allclose(loss[:2, 0], wanted[:2], rtol=1e-5)
    np.testing.assert_allclose(loss[2], 0, atol=1e-6)
    assert (loss == loss[:, :1]).all()


def test_strips_may_begin_anywhere():
    keras.utils.set_random_seed(0)
    network = rim()
    strips = np.random.default_rng(0).normal(size=(2, 2 * BESIDE, AROUND, 2)).astype(np.float32)
    rolled = np.roll(strips, 12, axis=2)  # a multiple of the network's stride
    np.testing.assert_allclose(
        network.predict_on_batch(strips)["turn"], network.predict_on_batch(rolled)["turn"], rtol=1e-4, atol=1e-5
    )
