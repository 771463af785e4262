"""The light extractor finds drawn minutiae at their positions, and none elsewhere."""

import os
from pathlib import Path

import numpy as np
import pytest

from restore_fingerprint.minutiae.pairing import ledger
from restore_fingerprint.minutiae.skeleton import extract
from restore_fingerprint.synthetic import synthetic

DIRECTIONS = np.radians([0, 30, 77, 90, 135, 180, 222, 270, 300, 359])


def apart(first, second):
    return abs((np.degrees(first - second) + 180) % 360 - 180)


@pytest.mark.parametrize("kind", [1, 2])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_one_drawn_minutia_is_found(dislocation, direction, kind):
    place = (120.0, 131.0)
    found = extract(dislocation(direction, kind, place=place), 500)
    assert len(found) == 1
    assert np.hypot(found.x[0] - place[0], found.y[0] - place[1]) <= 3
    assert apart(found.direction[0], direction) < 10
    assert found.kind[0] == kind
    assert found.quality[0] > 0.7
    assert (found.shape, found.dpi) == ((256, 256), 500)


@pytest.mark.parametrize("period", [7.5, 9, 12])
def test_other_periods(dislocation, period):
    found = extract(dislocation(1.0, 1, period=period), 500)
    assert len(found) == 1
    assert np.hypot(found.x[0] - 128, found.y[0] - 128) <= 0.4 * period
    assert apart(found.direction[0], 1.0) < 10


@pytest.mark.parametrize("kind", [1, 2])
def test_small_prints_are_enlarged(dislocation, kind):
    found = extract(dislocation(2.0, kind, place=(50.0, 41.0), period=3.6, shape=(96, 96)), 200)
    assert len(found) == 1
    # In pixels of the given image: 1.2 are 3 at 500 dpi.
    assert np.hypot(found.x[0] - 50, found.y[0] - 41) <= 1.2
    assert apart(found.direction[0], 2.0) < 10
    assert (found.shape, found.dpi) == ((96, 96), 200)


def test_noise_and_faint_ridges(dislocation):
    rng = np.random.default_rng(0)
    image = 0.5 + 0.2 * (dislocation(0.5, 1) - 0.5) + rng.normal(0, 0.06, (256, 256))
    found = extract(np.clip(image, 0, 1).astype(np.float32), 500)
    assert len(found) <= 2
    assert np.hypot(found.x - 128, found.y - 128).min() <= 4


def test_straight_ridges_arcs_and_constant_images_have_none():
    rows, columns = np.indices((240, 240))
    straight = 0.5 + 0.4 * np.cos(2 * np.pi / 9 * (columns * 0.6 + rows * 0.8))
    far = np.hypot(rows + 200, columns - 120)
    for image in (straight, 0.5 + 0.4 * np.cos(2 * np.pi / 9 * far), np.ones((240, 240)), np.zeros((96, 96))):
        assert len(extract(image.astype(np.float32), 500)) == 0


def test_tiny_images():
    rng = np.random.default_rng(0)
    for shape in ((8, 8), (1, 30), (40, 9)):
        assert len(extract(rng.random(shape, np.float32), 500)) < 4


def test_a_rotated_print_has_its_minutiae_rotated():
    print_ = synthetic(None, size=(240, 240), dpi=500)[2].clean[:, :, 0]
    found, turned = extract(print_, 500), extract(np.ascontiguousarray(np.rot90(print_)), 500)
    assert len(found) > 5
    # Counter-clockwise by 90 degrees: (x, y) moves to (y, 239 - x).
    from dataclasses import replace

    wanted = replace(found, x=found.y, y=239 - found.x, direction=np.mod(found.direction + np.pi / 2, 2 * np.pi))
    book = ledger(wanted, turned, distance=4, angle=10)
    assert len(book.kept) >= 0.9 * len(found)
    assert len(book.invented) <= 0.1 * len(found)


def test_the_resolution_does_not_matter():
    large = synthetic(None, size=(240, 240), dpi=425)[2].clean[:, :, 0]
    small = large.reshape(120, 2, 120, 2).mean((1, 3))
    from restore_fingerprint.minutiae.values import scaled

    found, wanted = extract(small, 212.5), scaled(extract(large, 425), 0.5, (120, 120), 212.5)
    book = ledger(wanted, found)
    assert len(book.kept) >= 0.7 * max(len(found), len(wanted)) > 4


def test_it_is_deterministic_and_leaves_its_input_unchanged():
    print_ = synthetic(None)[4].clean[:, :, 0]
    before = print_.copy()
    first, second = extract(print_, 170), extract(print_, 170)
    np.testing.assert_array_equal(first.x, second.x)
    np.testing.assert_array_equal(first.direction, second.direction)
    np.testing.assert_array_equal(print_, before)
    assert first.direction.min() >= 0
    assert first.direction.max() < 2 * np.pi
    assert set(first.kind) <= {1, 2}


@pytest.mark.skipif("RESTORE_TEST_DATA" not in os.environ, reason="RESTORE_TEST_DATA names no real prints")
def test_real_prints_have_tens_of_minutiae():
    from PIL import Image

    paths = sorted(Path(os.environ["RESTORE_TEST_DATA"], "SOCOFing", "Real").glob("*.BMP"))[7::150]
    images = [np.asarray(Image.open(path).convert("L"), np.float32)[2:99, 2:92] / 255 for path in paths]
    counts = [len(extract(image, 200)) for image in images]
    assert 10 < np.median(counts) < 40
