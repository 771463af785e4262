"""Pads images of any height and width to multiples of a network's stride, and crops its outputs."""

from __future__ import annotations

from typing import Any


def pad_to_multiple(images: Any, multiple: int) -> Any:
    """Pad by repeating the last row and column until both sides are multiples of `multiple`.

    `images`: a Keras tensor (N, H, W, C), symbolic or not; H and W may be unknown.
    """
    import keras

    def pad(tensor: Any) -> Any:
        for axis in (1, 2):
            side = keras.ops.shape(tensor)[axis]
            padded = (side + multiple - 1) // multiple * multiple
            # Unlike `ops.pad`, this repeats the edge on every backend, for sides of any length.
            tensor = keras.ops.take(tensor, keras.ops.minimum(keras.ops.arange(padded), side - 1), axis=axis)
        return tensor

    if None not in images.shape[1:3]:  # without a Lambda, which Keras does not load in safe mode
        for axis in (1, 2):
            side = images.shape[axis]
            if side % multiple:
                places = [min(place, side - 1) for place in range(-(-side // multiple) * multiple)]
                images = keras.ops.take(images, places, axis=axis)
        return images
    sides = [None if side is None else -(-side // multiple) * multiple for side in images.shape[1:3]]
    return keras.layers.Lambda(pad, output_shape=(*sides, images.shape[3]))(images)


def crop_like(outputs: Any, images: Any) -> Any:
    """Crop `outputs` (N, H + rows, W + columns, C) to the height and width of `images` (N, H, W, C')."""
    import keras

    rows, columns = images.shape[1:3]
    if outputs.shape[1:3] == (rows, columns) and None not in (rows, columns):
        return outputs
    if None not in (rows, columns):
        return outputs[:, :rows, :columns, :]

    def crop(pair: Any) -> Any:
        large, small = pair
        height, width = keras.ops.shape(small)[1:3]
        return large[:, :height, :width, :]

    return keras.layers.Lambda(crop, output_shape=(*images.shape[1:3], outputs.shape[3]))([outputs, images])
