"""Windows go to the restorer of their detail; each learns from its own."""

import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from restore.api import TrainingBatch
from restore.builtin.models.find_restore.batches import SIDE, windows_near
from restore.builtin.models.find_restore.experts import COARSE, EVERYWHERE, EXPERTS, FINE, THROUGH, expert_of, period


def waves(length, side=96, angle=0.3, contrast=0.4):
    """Return waves of `length` pixels, (H, W, 1)."""
    rows, columns = np.mgrid[:side, :side] * 2 * np.pi / length
    image = 0.5 + contrast * np.sin(math.cos(angle) * rows + math.sin(angle) * columns)
    return image[..., None].astype(np.float32)


@pytest.mark.parametrize("length", [4, 6, 9, 16])
@pytest.mark.parametrize("angle", [0, 0.8, 1.5])
def test_the_period_of_waves_is_found_at_any_contrast_and_beside_damage(length, angle):
    # A difference between neighbours is less steep than the wave itself, by a fifth at four pixels a period.
    expected = pytest.approx(length, rel=0.03 + 3 / length**2)
    plain = np.ones((96, 96), bool)
    assert period(waves(length, angle=angle), plain) == expected
    assert period(waves(length, angle=angle, contrast=0.05), plain) == expected
    damaged = waves(length, angle=angle)
    plain[30:60, 30:60] = False
    damaged[30:60, 30:60] = np.random.default_rng(0).random((30, 30, 1))
    assert period(damaged, plain) == expected


def test_nothing_has_no_period():
    assert period(np.full((8, 8, 3), 0.5, np.float32), np.ones((8, 8), bool)) == math.inf
    assert period(waves(4, 8), np.zeros((8, 8), bool)) == math.inf


@pytest.mark.parametrize(("length", "name"), [(3, FINE), (4, FINE), (7, COARSE), (30, COARSE)])
@pytest.mark.parametrize("colour", [0, 0.5, 1])
def test_a_hole_goes_by_the_detail_around_it(length, name, colour):
    marked = box()
    assert expert_of(window(np.where(marked[..., None], colour, waves(length)), marked)) == name


def test_damage_that_something_shows_through_and_damage_everywhere_have_restorers_of_their_own():
    marked = box()
    assert expert_of(window(waves(4), marked)) == THROUGH
    painted = waves(4)
    painted[30:44, 30:50] = 0
    assert expert_of(window(painted, marked)) == THROUGH, (
        "less than three quarters of the marked pixels have one colour"
    )
    assert expert_of(window(waves(4), np.ones_like(marked))) == EVERYWHERE
    assert expert_of(window(np.zeros_like(waves(4)), np.ones_like(marked))) == COARSE, "nothing shows"
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
    few_fine = batch_of([waves(4, angle=0.1)] * 2 + [waves(9, angle=0.1 * i) for i in range(10)], box())
    for name in (FINE, COARSE):
        x, y, weights = windows_near(few_fine, name)
        assert x.shape == (4, SIDE, SIDE, 2)
        assert y["image"].shape == (*weights["image"].shape, 1) == (4, SIDE, SIDE, 1)
        assert {expert_of(one) for one in x} == {name}
        assert len({one.tobytes() for one in x}) > 2, "windows differ where images are too few"


def test_an_expert_without_windows_of_its_own_learns_from_others(monkeypatch):
    monkeypatch.setattr("restore.builtin.models.find_restore.batches.FALSE", 0)
    monkeypatch.setattr("restore.builtin.models.find_restore.batches.SLOPPY", 0)
    coarse = batch_of([waves(9)] * 6, box())
    for name in EXPERTS:
        x, _, _ = windows_near(coarse, name)
        assert x.shape == (2, SIDE, SIDE, 2)
        assert {expert_of(one) for one in x} == {COARSE}
    x, _, _ = windows_near(batch_of([waves(9)], box()), FINE)
    assert len(x) == 1


def test_one_generator_draws_everything():
    first, again = (windows_near(batch_of([waves(4)] * 9, box()), FINE)[0] for _ in range(2))
    assert_array_equal(first, again)
