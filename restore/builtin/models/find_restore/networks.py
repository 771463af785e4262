"""The two networks, both fully convolutional."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from restore.builtin.models.selective_unet import NEAR, SURE_WEIGHT

if TYPE_CHECKING:
    import keras

BLOCK, COARSE = 2, 4
"""Side of the blocks of pixels that the first layer of a network, and of a coarse finder, maps to channels.

Its kernel is twice as large, so that neighbouring blocks overlap.
"""
MOMENTUM = 0.95
"""Of the moving means of batch normalisation: batches of mixed damage differ much, and short trainings have few."""
DEEPER = 2
"""Further blocks at the finder's lowest resolution, where they cost next to nothing: of what was cut out, turned and put
back, the rim alone looks damaged."""
FINDER_STRIDE = 16
RESTORER_STRIDE = 8
"""Heights and widths that the networks take are multiples of these."""
FINDER_REACH = 224
"""Pixels beyond which what the finder sees of an image does not change what it finds, rounded up to its stride."""
JUDGING = 16
"""Channels from which confidence and errors are predicted."""
CALIBRATION = "calibration"
"""The layer whose scales and shifts are set after training."""
MOSTLY = 2.0
"""Added to the logit of the share that is replaced: training begins with nine tenths."""
LEAST_PLAIN = 0.02
"""Share of unmarked pixels below which a window is normalised by all of its pixels."""
LEAST_DEVIATION = 0.05
"""Added to the deviation, so that flat windows are not blown up."""
ERRORS_WEIGHT = 1e-3
"""Weight of the likelihood of errors: at .01 it outweighed the image's loss in choosing the best epoch."""
LEAST_ERROR = 1e-4
"""The least squared error that is predicted, a deviation of .01: what is below cannot be seen."""


def finder(channels: int, widths: Sequence[int], *, fine: bool = False) -> keras.Model:
    """Return the network from images (N, H, W, C) to the probability of damage, twice, each (N, H, W, 1).

    `mask` says which pixels are damaged, `alarm`, set after training, whether there is damage at all. A residual U-Net on
    blocks of 4x4 pixels, or, `fine`, of 2x2, which resolve thin lines; H and W are multiples of `FINDER_STRIDE`.
    """
    import keras
    from keras import layers

    images = keras.Input((None, None, channels))
    block = BLOCK if fine else COARSE
    hidden = _active(images, widths[0], 2 * block, block)
    # Telling a line from a ridge takes several layers at that resolution.
    hidden = _residual(hidden) if fine else hidden
    skips = []
    for width in widths[1:]:
        skips.append(hidden)
        hidden = _residual(_active(hidden, width, strides=2))
    for _ in range(DEEPER):
        hidden = _residual(hidden)
    for skip in reversed(skips):
        hidden = _residual(layers.Add()([_doubled(hidden, skip), skip]))
    mask = layers.Conv2DTranspose(1, block, strides=block)(hidden)
    outputs = {"mask": mask, "alarm": _calibration()(mask)}
    return keras.Model(
        images, {name: layers.Activation("sigmoid")(one) for name, one in outputs.items()}, name="finder"
    )


def restorer(channels: int, widths: Sequence[int]) -> keras.Model:
    """Return the network from windows (N, H, W, C + 1), the image and what is marked in it, to the restored image.

    Marked pixels, 1, are those to be restored. The outputs are `image` (N, H, W, C), `confidence` (N, H, W, 1),
    `errors` (N, H, W, 2), the expected squared errors of the input and of the restored image, and `interval`
    (N, H, W, 1), how far 90 % of the values of `image` lie from the truth at most.

    A U-Net (Ronneberger et al. 2015, arXiv 1505.04597) on 2x2 blocks with batch normalisation, two convolutions at each
    resolution, H and W multiples of `RESTORER_STRIDE`. Windows are normalised by the mean and deviation of their
    unmarked pixels. A share of the input, pixel by pixel, is part of the restored image: of damage that much shows
    through.
    """
    import keras
    from keras import layers, ops

    windows = keras.Input((None, None, channels + 1))
    pixels, marked = windows[..., :-1], windows[..., -1:]
    mean, deviation = _statistics(pixels, marked)
    normal = layers.Concatenate()([(pixels - mean) / deviation, marked])
    hidden = _active(_active(normal, widths[0], 2 * BLOCK, BLOCK), widths[0])
    skips = []
    for width in widths[1:]:
        skips.append(hidden)
        hidden = _active(_active(hidden, width, strides=2), width)
    for skip in reversed(skips):
        width = skip.shape[-1]
        hidden = _active(_active(layers.Concatenate()([_doubled(hidden, skip), skip]), width), width)
    made = layers.Conv2DTranspose(channels + 1, BLOCK, strides=BLOCK)(hidden)
    replaced = ops.sigmoid(made[..., -1:] + MOSTLY)
    image = normal[..., :-1] + replaced * (made[..., :-1] - normal[..., :-1])
    # What judges the image must not influence it.
    seen = ops.stop_gradient(layers.Concatenate()([skips[0], hidden]))
    judged = layers.Conv2DTranspose(3, BLOCK, strides=BLOCK)(_active(seen, JUDGING))
    errors = ops.softplus(judged[..., 1:]) + LEAST_ERROR
    judged = layers.Concatenate()([judged[..., :1], errors, ops.sqrt(errors[..., 1:])])
    judged = _calibration()(judged)
    outputs = {
        "image": image * deviation + mean,
        "confidence": layers.Activation("sigmoid")(judged[..., :1]),
        "errors": judged[..., 1:3],
        "interval": judged[..., 3:],
    }
    return _restorer_class()(windows, outputs, name="restorer")


def _calibration() -> Any:
    """Return a layer that scales and shifts each channel: frozen, batch normalisation does just that."""
    from keras import layers

    return layers.BatchNormalization(epsilon=0, trainable=False, name=CALIBRATION)


def _statistics(pixels: Any, marked: Any) -> tuple[Any, Any]:
    """Return the mean of each channel and the deviation from it, of the unmarked pixels, or of all if those are few."""
    from keras import ops

    def mean_of(values: Any) -> Any:
        # Twice: a single window is summed in another order than several by onnxruntime, and would differ in its last bits.
        return ops.split(ops.mean(ops.concatenate([values, values], axis=0), axis=(1, 2), keepdims=True), 2)[0]

    plain = 1 - marked
    plain = ops.where(mean_of(plain) < LEAST_PLAIN, 1.0, plain)
    share = mean_of(plain)
    mean = mean_of(pixels * plain) / share
    squares = ops.mean(ops.square(pixels - mean), axis=-1, keepdims=True)
    variance = mean_of(squares * plain) / share
    return mean, ops.sqrt(variance) + LEAST_DEVIATION


def _active(hidden: Any, width: int, size: int = 3, strides: int = 1) -> Any:
    from keras import layers

    convolution = layers.Conv2D(
        width, size, strides=strides, padding="same", kernel_initializer="he_normal", use_bias=False
    )
    return layers.ReLU()(layers.BatchNormalization(momentum=MOMENTUM)(convolution(hidden)))


def _doubled(hidden: Any, skip: Any) -> Any:
    """Return features at twice the resolution, with as many channels as `skip` has."""
    from keras import layers

    return layers.UpSampling2D(2)(layers.Conv2D(skip.shape[-1], 1)(hidden))


def _residual(hidden: Any) -> Any:
    """Return a block that starts as the identity (Goyal et al. 2017, arXiv 1706.02677)."""
    from keras import layers

    width = hidden.shape[-1]
    change = layers.Conv2D(width, 3, padding="same", kernel_initializer="zeros")(_active(hidden, width))
    return layers.ReLU()(layers.Add()([hidden, change]))


def _restorer_class() -> type[keras.Model]:
    import keras
    from keras import ops

    class Restorer(keras.Model):  # type: ignore[misc]  # keras has no types
        """The network with targets that depend on its own output: how far its image is from the truth."""

        def compute_loss(
            self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
        ) -> Any:
            """Return the compiled loss of the image plus, with little weight, those of confidence and errors."""
            loss = super().compute_loss(x, y, {"image": y_pred["image"]}, sample_weight, training)
            given, clean = (ops.convert_to_tensor(one) for one in (x, y["image"]))
            marked = given[..., -1]
            change = ops.stop_gradient(y_pred["image"]) - clean
            near = ops.cast(ops.all(ops.abs(change) <= NEAR, axis=-1, keepdims=True), y_pred["confidence"].dtype)
            entropy = keras.losses.binary_crossentropy(near, y_pred["confidence"])
            squares = [ops.mean(ops.square(one), axis=-1) for one in (given[..., :-1] - clean, change)]
            # The likelihood of an exponential distribution: its optimum is the mean, at any scale of errors.
            expected = y_pred["errors"]
            surprise = ops.sum(ops.log(expected) + ops.stack(squares, axis=-1) / expected, axis=-1)
            expectations = ops.sum((SURE_WEIGHT * entropy + ERRORS_WEIGHT * surprise) * marked)
            return loss + expectations / ops.maximum(ops.sum(marked), 1.0)

    return Restorer
