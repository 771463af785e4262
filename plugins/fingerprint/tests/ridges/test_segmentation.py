"""The foreground is where ridges were drawn, and plausible on real prints."""

import os
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from restore_fingerprint.ridges import foreground
from restore_fingerprint.synthetic import synthetic


def disc(shape, radius, centre=None):
    rows, columns = np.indices(shape)
    row, column = centre or ((shape[0] - 1) / 2, (shape[1] - 1) / 2)
    return np.hypot(rows - row, columns - column) <= radius


def overlap(first, second):
    return np.count_nonzero(first & second) / np.count_nonzero(first | second)


@pytest.mark.parametrize(("side", "ridge", "sigma"), [(96, 3.2, 4), (300, 9, 10)])
@pytest.mark.parametrize("paper", [1.0, 0.6])
def test_a_drawn_finger_is_found(grating, side, ridge, sigma, paper):
    finger = disc((side, side), side / 3)
    rng = np.random.default_rng(0)
    image = np.where(finger, grating(0.7, ridge, (side, side)), paper + rng.normal(0, 0.01, (side, side)))
    found = foreground(np.clip(image, 0, 1), sigma=sigma)
    assert overlap(found, finger) > 0.8
    assert np.count_nonzero(finger & ~found) < 0.02 * np.count_nonzero(finger)


def test_specks_are_removed_gaps_closed_and_holes_kept(grating):
    finger = disc((96, 96), 36)
    image = np.where(finger, grating(0.7, 3.2), 1)
    image[3:5, 3:5] = 0
    image[40:44, 20:70] = 1
    found = foreground(image)
    assert not found[:10, :10].any()
    assert found[40:44, 24:66].all()
    image[30:62, 30:62] = 0
    assert not foreground(image)[44:48, 44:48].any()


def test_all_or_nothing(grating):
    assert foreground(grating(0.2, 3)).all()
    assert not foreground(np.full((96, 96), 0.5)).any()
    assert not foreground(1 - np.random.default_rng(0).random((96, 96)) / 50).any()
    assert foreground(np.zeros((2, 5)), sigma=0.2).shape == (2, 5)


def test_a_batch_equals_its_images_and_quarter_turns_follow():
    prints = np.stack([synthetic(None)[i].clean for i in range(3)])
    together = foreground(prints)
    assert together.shape == (3, 96, 96)
    assert together.dtype == bool
    for one, found in zip(prints, together, strict=True):
        np.testing.assert_array_equal(foreground(one[:, :, 0]), found)
        assert overlap(foreground(np.rot90(one[:, :, 0])), np.rot90(found)) > 0.99
    assert foreground(prints[:0]).shape == (0, 96, 96)


@pytest.mark.skipif("RESTORE_TEST_DATA" not in os.environ, reason="RESTORE_TEST_DATA names no real prints")
@pytest.mark.parametrize(("folder", "sigma"), [("SOCOFing/Real", 4), ("fvc2002/DB1_B", 10), ("fvc2002/DB3_B", 10)])
def test_real_prints(folder, sigma):
    from PIL import Image

    paths = sorted(Path(os.environ["RESTORE_TEST_DATA"], folder).iterdir())
    for path in paths[1 :: len(paths) // 8]:
        image = np.asarray(Image.open(path).convert("L"), np.float32) / 255
        if folder == "SOCOFing/Real":
            image = image[2:99, 2:92]
        found = foreground(image, sigma=sigma)
        assert 0.15 < found.mean() < 0.99
        # The background has no ridges, though perhaps shading.
        waves = image - ndimage.gaussian_filter(image, sigma)
        assert waves[~found].std() < 0.45 * waves[found].std()
