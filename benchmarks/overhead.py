"""What the engine costs: training in a run, beside plain Keras `fit` and a generator that draws boxes with Pillow.

The three train the same model on as many batches and epochs, in turn; medians of the rounds and their ratios count.

    python benchmarks/overhead.py            # five rounds, about ten minutes on two cores
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from restore import run
from restore.pipeline import damage, data, engine, model
from restore.planning.plan import Plan
from restore.planning.request import Request
from restore.plugins.catalogue import Catalogue
from restore.randomness import generator
from restore.running.run import make_plan

BOX = 28
"""Side of the black square, as in the face tutorial."""


def time_engine(request: dict[str, Any]) -> float:
    """Return the seconds that a run trains: damage drawn anew, epochs committed, best weights kept."""
    with tempfile.TemporaryDirectory() as runs:
        return float(run(**request, runs=runs).record.seconds["train"])


def time_plain(plan: Plan, parts: engine.Parts, pictures: data.Data) -> float:
    """Return the seconds of `fit` on the same batches, damaged beforehand and held in memory."""
    import keras

    size = plan.training.batch
    built = build(plan, parts)

    def batches(examples: data.Examples, order: np.ndarray) -> list[model.Batch]:
        made = []
        for start in range(0, len(order), size):
            rows = order[start : start + size].tolist()
            clean, ids = examples.clean(rows), [examples.ids[row] for row in rows]
            done = damage.damage_all(parts.chains, clean, ids, examples.partners(rows), seed=plan.seed, epoch=0)
            made.append(model.batch_of(built, clean, done.images, done.masks, done.truths))
        return made

    class Held(keras.utils.PyDataset):
        def __init__(self, made: list[model.Batch]) -> None:
            super().__init__()
            self.made = made

        def __len__(self) -> int:
            return len(self.made)

        def __getitem__(self, index: int) -> model.Batch:
            return self.made[index]

    train = batches(pictures.train, generator(0, "order").permutation(len(pictures.train)))
    validation = batches(pictures.validation, np.arange(len(pictures.validation)))
    start = time.perf_counter()
    model.compile_model(built, plan.training)
    built.model.fit(
        Held(train), validation_data=Held(validation), epochs=plan.training.epochs, shuffle=False, verbose=0
    )
    return time.perf_counter() - start


def time_tutorial(plan: Plan, parts: engine.Parts, pictures: data.Data) -> float:
    """Return the seconds of `fit` on a Python generator that draws every box with Pillow."""
    size, rng = plan.training.batch, np.random.default_rng(0)
    built = build(plan, parts)

    def draw(clean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        damaged, masks = np.empty_like(clean), np.zeros(clean.shape[:3], bool)
        for i, image in enumerate(clean):
            picture = Image.fromarray(np.round(image.squeeze() * 255).astype(np.uint8))
            left, top = rng.integers(0, picture.width - BOX), rng.integers(0, picture.height - BOX)
            ImageDraw.Draw(picture).rectangle((left, top, left + BOX - 1, top + BOX - 1), fill=0)
            damaged[i] = (np.asarray(picture, np.float32) / 255).reshape(image.shape)
            masks[i, top : top + BOX, left : left + BOX] = True
        return damaged, masks

    def forever(examples: data.Examples) -> Iterator[model.Batch]:
        while True:
            order = rng.permutation(len(examples))
            for start in range(0, len(order), size):
                clean = examples.clean(order[start : start + size].tolist())
                damaged, masks = draw(clean)
                yield model.batch_of(built, clean, damaged, masks, [{}] * len(clean))

    steps = [-(-len(examples) // size) for examples in (pictures.train, pictures.validation)]
    start = time.perf_counter()
    model.compile_model(built, plan.training)
    built.model.fit(
        forever(pictures.train),
        validation_data=forever(pictures.validation),
        steps_per_epoch=steps[0],
        validation_steps=steps[1],
        epochs=plan.training.epochs,
        verbose=0,
    )
    return time.perf_counter() - start


def build(plan: Plan, parts: engine.Parts) -> model.Built:
    """Return the plan's model, new."""
    return model.build(parts.model, (*plan.size, plan.channels), plan.seed)


def main() -> None:
    """Time the three ways in turn and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", default="fingerprint")
    parser.add_argument("--model", default=None)
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    request = {
        "recipe": given.recipe,
        "corrupt": f"box:size={BOX}",
        "model": given.model,
        "limit": given.limit,
        "epochs": given.epochs,
        "baselines": "none",
    }
    plan = make_plan(Request(**{**request, "corrupt": [request["corrupt"]], "baselines": ["none"]}))
    parts = engine.resolve_parts(plan, Catalogue.installed())
    pictures = engine.prepare_data(plan, parts.dataset, cache=True, skip_bad=False, listener=lambda _: None)
    ways: dict[str, Callable[[], float]] = {
        "engine": lambda: time_engine(request),
        "plain fit": lambda: time_plain(plan, parts, pictures),
        "Pillow generator": lambda: time_tutorial(plan, parts, pictures),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(given.rounds):
        for name, way in ways.items():
            times[name].append(way())
            print(f"round {number + 1}: {name} {times[name][-1]:.1f} s", file=sys.stderr)
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    for name, seconds in medians.items():
        ratios = [other / plain for other, plain in zip(times[name], times["plain fit"], strict=True)]
        print(
            f"{name:17} {seconds:6.1f} s, {seconds / plan.training.epochs:5.1f} s an epoch, "
            f"{statistics.median(ratios):.3f} of plain fit"
        )


if __name__ == "__main__":
    main()
