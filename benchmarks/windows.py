"""What cutting windows costs beside a training step, in one run.

python benchmarks/windows.py --rounds 40     (a minute on two cores)

Synthetic prints of 388x374 pixels, windows of 96x96, the default model, batches of 8. A round is one batch cut and one
training step on it; damage is drawn in both kinds of runs and not counted. Also prints the peak of the memory.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time

import numpy as np

from restore.builtin.models.selective_unet import selective_unet
from restore.pipeline.data import prepare, training_pieces
from restore_fingerprint.synthetic import synthetic

SIDE, BATCH = 96, 8
PRINT = (388, 374)


def main(arguments: list[str]) -> None:
    """Print the medians of a batch's cutting and of a training step, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=30, help="prints")
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args(arguments)
    source = synthetic(None, count=options.count, size=PRINT, sensor="optical")
    data = prepare(source, size=(SIDE, SIDE), channels=1, fit="window", cache=False)
    pieces = training_pieces(data.train, data.window, None, 0)
    model = selective_unet((SIDE, SIDE, 1)).model
    model.compile("adamw", loss={"image": "mse", "mask": "binary_crossentropy", "confidence": None})
    targets = {
        "image": np.zeros((BATCH, SIDE, SIDE, 1), np.float32),
        "mask": np.zeros((BATCH, SIDE, SIDE, 1), np.float32),
    }
    model.train_on_batch(targets["image"], targets)
    order = np.random.default_rng(0).permutation(len(pieces))
    cut, trained = [], []
    for step in range(options.rounds):
        which = order[np.arange(step * BATCH, (step + 1) * BATCH) % len(order)].tolist()
        start = time.perf_counter()
        clean = pieces.take(which, 0).clean
        between = time.perf_counter()
        model.train_on_batch(clean, {**targets, "image": clean})
        cut.append(between - start)
        trained.append(time.perf_counter() - between)
    one, other = (1000 * statistics.median(times) for times in (cut, trained))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(
        f"cutting {BATCH} windows: {one:.1f} ms, a training step: {other:.1f} ms, {one / other:.1%}; peak {peak:.0f} MiB"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
