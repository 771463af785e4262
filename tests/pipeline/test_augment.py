"""Augmentation changes clean image, partner and mask alike, by keys alone, and is held to its contract."""

import numpy as np
import pytest

from restore.errors import ComponentError
from restore.pipeline.augment import augment, is_left
from restore.plugins.boundary import Bound, bind
from restore.plugins.catalogue import Catalogue, Entry
from restore.plugins.components import Augmentation
from restore.plugins.discovery import Plugin
from restore.plugins.values import Damaged

CLEAN = np.random.default_rng(2).random((6, 12, 12, 1), np.float32)
KEYS = [(f"{i}", i) for i in range(6)]
NONE = [None] * 6


def steps(*names):
    catalogue = Catalogue.installed()
    return [bind(catalogue.find("augmentation", name), {}) for name in names]


def own(function, **fields):
    entry = Entry(Augmentation("own", "tests:own", "Of this test.", **fields), Plugin("p", "dist-of-p", "1.2", "ok"))
    return [Bound(entry, function, {})]


def pairs(truth):
    mask = np.zeros((12, 12), bool)
    mask[2:5, 3:9] = True
    return [Damaged(np.where(mask[..., None], 0, one).astype(np.float32), mask, truth) for one in CLEAN]


def test_without_steps_nothing_changes():
    images, partners = augment([], CLEAN, NONE, KEYS, seed=0, epoch=0)
    assert images is CLEAN
    assert partners == NONE


def test_draws_are_keyed_by_seed_epoch_and_image():
    both = steps("turn", "shift-grey")
    whole, _ = augment(both, CLEAN, NONE, KEYS, seed=3, epoch=1)
    single, _ = augment(both, CLEAN[4:5], [None], KEYS[4:5], seed=3, epoch=1)
    assert np.array_equal(whole[4], single[0])
    for change in ({"seed": 4}, {"epoch": 2}):
        other, _ = augment(both, CLEAN, NONE, KEYS, **{"seed": 3, "epoch": 1} | change)
        assert not np.array_equal(whole, other)


def test_a_pair_and_its_mask_are_changed_alike():
    for partners in (pairs({}), [Damaged(one.image) for one in pairs({})]):
        images, changed = augment(steps("turn", "flip"), CLEAN, partners, KEYS, seed=0, epoch=0)
        assert not np.array_equal(images, CLEAN)
        for image, partner in zip(images, changed, strict=True):
            assert partner.mask.sum() == 18
            assert (partner.image[partner.mask] == 0).all()
            assert np.array_equal(partner.image[~partner.mask], image[~partner.mask])


def test_pairs_whose_truth_may_hold_places_are_not_moved():
    partners = pairs({"corner": [2, 3]})
    images, changed = augment(steps("turn"), CLEAN, partners, KEYS, seed=0, epoch=0)
    assert np.array_equal(images, CLEAN)
    assert changed[0].truth == {"corner": [2, 3]}
    shifted, changed = augment(steps("shift-grey"), CLEAN, partners, KEYS, seed=0, epoch=0)
    assert not np.array_equal(shifted, CLEAN)
    assert np.array_equal(changed[0].mask, partners[0].mask)
    assert [is_left(step, partners[0]) for step in steps("turn", "shift-grey")] == [True, False]


@pytest.mark.parametrize(
    ("function", "seen"),
    [
        (lambda images, mask, rng: images, "ndarray"),
        (lambda images, mask, rng: (images[:, 1:], mask), "(1, 11, 12, 1)"),
        (lambda images, mask, rng: (images * 2, mask), "values"),
        (lambda images, mask, rng: (images, mask[1:]), "bool (11, 12)"),
        (lambda images, mask, rng: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_an_augmentation_that_breaks_the_contract_is_named(function, seen):
    with pytest.raises(ComponentError) as error:
        augment(own(function), CLEAN, NONE, KEYS, seed=0, epoch=0)
    assert seen in error.value.what
    assert error.value.where == "augmentation p/own of dist-of-p 1.2"
