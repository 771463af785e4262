"""A frame is found where it is, and background is left alone."""

import os
from pathlib import Path

import numpy as np
import pytest

from restore.images import read
from restore.pipeline.data.trim import Frames, cut

RNG = np.random.default_rng(3)


def found(images):
    frames = Frames()
    for image in images:
        frames.add(image)
    return frames.margins()


def framed(margins, count=10, shape=(40, 30), channels=1):
    """Noise, another in every image, within a frame whose lines all differ."""
    images = []
    frame = np.random.default_rng(0).random((*shape, channels), np.float32)
    for _ in range(count):
        image = frame.copy()
        inner = cut(image, margins)
        inner[...] = RNG.random(inner.shape, np.float32)
        images.append(image)
    return images


@pytest.mark.parametrize("margins", [(2, 4, 2, 4), (0, 0, 0, 3), (6, 6, 6, 6), (1, 0, 0, 0)])
def test_a_frame_is_taken_off(margins):
    assert found(framed(margins)) == {(40, 30, 1): margins}


def test_a_frame_of_one_value_is_taken_off():
    images = framed((0, 0, 0, 0))
    for image in images:
        image[:, -4:] = 0
    assert found(images) == {(40, 30, 1): (0, 0, 0, 4)}


def test_at_most_six_lines():
    assert found(framed((9, 0, 0, 0))) == {(40, 30, 1): (6, 0, 0, 0)}


def test_eight_images_are_needed():
    assert found(framed((2, 2, 2, 2), count=7)) == {}
    assert found(framed((2, 2, 2, 2), count=8)) != {}


def test_alpha_makes_a_frame():
    images = [
        np.concatenate([RNG.random((20, 20, 1), np.float32), np.ones((20, 20, 1), np.float32)], 2) for _ in range(9)
    ]
    for image in images:
        image[-3:] = 0
    assert found(images) == {(20, 20, 2): (0, 3, 0, 0)}


def test_equal_images_have_no_frame():
    assert found([framed((0, 0, 0, 0), count=1)[0]] * 10) == {}


def test_background_that_goes_on_inside_is_no_frame():
    images = framed((0, 0, 0, 0), count=10)
    for number, image in enumerate(images):
        image[: 3 + number % 3] = 1  # three lines are blank in every image, the fourth in most
    assert found(images) == {}


def test_each_size_by_itself():
    both = framed((2, 0, 0, 0)) + framed((0, 0, 1, 0), shape=(21, 22))
    assert found(both) == {(40, 30, 1): (2, 0, 0, 0), (21, 22, 1): (0, 0, 1, 0)}


@pytest.mark.parametrize("side", [1, 2, 3, 5])
def test_small_images_keep_a_middle(side):
    same = np.zeros((side, side, 1), np.float32)
    images = [same] * 9 + [same + 1]
    for margins in found(images).values():
        assert cut(same, margins).size
    assert found(images) == {}


@pytest.mark.parametrize("seed", range(5))
def test_the_frame_of_socofing(seed):
    root = os.environ.get("RESTORE_TEST_DATA")
    if not root:
        pytest.skip("RESTORE_TEST_DATA is not set")
    files = sorted(Path(root, "SOCOFing", "Real").glob("*.BMP"))
    images = []
    for number in np.random.default_rng(seed).choice(len(files), 16, replace=False):
        file = read(files[number])
        if file.alpha is not None:
            images.append(np.concatenate([file.pixels, file.alpha[..., None]], 2))
    assert found(images) == {(103, 96, 4): (2, 4, 2, 4)}
    assert cut(images[0], (2, 4, 2, 4)).shape == (97, 90, 4)
