"""Windows go to the restorer of their damage; each learns from its own."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from restore.api import TrainingBatch
from restore.builtin.models.find_restore.batches import SIDE, windows_near
from restore.builtin.models.find_restore.experts import EVERYWHERE, EXPERTS, HOLES, THROUGH, expert_of


def waves(length, side=96, angle=0.3, contrast=0.4):
    """Return waves of `length` pixels, (H, W, 1)."""
    rows, columns = np.mgrid[:side, :side] * 2 * np.pi / length
    image = 0.5 + contrast * np.sin(math.cos(angle) * rows + math.sin(angle) * columns)
    return image[..., None].astype(np.float32)


@pytest.mark.parametrize("colour", [0, 0.5, 1])
def test_holes_have_a_restorer_of_their_own(colour):
    marked = box()
    assert expert_of(window(np.where(marked[..., None], colour, waves(4)), marked)) == HOLES
    assert expert_of(window(np.full_like(waves(4), colour), np.ones_like(marked))) == HOLES, "nothing shows"


def test_damage_that_something_shows_through_and_damage_everywhere_have_others():
    marked = box()
    assert expert_of(window(waves(4), marked)) == THROUGH
    painted = waves(4)
    painted[30:44, 30:50] = 0
    assert expert_of(window(painted, marked)) == THROUGH, (
        "less than three quarters of the marked pixels have one colour"
    )
    assert expert_of(window(waves(4), np.ones_like(marked))) == EVERYWHERE
    assert expert_of(window(waves(4), np.zeros_like(marked))) == THROUGH


def window(image, marked):
    return np.concatenate([image, marked[..., None]], axis=-1, dtype=np.float32)


def batch_of(images, mask):
    clean = np.stack(images)
    masks = np.broadcast_to(mask, clean.shape[:3]).copy()
    return TrainingBatch(
        clean, np.where(masks[..., None], 0, clean), masks, [{}] * len(clean), np.random.default_rng(0)
    )


def box():
    mask = np.zeros((96, 96), bool)
    mask[30:50, 30:50] = True
    return mask


def test_an_expert_learns_from_its_share_and_from_its_own_windows():
    holes = batch_of([waves(9, angle=0.1 * i) for i in range(12)], box())
    damaged = holes.damaged.copy()
    damaged[2:] = np.where(holes.masks[2:, ..., None], 1 - holes.clean[2:], holes.clean[2:])
    few_holes = replace(holes, damaged=damaged)
    for name in (HOLES, THROUGH):
        x, y, weights = windows_near(few_holes, name)
        assert x.shape == (4, SIDE, SIDE, 2)
        assert y["image"].shape == (*weights["image"].shape, 1) == (4, SIDE, SIDE, 1)
        assert {expert_of(one) for one in x} == {name}
        assert len({one.tobytes() for one in x}) > 2, "windows differ where images are too few"


def test_an_expert_without_windows_of_its_own_learns_from_others(monkeypatch):
    monkeypatch.setattr("restore.builtin.models.find_restore.batches.FALSE", 0)
    monkeypatch.setattr("restore.builtin.models.find_restore.batches.SLOPPY", 0)
    holes = batch_of([waves(9)] * 6, box())
    for name in EXPERTS:
        x, _, _ = windows_near(holes, name)
        assert x.shape == (2, SIDE, SIDE, 2)
        assert {expert_of(one) for one in x} == {HOLES}
    x, _, _ = windows_near(batch_of([waves(9)], box()), HOLES)
    assert len(x) == 1


def test_one_generator_draws_everything():
    first, again = (windows_near(batch_of([waves(4)] * 9, box()), HOLES)[0] for _ in range(2))
    assert_array_equal(first, again)
