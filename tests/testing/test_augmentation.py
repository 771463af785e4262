"""The checks of an augmentation fail for each wrong one, with a sentence that says why."""

import itertools

import numpy as np
import pytest

from restore.plugins.components import Augmentation


def right(images, mask, rng):
    if rng.random() < 0.5:
        return images[:, ::-1].copy(), mask[::-1].copy()
    return images.copy(), mask.copy()


def not_a_tuple(images, mask, rng):
    return images


def other_shape(images, mask, rng):
    return images[:, 1:], mask[1:]


def one_of_the_pair(images, mask, rng):
    images = images.copy()
    images[0] = images[0, ::-1].copy()
    return images, mask


def not_the_mask(images, mask, rng):
    return images[:, ::-1].copy(), mask


def writing(images, mask, rng):
    if images.flags.writeable:
        images[:] = 0
    return images.copy(), mask


def own_generator(images, mask, rng):
    return np.clip(images * np.float32(np.random.default_rng().random()), 0, 1), mask


COUNTER = itertools.count()


def counting(images, mask, rng):
    return images * np.float32(next(COUNTER) % 7 / 7), mask


def global_random(images, mask, rng):
    return images * np.float32(np.random.rand()), mask  # noqa: NPY002


def never(images, mask, rng):
    return images, mask


def judge(judged, function):
    return judged(Augmentation("own", f"{__name__}:{function.__name__}", "Of this test."))


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (not_a_tuple, "not a tuple"),
        (other_shape, "not float32 (1, 96, 96, 1)"),
        (one_of_the_pair, "differently"),
        (not_the_mask, "differently"),
        (writing, "changes the arrays"),
        (own_generator, "a generator of its own"),
        (counting, "state kept between calls"),
        (global_random, "global random state"),
    ],
)
def test_a_wrong_augmentation_is_found(judged, function, words):
    problems, _ = judge(judged, function)
    assert any(words in problem for _, problem in problems), problems


def test_a_right_one_passes_and_one_without_draws_is_noted(judged):
    assert judge(judged, right) == ([], [])
    assert judge(judged, never) == ([], ["always changes images in the same way"])
