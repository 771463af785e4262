"""Whether `find-restore` reaches in a third of the time what `selective-unet` has learnt after five minutes.

python benchmarks/race.py
python benchmarks/race.py --data SOCOFing/Real --limit 1000

Both are trained one after the other on the same prints with black boxes, on one thread. Processor time is budgeted by
epochs, so that the learning rate ends where its schedule does; the minutes printed are those of whole runs, start and
scoring included. Scores are those of the same unseen prints, blind.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from quality_training import Trainings

RACE = (("selective-unet", "adamw", 1.0), ("find-restore", "muon", 1 / 3))
"""Models, their optimizers, and their shares of the time."""


def main(arguments: list[str]) -> None:
    """Print a row for each model: epochs, minutes of processor time, and decibels in the hole."""
    options = _parse(arguments)
    print("| model | epochs | images | minutes | hole, dB | overlap |\n|---|---|---|---|---|---|")
    for model, optimizer, share in RACE:
        with tempfile.TemporaryDirectory() as folder:
            plan = {"corrupt": "box", "optimizer": optimizer, "limit": options.limit}
            plan |= {"data": options.data, "dataset": None, "split": None, "recipe": "fingerprint", "metrics": None}
            trainings = Trainings(Path(), {}, share * options.minutes, Path(folder), plan)
            run, took = trainings.train(model, options.seed)
        scores = {(row["metric"], row["region"]): row["mean"] for row in run.scores if row["what"] == "restored"}
        images = took["epochs"] * len(run.record.data["train"].ids)
        hole, overlap = scores["psnr", "hole"], scores["mask.iou", "full"]
        print(
            f"| `{model}` | {took['epochs']} | {images:.0f} | {took['minutes']:.1f} | {hole:.2f} | {overlap:.3f} |",
            flush=True,
        )


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of prints; default: synthetic ones")
    parser.add_argument("--limit", type=int, help="prints in all")
    parser.add_argument("--minutes", type=float, default=5, help="processor time of the first model")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
