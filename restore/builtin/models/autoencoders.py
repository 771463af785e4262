"""Autoencoders of tutorials: the whole image through a code, which is the output of the layer `code`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from restore.api import RequestError
from restore.builtin.models.padding import crop_like, pad_to_multiple

if TYPE_CHECKING:
    import keras

CODE = "code"
"""The name of the layer whose output is the code."""
WHOLE, LESS = 8, 4
"""`tiny_cae` returns sides of 8k - 4 pixels as they are, such as 28: valid padding takes 4 of them."""
STRIDE = 16
"""Total downsampling of `dense_code`."""
WIDTHS = 32, 64, 128, 128
"""Filters of the convolutions of `dense_code`, each of which halves the image."""


def small_cae(shape: tuple[int | None, int | None, int]) -> keras.Model:
    """Return the autoencoder 32-32 | 32-32-C of 3x3 convolutions, two poolings and two upsamplings.

    `shape`: (H, W, C), H and W None for any size. Input and output are float32 (N, H, W, C) in [0, 1]. With one channel
    it has 28,353 weights; its code holds 2 numbers a pixel.
    """
    import keras
    from keras import layers

    images = keras.Input(shape)
    hidden = layers.MaxPooling2D(2)(_conv(32)(pad_to_multiple(images, 4)))
    hidden = layers.MaxPooling2D(2, name=CODE)(_conv(32)(hidden))
    hidden = layers.UpSampling2D(2)(_conv(32)(hidden))
    hidden = layers.UpSampling2D(2)(_conv(32)(hidden))
    restored = crop_like(_conv(shape[2], activation="sigmoid")(hidden), images)
    return keras.Model(images, restored, name="small-cae")


def tiny_cae(shape: tuple[int | None, int | None, int]) -> keras.Model:
    """Return the autoencoder 16-8-8 | 8-8-16-C, whose code is 128 numbers, 4x4x8, for images of 28x28 pixels.

    `shape`: (H, W, C). The first convolution and that of 16 filters in the decoder have valid padding, the last of the
    encoder has stride 2. Input and output are float32 (N, H, W, C) in [0, 1]. With one channel it has 4,385 weights.
    Raises `RequestError` without a fixed size.
    """
    import keras
    from keras import layers

    _require_size(shape)
    images = keras.Input(shape)
    hidden = layers.MaxPooling2D(2, padding="same")(_conv(16, padding="valid")(_to_whole(images)))
    hidden = layers.MaxPooling2D(2, padding="same")(_conv(8)(hidden))
    last = _conv(8, strides=2)(hidden)
    code = layers.Flatten(name=CODE)(last)
    hidden = layers.UpSampling2D(2)(_conv(8)(layers.Reshape(last.shape[1:])(code)))
    hidden = layers.UpSampling2D(2)(_conv(8)(hidden))
    hidden = layers.UpSampling2D(2)(_conv(16, padding="valid")(hidden))
    restored = crop_like(_conv(shape[2], activation="sigmoid")(hidden), images)
    return keras.Model(images, restored, name="tiny-cae")


def dense_code(
    shape: tuple[int | None, int | None, int],
    *,
    code: Annotated[int, Field(ge=1, le=65_536, description="numbers of the code")] = 300,
) -> keras.Model:
    """Return an autoencoder with a dense code: four convolutions of stride 2, and four transposed ones.

    `shape`: (H, W, C). Input and output are float32 (N, H, W, C) in [0, 1]. With a code of 300 numbers and images of
    128x128x3 it has 5,405,231 weights. Raises `RequestError` without a fixed size.
    """
    import keras
    from keras import layers

    _require_size(shape)
    images = keras.Input(shape)
    hidden = pad_to_multiple(images, STRIDE)
    for width in WIDTHS:
        hidden = _conv(width, strides=2)(hidden)
    rows, columns = hidden.shape[1:3]
    numbers = layers.Dense(code, name=CODE)(layers.Flatten()(hidden))
    hidden = layers.Dense(rows * columns * WIDTHS[-1], activation="relu")(numbers)
    hidden = layers.Reshape((rows, columns, WIDTHS[-1]))(hidden)
    for width in WIDTHS[-2::-1]:
        hidden = layers.Conv2DTranspose(width, 3, strides=2, padding="same", activation="relu")(hidden)
    restored = layers.Conv2DTranspose(shape[2], 3, strides=2, padding="same", activation="sigmoid")(hidden)
    return keras.Model(images, crop_like(restored, images), name="dense-code")


def _require_size(shape: tuple[int | None, ...]) -> None:
    if None in shape[:2]:
        what = "a code of so many numbers needs images of one size"
        raise RequestError(what, code="other-size", where="--size", hint="--size N")


def _to_whole(images: Any) -> Any:
    """Return a Keras tensor (N, H, W, C), its last row and column repeated until both sides are 8k - 4."""
    import keras

    for axis in (1, 2):
        side = images.shape[axis]
        length = -(-(side + LESS) // WHOLE) * WHOLE - LESS
        if length != side:
            images = keras.ops.take(images, [min(place, side - 1) for place in range(length)], axis=axis)
    return images


def _conv(width: int, *, activation: str = "relu", padding: str = "same", strides: int = 1) -> Any:
    from keras import layers

    return layers.Conv2D(width, 3, strides=strides, padding=padding, activation=activation)
