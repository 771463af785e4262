"""Damage is keyed by the sample, adds up in its mask, and is held to the contract."""

import sys

import numpy as np
import pytest

from restore.api import Damaged
from restore.errors import ComponentError
from restore.pipeline.damage import FIXED, Chain, damage, damage_all, damage_windows
from restore.plugins.boundary import Bound, bind
from restore.plugins.catalogue import Catalogue, Entry
from restore.plugins.components import Corruption
from restore.plugins.discovery import Plugin

KEYS = [(f"{i:03d}",) for i in range(12)]
CLEAN = np.random.default_rng(1).uniform(0.2, 0.8, (12, 20, 24, 1)).astype(np.float32)
NONE = [None] * 12


def chain(*specs, position=0):
    catalogue = Catalogue.installed()
    return Chain(
        "x", None, position, tuple(bind(catalogue.find("corruption", name), options) for name, options in specs)
    )


def own(function):
    entry = Entry(Corruption("own", "tests:own", "Of this test."), Plugin("p", "dist-of-p", "1.2", "ok"))
    return Chain("own", None, 0, (Bound(entry, function, {}),))


BOX = ("box", {"size": 6})
NOISE = ("noise", {"amount": 0.2})


def test_a_sample_gets_the_same_damage_in_any_order_and_batch():
    both = [chain(BOX), chain(NOISE, position=1)]
    whole = damage_all(both, CLEAN, KEYS, NONE, seed=3, epoch=5)
    order = np.random.default_rng(0).permutation(12)
    mixed = damage_all(both, CLEAN[order], [KEYS[i] for i in order], NONE, seed=3, epoch=5)
    assert np.array_equal(whole.images[order], mixed.images)
    single = damage_all(both, CLEAN[7:8], KEYS[7:8], [None], seed=3, epoch=5)
    assert np.array_equal(whole.images[7], single.images[0])
    assert np.array_equal(whole.masks[7], single.masks[0])


@pytest.mark.parametrize("change", [{"seed": 4}, {"epoch": 6}, {"epoch": FIXED}])
def test_another_seed_or_epoch_draws_anew(change):
    key = {"seed": 3, "epoch": 5}
    first = damage_all([chain(BOX)], CLEAN, KEYS, NONE, **key)
    second = damage_all([chain(BOX)], CLEAN, KEYS, NONE, **(key | change))
    assert not np.array_equal(first.masks, second.masks)


def test_the_same_corruption_at_another_place_draws_anew():
    first = damage_all([chain(BOX)], CLEAN, KEYS, NONE, seed=1, epoch=0)
    second = damage_all([chain(BOX, position=1)], CLEAN, KEYS, NONE, seed=1, epoch=0)
    twice = damage_all([chain(BOX, BOX)], CLEAN, KEYS, NONE, seed=1, epoch=0)
    assert not np.array_equal(first.masks, second.masks)
    assert (twice.masks.sum(axis=(1, 2)) > 36).any(), "two boxes of one chain lie at the same place"


def test_several_corruptions_are_each_drawn_for_some_samples():
    done = damage_all([chain(BOX), chain(NOISE, position=1)], CLEAN, KEYS, NONE, seed=0, epoch=0)
    covered = done.masks.mean(axis=(1, 2))
    assert (covered == 1).any(), "no sample got noise"
    assert (covered < 1).any(), "no sample got a box"


def test_a_chain_unites_masks_and_truths():
    done = damage(chain(BOX, ("noise", {"kind": "salt-pepper", "amount": 0.1})), CLEAN[0], ("a",), seed=0, epoch=0)
    changed = (done.image != CLEAN[0]).any(axis=-1)
    assert not (changed & ~done.mask).any()
    assert 36 < done.mask.sum() < done.mask.size
    assert len(done.truth) >= 2


def test_damage_lies_on_top_of_a_partner():
    partner = Damaged(np.ones_like(CLEAN[0]), truth={"angle": 3})
    done = damage(chain(BOX), CLEAN[0], ("a",), seed=0, epoch=0, partner=partner)
    assert done.mask.all()
    assert done.truth["angle"] == 3
    assert (done.image == 1).any()
    assert (done.image == 0).any()


def test_without_steps_the_partner_is_the_damage():
    partner = Damaged(CLEAN[1], mask=None, name="cut", level="hard")
    done = damage(Chain("", None, 0, ()), CLEAN[0], ("a",), seed=0, epoch=0, partner=partner)
    assert np.array_equal(done.image, CLEAN[1])
    assert np.array_equal(done.mask, (CLEAN[0] != CLEAN[1])[..., 0])


def _mutates(image, rng):
    image[0] = 0
    return Damaged(image)


@pytest.mark.parametrize(
    ("function", "value"),
    [
        (_mutates, "ValueError"),
        (lambda image, rng: image, "ndarray"),
        (lambda image, rng: Damaged(image.astype(np.float64)), "float64"),
        (lambda image, rng: Damaged(image[:5]), "(5, 24, 1)"),
        (lambda image, rng: Damaged(image + 1), f"{CLEAN[0].max() + 1:g}"),
        (lambda image, rng: Damaged(image * np.float32("nan")), "nan"),
        (lambda image, rng: Damaged(image * 0, mask=np.zeros((20, 24), bool)), "mask"),
        (lambda image, rng: Damaged(image, mask=np.zeros((20, 24))), "float64 (20, 24)"),
        (lambda image, rng: 1 / 0, "ZeroDivisionError"),
        (lambda image, rng: sys.exit(3), "sys.exit(3)"),
    ],
)
def test_a_corruption_that_breaks_the_contract_is_named(function, value):
    with pytest.raises(ComponentError) as error:
        damage(own(function), CLEAN[0], ("print-7",), seed=0, epoch=0)
    assert value in error.value.what
    assert "print-7" in error.value.what
    assert "dist-of-p 1.2" in error.value.where


PLACES = [(slice(0, 10), slice(2, 12)), (slice(10, 20), slice(12, 22))]


def test_windows_are_damaged_each_by_itself_and_laid_back():
    done = damage_windows(chain(BOX), CLEAN[0], "a", PLACES, seed=0, epoch=FIXED)
    for number, place in enumerate(PLACES):
        alone = damage(chain(BOX), CLEAN[0][place], ("a", number), seed=0, epoch=FIXED)
        assert np.array_equal(done.image[place], alone.image)
        assert np.array_equal(done.mask[place], alone.mask)
        assert done.truth["windows"][number]["place"] == [place[0].start, place[1].start, 10, 10]
    outside = np.ones((20, 24), bool)
    for place in PLACES:
        outside[place] = False
    assert np.array_equal(done.image[outside], CLEAN[0][outside])
    assert not done.mask[outside].any()


def test_windows_of_a_pair_add_to_its_damage():
    mask = np.zeros((20, 24), bool)
    mask[:, :3] = True
    partner = Damaged(np.where(mask[..., None], 0, CLEAN[0]).astype(np.float32), mask, {"cut": 3})
    plain = damage_windows(Chain("", None, 0, ()), CLEAN[0], "a", PLACES, seed=0, epoch=FIXED, partner=partner)
    assert np.array_equal(plain.image, partner.image)
    assert plain.truth == {"cut": 3}
    done = damage_windows(chain(BOX), CLEAN[0], "a", PLACES, seed=0, epoch=FIXED, partner=partner)
    assert (done.mask & ~mask).any()
    assert done.mask[mask].all()
    assert not partner.mask[:, 3:].any(), "the partner is left as it was"
    assert done.truth["cut"] == 3
