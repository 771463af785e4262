"""How often the nearest code is of the same finger, beside chance.

`python benchmarks/nearest.py --data PATH` trains an autoencoder with a code of 128 numbers on FVC2002 to copy prints, fingers
kept apart, and looks among the prints of each sensor for the nearest code of each print.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import restore
from restore.running.coder import open_coder
from restore.tasks.encode import encode_files, nearest


def finger_of(name: str) -> tuple[str, str]:
    """Return the database and finger of a print's path, such as `DB1_B/101_1.tif`."""
    path = Path(name)
    return path.parent.name, path.stem.partition("_")[0]


def hits_of(ids: Sequence[str], codes: np.ndarray, asked: Sequence[str]) -> tuple[float, float, int]:
    """Return the share of the prints `asked` whose nearest code is of the same finger, chance, and their number."""
    hits, chances = [], []
    for sensor in sorted({finger_of(name)[0] for name in ids}):
        rows = [row for row, name in enumerate(ids) if finger_of(name)[0] == sensor]
        names = [ids[row] for row in rows]
        found = nearest(codes[rows], names, 1)
        for name in (one for one in names if one in asked):
            same = sum(finger_of(other) == finger_of(name) for other in names) - 1
            chances.append(same / (len(names) - 1))
            hits.append(finger_of(found[name][0].id) == finger_of(name))
    return float(np.mean(hits)), float(np.mean(chances)), len(hits)


def main() -> None:
    """Train, encode and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=40)
    asked = parser.parse_args()
    options = {"model": "dense-code:code=128", "size": 96, "batch": 8, "optimizer": "adam", "lr": 1e-3, "loss": "mse"}
    with tempfile.TemporaryDirectory(prefix="restore") as folder:
        run = restore.run(
            "fvc-autoencoder-320",
            runs=folder,
            data=asked.data,
            split="group",
            epochs=asked.epochs,
            threads=1,
            **options,
        )
        encoded = encode_files(open_coder(run), [asked.data])
        unseen = run.record.data["test"].ids
        for what, names in (("all prints", encoded.ids), ("fingers never seen", unseen)):
            share, chance, count = hits_of(encoded.ids, encoded.codes, names)
            print(f"{what}: nearest code of the same finger in {share:.0%} of {count}, chance {chance:.1%}")


if __name__ == "__main__":
    main()
