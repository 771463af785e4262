"""Accuracy of a small classifier that separates official altered prints from the plugin's, on unseen subjects.

The control separates official obliterations from black boxes: it shows that the classifier can learn.

python benchmarks/tell_apart.py SOCOFing
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from alterations import FUNCTIONS, LEVELS, Pair, read_pairs, square
from numpy.typing import NDArray

from restore.api import generator
from restore.builtin.corruptions.box import box

SUBJECTS = {"train": range(1, 81), "validation": range(81, 101), "test": range(101, 121)}
BATCH = 32
BOXES = {"easy": 14, "medium": 28, "hard": 42}
Set = tuple[NDArray[np.float32], NDArray[np.float32]]


def boxed(pair: Pair, seed: int) -> NDArray[np.float32]:
    """Return the same real print with a black box, for the control."""
    rng = generator("control", seed, pair.name, pair.level)
    return box(pair.clean[..., np.newaxis], rng, size=BOXES[pair.level]).image[..., 0]


def gather(folder: Path, subjects: range, names: Sequence[str], *, control: bool, seed: int, limit: int) -> Set:
    """Return prints float32 (2N, 96, 96, 1) and labels float32 (2N,): 1 official, 0 the plugin's (or boxed).

    Each real print, alteration and level occurs in both classes; at most `limit` for each alteration and level, evenly
    over the subjects.
    """
    prints, labels = [], []
    for name in names:
        for level in LEVELS:
            pairs = list(read_pairs(folder, subjects, name, level))
            for index in np.linspace(0, len(pairs) - 1, min(limit, len(pairs))).astype(int):
                pair = pairs[index]
                other = boxed(pair, seed) if control else pair.imitate(seed).image[..., 0]
                prints += [square(pair.altered), square(other)]
                labels += [1.0, 0.0]
    return np.stack(prints)[..., np.newaxis], np.array(labels, np.float32)


def build(width: int) -> keras.Model:
    """Return the classifier: 2x2 pixels as channels, four convolutions, mean and max pooling, two dense layers."""
    layers = keras.layers
    image = layers.Input((96, 96, 1))
    x = layers.Reshape((48, 2, 48, 2))(image)
    x = layers.Permute((1, 3, 2, 4))(x)
    x = layers.Reshape((48, 48, 4))(x)
    for factor, pool in ((1, False), (1, True), (2, True), (3, True)):
        x = layers.Conv2D(width * factor, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
        if pool:
            x = layers.MaxPooling2D()(x)
    x = layers.Concatenate()([layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x), layers.Flatten()(x)])
    x = layers.Dropout(0.3)(x)
    x = layers.Dense(48, activation="relu")(x)
    return keras.Model(image, layers.Dense(1, activation="sigmoid")(x))


class Batches(keras.utils.PyDataset):
    """Batches that hold every real print twice, altered officially and by the plugin: only the alteration differs."""

    def __init__(self, examples: Set, seed: int) -> None:
        """Keep what `gather` returned, in which partners are adjacent."""
        super().__init__()
        self.prints, self.labels = examples
        self.rng = np.random.default_rng(seed)
        self.on_epoch_end()

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return max(1, len(self.labels) // BATCH)

    def __getitem__(self, index: int) -> Set:
        """Return a batch."""
        firsts = self.order[index * BATCH // 2 : (index + 1) * BATCH // 2]
        both = np.concatenate([firsts, firsts + 1])
        return self.prints[both], self.labels[both]

    def on_epoch_end(self) -> None:
        """Shuffle the real prints."""
        self.order = 2 * self.rng.permutation(len(self.labels) // 2)


def classify(sets: dict[str, Set], *, seed: int, epochs: int, width: int) -> dict[str, float]:
    """Train, select the best epoch by validation, and return its accuracies, and the best one in training."""
    keras.utils.set_random_seed(seed)
    model, batches = build(width), Batches(sets["train"], seed)
    # Without warm-up, or without partners in one batch, some alterations are not learned at all.
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, epochs * len(batches), warmup_target=1e-3, warmup_steps=2 * len(batches)
    )
    model.compile(keras.optimizers.AdamW(rate, weight_decay=1e-3), "binary_crossentropy", metrics=["accuracy"])
    best = keras.callbacks.EarlyStopping("val_accuracy", patience=epochs, restore_best_weights=True, mode="max")
    history = model.fit(batches, validation_data=sets["validation"], epochs=epochs, callbacks=[best], verbose=0)
    return {
        "test": model.evaluate(*sets["test"], verbose=0)[1],
        "validation": max(history.history["val_accuracy"]),
        "training": max(history.history["accuracy"]),
    }


def main(arguments: list[str]) -> None:
    """Print the accuracies."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="SOCOFing, the folder with Real and Altered")
    parser.add_argument("--of", nargs="*", default=["control", "all", *FUNCTIONS], help="alterations to separate")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    parser.add_argument("--limit", type=int, default=700, help="pairs for each alteration and level, in each set")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--width", type=int, default=16, help="channels of the first layer")
    options = parser.parse_args(arguments)
    for what in options.of:
        names = {"all": list(FUNCTIONS), "control": ["obliteration"]}.get(what, [what])
        for seed in options.seeds:
            limit = options.limit // len(names) if what == "all" else options.limit
            sets = {
                role: gather(options.folder, subjects, names, control=what == "control", seed=seed, limit=limit)
                for role, subjects in SUBJECTS.items()
            }
            found = classify(sets, seed=seed, epochs=options.epochs, width=options.width)
            sizes = ", ".join(f"{role} {len(labels)}" for role, (_, labels) in sets.items())
            print(
                f"{what:12} seed {seed}: accuracy {found['test']:.1%} (validation {found['validation']:.1%}, "
                f"training {found['training']:.1%}; {sizes})",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
