"""The same plan with several Keras backends: scores of each seed, and whether backends differ by more than seeds do.

uv sync --extra jax --extra torch
python benchmarks/backends.py

Every backend trains in processes of its own, with the same split, test damage and seeds. Weights are drawn by the
backend's own generator, so that a seed means other weights with another backend: it is the seeds' spread that counts.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

BACKENDS = "tensorflow", "jax", "torch"
FIGURES = {("psnr", "hole"): "hole, dB", ("psnr", "full"): "whole print, dB", ("mask.iou", "full"): "overlap"}
TRAIN = """
import json, sys, time
import restore
options, seeds = json.loads(sys.argv[1]), int(sys.argv[2])
for seed in range(seeds):
    start = time.process_time()
    run = restore.run(**options, seed=seed, split_seed=0, name=f"{sys.argv[3]}-{seed}")
    rows = [row for row in run.scores if row["what"] == "restored"]
    print(json.dumps([[[row["metric"], row["region"], row["mean"]] for row in rows], time.process_time() - start]), flush=True)
"""


def main(arguments: list[str]) -> None:
    """Print a table of scores, a row a backend, and how far its median lies from those of the first one."""
    options = _parse(arguments)
    print(f"| backend | {' | '.join(FIGURES.values())} | processor s |\n|{'---|' * (len(FIGURES) + 2)}")
    found: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for backend in options.backends:
            found[backend], seconds = _train(backend, options, folder)
            cells = [_cell(found[backend][name]) for name in FIGURES.values()]
            print(f"| `{backend}` | {' | '.join(cells)} | {seconds:.0f} |", flush=True)
    for name in FIGURES.values():
        medians = [statistics.median(one[name]) for one in found.values()]
        spread = max(max(one[name]) - min(one[name]) for one in found.values())
        apart = max(medians) - min(medians)
        print(f"{name}: medians {apart:.3f} apart, seeds of a backend up to {spread:.3f}")


def _train(backend: str, options: argparse.Namespace, folder: str) -> tuple[dict[str, list[float]], float]:
    """Return the figures of all seeds by name, and the median of the processor time of a run."""
    plan = {
        "recipe": "fingerprint",
        "corrupt": "box",
        "model": options.model,
        "limit": options.limit,
        "epochs": options.epochs,
        "threads": 1,
        "metrics": ["psnr", "mask"],
        "baselines": "none",
        "gallery": 0,
        "runs": folder,
    }
    command = [sys.executable, "-W", "ignore", "-c", TRAIN, json.dumps(plan), str(options.seeds), backend]
    own = {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, env={**os.environ, **own}, check=True, stdout=subprocess.PIPE)
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    figures: dict[str, list[float]] = {name: [] for name in FIGURES.values()}
    for rows, _ in runs:
        for metric, region, mean in rows:
            if (metric, region) in FIGURES:
                figures[FIGURES[metric, region]].append(mean)
    return figures, statistics.median(seconds for _, seconds in runs)


def _cell(values: list[float]) -> str:
    """Return the median and the values of all seeds."""
    return f"{statistics.median(values):.3f} ({', '.join(f'{one:.3f}' for one in values)})"


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backends", nargs="+", default=BACKENDS, choices=BACKENDS)
    parser.add_argument("--model", default="find-restore", metavar="SPEC")
    parser.add_argument("--limit", type=int, default=400, help="prints")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=3)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
