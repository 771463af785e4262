"""Trained models, each with one fault."""

import os
import sys

import numpy as np

from restore.api import Network

WIDTH = "ZOO_WIDTH"
"""The environment variable that says how many filters `grows` has."""


def raises(shape):
    raise ZeroDivisionError("no weight\nis left")


def exits(shape):
    sys.exit(7)


def no_model(shape):
    return "a model"


def other_shape(shape):
    return _network((8, 8, 1))


def smaller(shape):
    return _network(shape, padding="valid")


def raises_training(shape):
    return _stepping(shape, lambda: 1 / 0)


def exits_training(shape):
    return _stepping(shape, lambda: sys.exit("bye"))


def finish_raises(shape):
    return Network(_network(shape), lambda images, outputs: outputs["mask"])


def finish_exits(shape):
    return Network(_network(shape), lambda images, outputs: sys.exit(7))


def finish_shape(shape):
    return Network(_network(shape), lambda images, outputs: {"image": outputs["image"][:, 1:]})


def finish_loses(shape):
    return Network(_network(shape), lambda images, outputs: {})


def finish_nan(shape):
    return Network(_network(shape), lambda images, outputs: {"image": np.full_like(images, np.nan)})


def finish_mutates(shape):
    def finish(images, outputs):
        images[:] = 0
        return outputs

    return Network(_network(shape), finish)


def grows(shape):
    import keras

    images = keras.Input(shape)
    wide = keras.layers.Conv2D(int(os.environ[WIDTH]), 1)(images)
    return keras.Model(images, keras.layers.Conv2D(shape[-1], 1)(wide))


def _network(shape, padding="same", kind=None):
    import keras

    images = keras.Input(shape)
    given = keras.layers.Conv2D(shape[-1], 3, padding=padding, activation="sigmoid")(images)
    return (kind or keras.Model)(images, given)


def _stepping(shape, step):
    """Return a network that does `step` when its third training step is traced."""
    import keras

    class Stepping(keras.Model):
        steps = 0

        def train_step(self, data):
            return step()

    return _network(shape, kind=Stepping)
