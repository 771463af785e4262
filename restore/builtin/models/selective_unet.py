"""A U-Net that predicts the damage mask, the restored image and its confidence: the default model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from restore.api import Network
from restore.builtin.models.padding import crop_like, pad_to_multiple

if TYPE_CHECKING:
    import keras

NEAR = 0.1
"""A restored pixel within this distance of the truth in every channel counts as correct; `confidence` predicts this."""

MASK_WEIGHT = 8
"""Weight of the mask's loss relative to the image's, which dominates once the damage is detected.

Chosen from one run, in which width and depth differed too (docs/decisions/0004-selective-unet.md).
"""

SURE_WEIGHT = 0.01
"""Weight of the confidence's loss: small, so that the validation loss selects the best image and mask.

That loss is smallest where hardly any pixel is near the truth, and so rises as the image improves. Adam's steps do not
depend on this weight, since the confidence has weights of its own.
"""

MOMENTUM = 0.9
"""Momentum of batch normalisation's moving averages. Keras' 0.99 lags behind in epochs of about 100 steps."""


def selective_unet(
    shape: tuple[int | None, int | None, int],
    *,
    width: Annotated[int, Field(ge=8, le=128, description="channels at half resolution")] = 16,
    depth: Annotated[int, Field(ge=1, le=5, description="further halvings of the resolution")] = 3,
) -> Network:
    """Return the network, not compiled.

    `shape`: (H, W, C), H and W None for any size. The input is damaged images, float32 (N, H, W, C) in [0, 1]; the
    outputs are `image` (N, H, W, C), `mask` (N, H, W, 1), the probability of damage, and `confidence` (N, H, W, 1),
    the probability that a pixel of `image` lies within 0.1 of the truth; all in [0, 1]. With default options and one
    channel it has 445,043 weights.

    The U-Net (Ronneberger et al. 2015, arXiv 1505.04597) has residual blocks (He et al. 2016, arXiv 1512.03385) that
    start as the identity (Goyal et al. 2017, arXiv 1706.02677) and batch normalisation, without which a learning rate
    of 0.004 diverged. Its first and last layers map 2x2 blocks to channels and back, which avoids the costly full
    resolution.
    """
    import keras
    from keras import layers

    def conv(hidden: Any, channels: int, size: int = 3, strides: int = 1, **kernel: Any) -> Any:
        return layers.Conv2D(channels, size, strides=strides, padding="same", **kernel)(hidden)

    def active(hidden: Any, channels: int, size: int = 3, strides: int = 1) -> Any:
        hidden = conv(hidden, channels, size, strides, kernel_initializer="he_normal", use_bias=False)
        return layers.ReLU()(layers.BatchNormalization(momentum=MOMENTUM)(hidden))

    def block(hidden: Any) -> Any:
        change = conv(active(hidden, hidden.shape[-1]), hidden.shape[-1], kernel_initializer="zeros")
        return layers.ReLU()(layers.Add()([hidden, change]))

    def head(hidden: Any, channels: int) -> Any:
        blocks = layers.Conv2DTranspose(channels, 2, strides=2, activation="sigmoid")(hidden)
        return crop_like(blocks, images)

    widths = [min(width * 2**level, 6 * width) for level in range(depth + 1)]
    images = keras.Input(shape)
    padded = pad_to_multiple(images, 2 ** (depth + 1))
    hidden = active(padded, widths[0], size=4, strides=2)
    skips = []
    for channels in widths[1:]:
        skips.append(hidden)
        hidden = block(active(hidden, channels, strides=2))
    for channels, skip in zip(reversed(widths[:-1]), reversed(skips), strict=True):
        hidden = layers.UpSampling2D(2)(conv(hidden, channels, size=1))
        hidden = block(layers.Add()([hidden, skip]))

    restored = head(hidden, shape[2] + 1)
    # The confidence predicts the error of the image and must not influence it.
    detached = layers.ReLU()(conv(keras.ops.stop_gradient(hidden), 16, size=1))
    outputs = {"image": restored[..., :-1], "mask": restored[..., -1:], "confidence": head(detached, 1)}
    network = _model_class()(images, outputs, name="selective_unet")
    return Network(network, reach=_reach(depth), stride=2 ** (depth + 1))


def _reach(depth: int) -> int:
    """Return the reach of the network in pixels: those of its convolutions, each at its own resolution."""
    down = sum(2**level + 2 * 2 ** (level + 1) for level in range(1, depth + 1))
    up = sum(2 ** (level + 2) + 2 * 2 ** (level + 1) for level in range(depth))
    return int(2 + down + up + 2)


def _model_class() -> type[keras.Model]:
    import keras
    from keras import ops

    class SelectiveUNet(keras.Model):  # type: ignore[misc]  # keras has no types
        """The network with a target that depends on its own output: where its image is near the truth."""

        def compute_loss(
            self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
        ) -> Any:
            """Return the compiled loss with the mask weighted by `MASK_WEIGHT`, plus the confidence's loss in the hole."""
            loss = super().compute_loss(x, y, {name: y_pred[name] for name in y}, sample_weight, training)
            near = ops.all(ops.abs(y_pred["image"] - y["image"]) <= NEAR, axis=-1, keepdims=True)
            near = ops.stop_gradient(ops.cast(near, y_pred["confidence"].dtype))
            entropy = keras.losses.binary_crossentropy(near, y_pred["confidence"])
            hole = y["mask"][..., 0]
            weights = sample_weight["mask"] if sample_weight else None
            found = keras.losses.BinaryCrossentropy()(y["mask"], y_pred["mask"], weights)
            sure = ops.sum(entropy * hole) / ops.maximum(ops.sum(hole), 1.0)
            return loss + (MASK_WEIGHT - 1) * found + SURE_WEIGHT * sure

    return SelectiveUNet
