"""Each tutorial's model beside a better one: the same images, damage and test, and the same processor time.

`python benchmarks/tutorials.py NAME --data PATH --epochs N` trains the better model for N epochs, then the tutorial's for
the processor time that took, from its recipe's settings, both with one thread, and prints the scores of both on the
groups kept apart. NAME: one of `CASES`. Without --data, images are synthetic.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import restore
from restore.errors import Stopped
from restore.events import EpochDone, Event

FINDER = {"model": "find-restore", "optimizer": "muon", "lr": 5e-3, "batch": 8, "loss": "mse", "schedule": "cosine"}
CODE = {"model": "dense-code:code=128", "optimizer": "muon", "lr": 5e-3, "loss": "mse", "schedule": "cosine"}
CASES: Mapping[str, tuple[str, Mapping[str, Any], Mapping[str, Any]]] = {
    "fvc-box": ("fvc-autoencoder-320", {"corrupt": "box:size=56"}, FINDER),
    "fvc-noise": ("fvc-autoencoder-320", {"corrupt": "noise:amount=0.3"}, FINDER),
    "socofing": ("socofing-autoencoder", {}, FINDER),
    "fashion-box": ("fashion-denoise", {"corrupt": "box:size=8"}, CODE),
    "fashion-noise": ("fashion-denoise", {"corrupt": "noise:amount=0.3"}, CODE),
    "fashion-code": ("fashion-denoise", {}, CODE),
    "face": ("face-latent", {}, FINDER),
}
"""The recipe, what both runs share, and what the better one changes."""
SEEN = ("psnr", "mse", "ssim")
METRICS = ["mse", "psnr", "ssim", "harm"]


class Budget:
    """Stops a training after some seconds of processor time, at the end of an epoch."""

    def __init__(self, seconds: float) -> None:
        """Begin to count with the first event."""
        self.seconds, self.began, self.epochs = seconds, 0.0, 0

    def __call__(self, event: Event) -> None:
        """Raise `Stopped` where the time is used up."""
        self.began = self.began or time.process_time()
        if isinstance(event, EpochDone):
            self.epochs += 1
            if time.process_time() - self.began > self.seconds:
                raise Stopped(15, "the time is used up")


def main() -> None:
    """Train both, and print a table of their scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=CASES)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--dataset")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, help="batch of the tutorial's model, where memory or images are few")
    parser.add_argument("--limit", type=int)
    asked = parser.parse_args()
    recipe, shared, better = CASES[asked.name]
    options = {**shared, "data": asked.data, "dataset": asked.dataset, "limit": asked.limit, "split": "group"}
    options |= {"metrics": METRICS, "gallery": 0, "threads": 1}
    with tempfile.TemporaryDirectory(prefix="restore") as folder:
        began = time.process_time()
        ours = restore.run(recipe, runs=folder, name="ours", epochs=asked.epochs, **options, **better)
        seconds = time.process_time() - began
        more = {"batch": asked.batch} if asked.batch else {}
        budget = Budget(ours.record.seconds["train"] / ours.record.seconds["total"] * seconds)
        with contextlib.suppress(Stopped):
            restore.run(recipe, runs=folder, name="tutorial", epochs=1_000, listener=budget, **options, **more)
        theirs = restore.evaluate("tutorial", runs=folder, gallery=0)
        print(f"{asked.name}: {budget.seconds:.0f} s of processor time each; {asked.epochs} epochs, {budget.epochs}")
        for run, name in ((ours, "better"), (theirs, "tutorial")):
            for row in run.scores:
                wanted = row["metric"] in SEEN or row["metric"].startswith("harm")
                kept = row["what"] in {"restored", "damaged", "identity"} or "mask" in row["what"]
                if wanted and kept and row["mean"] is not None and (name == "better" or row["what"] == "restored"):
                    case = f"{row['corruption']}@{row['level']}" if row["level"] else row["corruption"]
                    print(f"{name:9}{case:28}{row['metric']:12}{row['region']:6}{row['what']:22}{row['mean']:.5f}")


if __name__ == "__main__":
    main()
