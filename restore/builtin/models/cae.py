"""The convolutional autoencoder of many tutorials: it replaces every pixel and predicts no mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from restore.builtin.models.autoencoders import CODE
from restore.builtin.models.padding import crop_like, pad_to_multiple

if TYPE_CHECKING:
    import keras


def cae(
    shape: tuple[int | None, int | None, int],
    *,
    lr: Annotated[float, Field(gt=0, description="learning rate")] = 0.001,
) -> keras.Model:
    """Return the autoencoder 32-64-128 | 128-64-C, compiled with RMSprop and mean squared error.

    `shape`: (H, W, C), H and W None for any size. Input and output are float32 (N, H, W, C) in [0, 1]: damaged images,
    restored images. With one channel it has 314,625 weights. `lr` is the tutorials' 0.001, also Keras' default for
    RMSprop.
    """
    import keras
    from keras import layers

    def conv(width: int, activation: str = "relu") -> keras.layers.Layer:
        return layers.Conv2D(width, 3, padding="same", activation=activation)

    images = keras.Input(shape)
    hidden = pad_to_multiple(images, 4)
    hidden = layers.MaxPooling2D(2)(conv(32)(hidden))
    hidden = layers.MaxPooling2D(2)(conv(64)(hidden))
    hidden = layers.Conv2D(128, 3, padding="same", activation="relu", name=CODE)(hidden)
    hidden = layers.UpSampling2D(2)(conv(128)(hidden))
    hidden = layers.UpSampling2D(2)(conv(64)(hidden))
    restored = crop_like(conv(shape[2], "sigmoid")(hidden), images)
    model = keras.Model(images, restored, name="cae")
    model.compile(optimizer=keras.optimizers.RMSprop(lr), loss="mean_squared_error")
    return model
