"""The network that sees whether ridges continue across the rim of a disc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from restore_fingerprint.undo.turns import AROUND, BESIDE

if TYPE_CHECKING:
    import keras

TURNS = 16
"""Turns of one disc in a batch: the right one, and others to tell it from."""
MOMENTUM = 0.97
"""Of the moving means of batch normalisation."""
SHARP = 4.0
"""By which scores are multiplied: means over the whole rim grow slowly."""


def rim() -> keras.Model:
    """Return the network from strips (N, 32, 160, 2) to `turn` (N, 1), how well each goes with its surroundings.

    The logit of a probability among the turns of one disc. Strips go round: convolutions continue from their last column to
    their first.
    """
    import keras
    from keras import layers, ops

    seen = keras.Input((2 * BESIDE, AROUND, 2))
    hidden = seen
    for width, size, strides in ((32, (3, 3), 2), (32, (3, 3), 1), (48, (3, 3), 2), (48, (3, 3), 1)):
        hidden = _around(layers.ZeroPadding2D(((1, 1), (0, 0)))(hidden), width, size, strides)
    hidden = _around(_around(hidden, 64, (hidden.shape[1], 3)), 64, (1, 3))
    matches = layers.Conv2D(1, 1)(hidden)
    return keras.Model(seen, {"turn": SHARP * ops.mean(matches, axis=(1, 2))}, name="rim")


def _around(hidden: Any, width: int, size: tuple[int, int], strides: int = 1) -> Any:
    from keras import layers

    hidden = layers.Concatenate(axis=2)([hidden[:, :, -1:], hidden, hidden[:, :, :1]])
    made = layers.Conv2D(width, size, strides=strides, use_bias=False, kernel_initializer="he_normal")(hidden)
    return layers.ReLU()(layers.BatchNormalization(momentum=MOMENTUM)(made))


def among_turns(right: Any, scores: Any) -> Any:
    """Return the cross-entropy of which turn of each disc is right, (N,), from `right` and `scores`, (N, 1).

    N is a multiple of `TURNS`; where none of a disc's turns is right, it is 0.
    """
    import keras
    from keras import ops

    one_hot, logits = (ops.reshape(one, (-1, TURNS)) for one in (right, scores))
    return ops.repeat(keras.losses.categorical_crossentropy(one_hot, logits, from_logits=True), TURNS)
