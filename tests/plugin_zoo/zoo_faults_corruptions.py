"""Corruptions, each with one fault; `picture` is the one of zoo-tiny/twelve on which it shows, None for every one."""

import itertools
import sys

import numpy as np

from restore.api import Damaged, RequestError

CALLS = itertools.count(1)


def raises(image, rng, *, picture: int | None = None):
    if _meant(image, picture):
        raise ZeroDivisionError("the angle\nis zero")
    return fine(image, rng)


def raises_late(image, rng, *, call: int = 1):
    if next(CALLS) == call:
        raise ZeroDivisionError("the angle is zero")
    return fine(image, rng)


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def raises_unspeakable(image, rng):
    raise Unspeakable


def refuses(image, rng, *, picture: int | None = None):
    if _meant(image, picture):
        raise RequestError(ValueError("too small"))  # an error in place of a sentence
    return fine(image, rng)


def exits(image, rng, *, picture: int | None = None):
    if _meant(image, picture):
        sys.exit("bye")
    return fine(image, rng)


def wrong_shape(image, rng, *, picture: int | None = None):
    return Damaged(image[1:]) if _meant(image, picture) else fine(image, rng)


def wrong_dtype(image, rng, *, picture: int | None = None):
    return Damaged(image.astype(np.float64)) if _meant(image, picture) else fine(image, rng)


def out_of_range(image, rng, *, picture: int | None = None):
    return Damaged(image * np.float32(255)) if _meant(image, picture) else fine(image, rng)


def not_a_number(image, rng, *, picture: int | None = None):
    damaged = fine(image, rng)
    damaged.image[3, 3] = np.nan if _meant(image, picture) else 0
    return damaged


def no_damaged(image, rng, *, picture: int | None = None):
    return 1 - image if _meant(image, picture) else fine(image, rng)


def mutates(image, rng, *, picture: int | None = None):
    if _meant(image, picture):
        image[:4] = 0
    return fine(image, rng)


def mutates_unlocked(image, rng):
    image.setflags(write=True)
    image[:4] = 0
    return Damaged(image)


def bad_mask_shape(image, rng, *, picture: int | None = None):
    mask = np.ones(image.shape, bool)
    return Damaged(fine(image, rng).image, mask if _meant(image, picture) else None)


def leaky_mask(image, rng, *, picture: int | None = None):
    mask = np.zeros(image.shape[:2], bool)
    return Damaged(fine(image, rng).image, mask if _meant(image, picture) else None)


def bad_truth(image, rng, *, picture: int | None = None):
    return Damaged(fine(image, rng).image, truth={"image": Damaged} if _meant(image, picture) else {})


def global_random(image, rng):
    damaged = image.copy()
    damaged[np.random.randint(len(image))] = 0  # noqa: NPY002
    return Damaged(damaged)


def bad_option(image, rng, *, rule: np.random.Generator | None = None):
    return fine(image, rng)


def fine(image, rng):
    damaged = image.copy()
    damaged[:, 4:8] = 1 - damaged[:, 4:8]
    return Damaged(damaged)


def _meant(image, picture):
    return picture is None or round(float(image[0, 0, 0]) * 255) == picture
