"""What the engine costs: training in a run, compared with plain Keras `fit` and with a generator that uses Pillow.

All three train the same model on as many batches for as many epochs, in turn; medians over the rounds and their ratios
are printed.

python benchmarks/overhead.py            # five rounds, about ten minutes on two cores
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

import restore
from restore.builtin.corruptions.box import box
from restore.builtin.models.selective_unet import selective_unet
from restore_fingerprint.synthetic import synthetic

SIDE, BOX = 96, 28
"""Sides of the images and of the black box, in pixels."""

Images = NDArray[np.float32]
Batch = tuple[Images, dict[str, NDArray[Any]], dict[str, NDArray[Any]]]


@dataclass(frozen=True)
class Work:
    """Clean images of both splits, float32 (N, 96, 96, 1) in [0, 1], the run's training options, the network's depth."""

    train: Images
    validation: Images
    training: dict[str, Any]
    depth: int

    @classmethod
    def like(cls, run: restore.Run) -> Work:
        """Draw as many images as a run trained and validated on."""
        sizes = [run.to_json()["data"][split]["images"] for split in ("train", "validation")]
        source = synthetic(None, count=sum(sizes))
        clean = np.stack([source[index].clean for index in range(len(source))])
        return cls(
            clean[: sizes[0]], clean[sizes[0] :], dict(run.plan["training"]), run.plan["model"]["options"]["depth"]
        )

    def fit(self, train: Any, validation: Any, **options: Any) -> float:
        """Return the seconds that compiling and fitting the model takes."""
        model = selective_unet((SIDE, SIDE, 1), depth=self.depth).model
        optimizer = type(keras.optimizers.get(self.training["optimizer"]))(self.training["lr"])
        losses = {"image": self.training["loss"], "mask": "binary_crossentropy", "confidence": None}
        start = time.perf_counter()
        model.compile(optimizer=optimizer, loss=losses)
        model.fit(train, validation_data=validation, epochs=self.training["epochs"], verbose=0, **options)
        return time.perf_counter() - start


def batch_of(clean: Images, damaged: Images, masks: NDArray[np.bool_]) -> Batch:
    """Return inputs, targets and weights as a run trains on them: the image is judged in the hole, the mask everywhere."""
    hole = masks.astype(np.float32)
    weights = {"image": hole / hole.mean(), "mask": np.ones_like(hole)}
    return damaged, {"image": clean, "mask": hole[..., None]}, weights


class Held(keras.utils.PyDataset):
    """Batches damaged beforehand and held in memory."""

    def __init__(self, clean: Images, size: int) -> None:
        """Damage all images once."""
        super().__init__()
        rng = np.random.default_rng(0)
        done = [box(image, rng, size=BOX) for image in clean]
        damaged, masks = np.stack([one.image for one in done]), np.stack([one.mask for one in done])
        starts = range(0, len(clean), size)
        self.batches = [batch_of(*(part[i : i + size] for part in (clean, damaged, masks))) for i in starts]

    def __len__(self) -> int:
        """Return the number of batches."""
        return len(self.batches)

    def __getitem__(self, index: int) -> Batch:
        """Return a batch."""
        return self.batches[index]


def time_plain(work: Work) -> float:
    """Return the seconds of `fit` on batches held in memory."""
    size = work.training["batch"]
    return work.fit(Held(work.train, size), Held(work.validation, size), shuffle=False)


def time_generator(work: Work) -> float:
    """Return the seconds of `fit` on a Python generator that draws every box with Pillow, as tutorials do."""
    size, rng = work.training["batch"], np.random.default_rng(0)

    def draw(clean: Images) -> tuple[Images, NDArray[np.bool_]]:
        damaged, masks = np.empty_like(clean), np.zeros(clean.shape[:3], bool)
        for i, image in enumerate(clean):
            canvas = Image.fromarray(np.round(image.squeeze() * 255).astype(np.uint8))
            left, top = rng.integers(0, SIDE - BOX), rng.integers(0, SIDE - BOX)
            ImageDraw.Draw(canvas).rectangle((left, top, left + BOX - 1, top + BOX - 1), fill=0)
            damaged[i] = (np.asarray(canvas, np.float32) / 255).reshape(image.shape)
            masks[i, top : top + BOX, left : left + BOX] = True
        return damaged, masks

    def forever(images: Images) -> Iterator[Batch]:
        while True:
            order = rng.permutation(len(images))
            for start in range(0, len(order), size):
                clean = images[order[start : start + size]]
                yield batch_of(clean, *draw(clean))

    steps, validation_steps = (-(-len(images) // size) for images in (work.train, work.validation))
    return work.fit(
        forever(work.train), forever(work.validation), steps_per_epoch=steps, validation_steps=validation_steps
    )


def time_engine(request: dict[str, Any]) -> tuple[restore.Run, float]:
    """Return a run and its seconds of training: new damage in every epoch, epochs committed, best weights kept."""
    with tempfile.TemporaryDirectory() as runs:
        run = restore.run("fingerprint", **request, runs=runs)
    return run, float(run.to_json()["seconds"]["train"])


def main(arguments: list[str]) -> None:
    """Time the three in turn and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, help="prints in all; default: the recipe's")
    parser.add_argument("--depth", type=int, default=3, help="depth of selective-unet")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    request = {
        "corrupt": f"box:size={BOX}", "model": f"selective-unet:depth={options.depth}", "baselines": "none",
        "metrics": "psnr", "gallery": 0, "limit": options.limit, "epochs": options.epochs,
    }  # fmt: skip
    times: dict[str, list[float]] = {"engine": [], "plain fit": [], "Pillow generator": []}
    for number in range(options.rounds):
        run, seconds = time_engine(request)
        work = Work.like(run)
        rounds = {"engine": seconds, "plain fit": time_plain(work), "Pillow generator": time_generator(work)}
        for name, taken in rounds.items():
            times[name].append(taken)
            print(f"round {number + 1}: {name} {taken:.1f} s", file=sys.stderr)
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    for name, seconds in medians.items():
        ratios = [other / plain for other, plain in zip(times[name], times["plain fit"], strict=True)]
        epoch = seconds / options.epochs
        print(f"{name:17} {seconds:6.1f} s, {epoch:5.1f} s per epoch, {statistics.median(ratios):.3f} times plain fit")


if __name__ == "__main__":
    main(sys.argv[1:])
