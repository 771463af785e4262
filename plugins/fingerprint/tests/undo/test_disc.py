"""A disc that was turned by us is turned back by what its pixels tell."""

import numpy as np
import pytest
from scipy import ndimage

from restore_fingerprint.alterations.obliteration import obliteration
from restore_fingerprint.alterations.rotation import rotation
from restore_fingerprint.synthetic import synthetic
from restore_fingerprint.undo.disc import BEYOND, Disc, disc_in, look_at, turn_back
from restore_fingerprint.undo.inverse import quarter
from restore_fingerprint.undo.traces import find_trace
from restore_fingerprint.undo.traces import rotation as matrix
from restore_fingerprint.undo.turns import AROUND, BESIDE, RADIUS, possible_turns, strips

HARD = {"radius": 0.3, "least": 80, "most": 175, "spread": 0.05}


@pytest.fixture(scope="module")
def altered():
    """Return clean prints, their altered images, and what was drawn."""
    prints = synthetic(None, count=12, sensor="socofing", seed=5)
    clean = [prints[i].clean for i in range(12)]
    damaged = [rotation(one, np.random.default_rng(i), **HARD) for i, one in enumerate(clean)]
    return list(zip(clean, damaged, strict=True))


def drawn(damaged):
    return Disc(damaged.truth["centre"].astype(float), float(damaged.truth["radius"][0])), int(
        damaged.truth["angle"][0]
    )


def right_turn(turns, lattice, damaged):
    """Return the number of the turn that takes the disc to where it came from, None where it is not among them."""
    disc, angle = drawn(damaged)
    for number, turn in enumerate(turns):
        back, offset = lattice.source(turn.quarters, turn.shift)
        if np.allclose(back, matrix(angle)) and np.abs(disc.centre - matrix(angle) @ disc.centre - offset).max() < 0.3:
            return number
    return None


def test_angles_are_found_up_to_quarter_turns(altered):
    found = []
    for _, damaged in altered:
        disc, angle = drawn(damaged)
        trace = find_trace(damaged.image[..., 0].astype(float), disc.within((96, 96), 5))
        found.append(trace.angle == angle % 90)
    assert np.mean(found) > 0.8


def test_what_was_not_turned_has_no_traces(altered):
    for number, (clean, damaged) in enumerate(altered):
        burnt = obliteration(clean, np.random.default_rng(number)).image
        disc = drawn(damaged)[0]
        assert look_at(clean, disc) is None or look_at(clean, disc).strength < 1.8
        assert look_at(burnt, disc) is None or look_at(burnt, disc).strength < 1.8


def test_the_right_turn_gives_back_the_pixels(altered):
    errors = []
    for clean, damaged in altered:
        disc, _ = drawn(damaged)
        found = disc.within((96, 96))
        turned = look_at(damaged.image, disc_in(found))
        if turned is None:
            continue
        turns = turned.turns()
        right = right_turn(turns, turned.lattice, damaged)
        if right is None:
            continue

        def choose(seen, right=right):
            return 99 * np.eye(len(seen), dtype=np.float32)[right]

        undone = turn_back(damaged.image, found, choose)
        assert undone.sure > 0.999
        assert (undone.angle - damaged.truth["angle"][0]) % 360 == 0
        assert np.hypot(*(undone.disc.centre - disc.centre)) < 0.5
        assert not (undone.moved & undone.missing).any()
        np.testing.assert_array_equal(undone.image[~undone.moved], damaged.image[~undone.moved])
        errors.append(np.square(undone.image - clean)[undone.moved].mean())
    assert len(errors) > 8
    assert np.median(errors) < 0.005, "where the altered disc has .1 to .3"


def test_turns_are_about_centres_near_the_given_one(altered):
    _, damaged = altered[0]
    disc, _ = drawn(damaged)
    lattice = look_at(damaged.image, disc).lattice
    turns = possible_turns(lattice, disc.centre, 3)
    assert len({(one.quarters, *one.shift) for one in turns}) == len(turns) > 50
    for turn in turns:
        back, offset = lattice.source(turn.quarters, turn.shift)
        np.testing.assert_allclose(back @ turn.centre + offset, turn.centre, atol=1e-9)
        assert np.hypot(*(turn.centre - disc.centre)) <= 3


def test_strips_after_the_right_turn_show_the_clean_print(altered):
    compared = []
    for clean, damaged in altered[:6]:
        disc, _ = drawn(damaged)
        turned = look_at(damaged.image, disc)
        right = turned and right_turn(turned.turns(), turned.lattice, damaged)
        if right is None:
            continue
        turn = turned.turns()[right]
        seen = strips(damaged.image[..., 0].astype(float), turned.lattice, [turn], disc.radius)[0]
        assert seen.shape == (2 * BESIDE, AROUND, 2)
        known = seen[: BESIDE - 8, :, 1] > 0
        around = np.arange(AROUND) * 2 * np.pi / AROUND
        rays = disc.radius + max(1, disc.radius / RADIUS) * (0.5 + np.arange(-BESIDE, -8))
        rows, columns = (turn.centre[i] + rays[:, None] * f(around) for i, f in enumerate((np.sin, np.cos)))
        truth = ndimage.map_coordinates(clean[..., 0], (rows, columns), order=1)
        compared.append(np.corrcoef(truth[known], seen[: BESIDE - 8, :, 0][known])[0, 1])
    assert np.median(compared) > 0.95


def test_a_disc_is_what_most_of_a_mask_is():
    disc = Disc(np.array([40.0, 50.0]), 20.0)
    found = disc.within((96, 96))
    found[38:42, 48:52] = False  # a hole
    found[2:5, 2:5] = True  # and something else
    seen = disc_in(found)
    np.testing.assert_allclose(seen.centre, disc.centre, atol=0.2)
    assert abs(seen.radius + BEYOND - 20) < 0.3
    assert disc_in(np.zeros((96, 96), bool)) is None


def test_quarter_turns_are_exact():
    assert [quarter(k).tolist() for k in range(2)] == [[[1, 0], [0, 1]], [[0, 1], [-1, 0]]]
    np.testing.assert_array_equal(quarter(1) @ quarter(3), np.eye(2))
