"""Classical models, each with one fault."""

import sys

import numpy as np


def raises(images, masks):
    raise ZeroDivisionError("no pixel\nis left")


def exits(images, masks):
    sys.exit()


def wrong_shape(images, masks):
    return images[..., 0]


def wrong_dtype(images, masks):
    return images.astype(np.float64)


def out_of_range(images, masks):
    return images + np.float32(1)


def not_a_number(images, masks):
    restored = images.copy()
    restored[-1, 0, 0] = np.nan
    return restored


def mutates(images, masks):
    images[:] = 0
    return images


def global_random(images, masks):
    return images * np.float32(np.random.rand())  # noqa: NPY002
