"""A network of one layer, with another that turns bad."""

from typing import Literal

PLACES = ("output", "loss", "weight", "validation")


def poisoned(shape, *, place: Literal["output", "loss", "weight", "validation"], step: int, value: float | str = "nan"):
    """Return a network that is sound for `step` training steps; then `value` comes out at `place`."""
    import keras
    from keras import ops

    class Poison(keras.layers.Layer):
        def build(self, shape):
            self.steps = self.add_weight(name="steps", shape=(), trainable=False, initializer="zeros")
            self.sum = self.add_weight(name="sum", shape=(), trainable=False, initializer="zeros")

        def call(self, images, training=False):
            if not training:
                bad = ops.where(self.steps > step, float(value), 0.0)
                return images + bad if place == "validation" else images
            bad = ops.where(self.steps >= step, float(value), 0.0)
            self.steps.assign_add(1.0)
            if place == "weight":
                self.sum.assign(bad)
            if place == "loss":
                self.add_loss(bad)
            return images + bad if place == "output" else images

    images = keras.Input(shape)
    given = keras.layers.Conv2D(shape[-1], 3, padding="same", activation="sigmoid")(images)
    return keras.Model(images, Poison()(given))
