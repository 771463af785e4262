"""Tiny networks, images for them, and how a test trains one as a run does."""

import contextlib

import numpy as np
import pytest

from restore.pipeline import model as stage
from restore.pipeline.model.training import Feed, Watch
from restore.planning.plan import Training
from restore.plugins.boundary import Bound
from restore.plugins.catalogue import Entry
from restore.plugins.components import Model
from restore.plugins.discovery import Plugin
from restore.plugins.values import Network, TrainingBatch
from restore.randomness import generator
from restore.system.environment import require_backend

OWNER = "model p/own of dist-of-p 1.2"
SHAPE, COUNT, BATCH = (8, 8, 1), 20, 8
STEPS = -(-COUNT // BATCH)
CLEAN = np.random.default_rng(0).uniform(0, 1, (COUNT, *SHAPE)).astype(np.float32)
MASKS = np.random.default_rng(1).random((COUNT, 8, 8)) < 0.3
DAMAGED = np.where(MASKS[..., None], 0, CLEAN).astype(np.float32)
TRUTHS = [{"angle": np.array([i, -i], np.float32)} if i % 2 else {} for i in range(COUNT)]


def needs(*backends):
    """Return a mark: the test is of something that only these Keras backends have."""
    return pytest.mark.skipif(require_backend() not in backends, reason=f"only with {' or '.join(backends)}")


def bound(function, **declared):
    entry = Entry(Model("own", "tests:own", "Of this test.", **declared), Plugin("p", "dist-of-p", "1.2", "ok"))
    return Bound(entry, function, {})


def conv(inputs, channels=1, activation="sigmoid"):
    import keras

    return keras.layers.Conv2D(channels, 3, padding="same", activation=activation)(inputs)


def plain(shape):
    import keras

    inputs = keras.Input(shape)
    return keras.Model(inputs, conv(keras.layers.Dropout(0.2)(conv(inputs, 4, "relu"))))


def masking(shape, **heads):
    """Return a network with image and mask, and perhaps heads: name → a function of its features."""
    import keras

    inputs = keras.Input(shape)
    hidden = conv(inputs, 4, "relu")
    outputs = {"image": conv(hidden), "mask": conv(hidden)} | {name: head(hidden) for name, head in heads.items()}
    return keras.Model(inputs, outputs)


def angle(hidden):
    import keras

    return keras.layers.Dense(2)(keras.layers.GlobalAveragePooling2D()(hidden))


def leaving_out(truth, found):
    """Return the squared error, 0 where the truth is missing."""
    from keras import ops

    return ops.mean(ops.square(ops.where(ops.isnan(truth), 0.0, truth - found)), axis=-1)


def turning(shape, loss=leaving_out):
    return Network(masking(shape, angle=angle), losses={"angle": loss})


def given_mask(shape):
    import keras

    inputs = {"image": keras.Input(shape, name="image"), "mask": keras.Input((*shape[:2], 1), name="mask")}
    return keras.Model(inputs, conv(keras.layers.Concatenate()(list(inputs.values()))))


def pair(shape):
    """Return a finder that learns as by default, and a filler with batches of its own."""
    import keras

    images, halves = keras.Input(shape), keras.Input((4, 4, 1))
    finder = keras.Model(images, {"mask": conv(images)})
    filler = keras.Model(halves, conv(keras.layers.Dropout(0.2)(conv(halves, 4, "relu"))))

    def corners(batch):
        top, left = batch.rng.integers(0, 5, 2)
        return tuple(one[:, top : top + 4, left : left + 4] for one in (batch.damaged, batch.clean))

    def restore(images, masks):
        return {"image": images, "mask": finder.predict(images, verbose=0)["mask"]}

    return Network({"finder": finder, "filler": filler}, restore=restore, batches={"filler": corners})


def joint(shape):
    import keras

    inputs = keras.Input(shape)
    finder, filler = keras.Model(inputs, conv(inputs)), keras.Model(inputs, conv(inputs))
    together = keras.Model(inputs, {"mask": finder(inputs), "image": filler(inputs)})

    def restore(images, masks):
        return dict(together.predict(images, verbose=0))

    return Network({"finder": finder, "filler": filler}, restore=restore, together=together)


def noisy(shape):
    """Return a network whose step draws from Keras' global generator; with JAX a step has another signature."""
    import keras

    class Noisy(keras.Model):
        def train_step(self, data):
            x, y = data[:2]
            return super().train_step((x + 0.1 * keras.random.normal(keras.ops.shape(x)), y))

    inputs = keras.Input(shape)
    return Noisy(inputs, conv(inputs))


def training(**changes):
    usual = {"epochs": 4, "batch": BATCH, "optimizer": "adamw", "lr": 1e-2, "loss": "mse", "schedule": "cosine"}
    return Training(**(usual | {"patience": 9} | changes))


def batch(clean=CLEAN, damaged=DAMAGED, masks=MASKS, truths=TRUTHS, *key):
    return TrainingBatch(clean, damaged, masks, truths, generator("tests", *key))


def trained(function, plan, *, start=None, stop_after=None, clean=CLEAN, frozen=(), **declared):
    """Train a new model on batches that depend on the epoch; return its last checkpoint and the model."""
    own = bound(function, **declared)
    built = stage.build(own, SHAPE, 7, frozen)
    targets = stage.settle_targets(built, TRUTHS)
    stage.compile_models(built, plan)

    def batches(order, clean, *key):
        drawn = batch(clean[order], DAMAGED[order], MASKS[order], [TRUTHS[k] for k in order], *key)
        return stage.batches_of(built, targets, drawn, None, own)

    def learned(epoch, i):
        return batches(np.random.default_rng(epoch).permutation(COUNT)[i * BATCH :][:BATCH], clean, epoch, i)

    def validation(i):
        return batches(np.arange(COUNT)[i * BATCH :][:BATCH], CLEAN, "fixed", i)

    class Enough(Exception):
        pass

    kept = [start or stage.Checkpoint()]

    def keep(checkpoint):
        kept.append(checkpoint)
        if checkpoint.epochs == stop_after:
            raise Enough

    watch = Watch(lambda *_: None, lambda: None, keep)
    with contextlib.suppress(Enough):
        stage.fit(
            built,
            Feed(learned, STEPS, validation, STEPS),
            plan,
            seed=7,
            start=kept[0],
            watch=watch,
            owner=own.entry.owner,
        )
    return kept[-1], built
