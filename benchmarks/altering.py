"""How long an alteration of a print takes, in milliseconds of processor time, on small and on large prints.

python benchmarks/altering.py
"""

from __future__ import annotations

import importlib
import statistics
import time

from restore.api import generator
from restore_fingerprint.plugin import restore_corruptions
from restore_fingerprint.synthetic import synthetic

REPEATS = 5


def main() -> None:
    """Print the median of several rounds over four prints, for each alteration and two sensors."""
    sets = [synthetic(None, count=4, size=(96, 96)), synthetic(None, count=4, size=(374, 388), sensor="optical")]
    prints = [[source[index].clean for index in range(4)] for source in sets]
    for one in restore_corruptions():
        module, name = one.ref.split(":")
        damage = getattr(importlib.import_module(module), name)
        told = []
        for images in prints:
            rounds = []
            for _ in range(REPEATS):
                start = time.process_time()
                for key, image in enumerate(images):
                    damage(image, generator("altering", key))
                rounds.append((time.process_time() - start) / len(images))
            told.append(f"{1000 * statistics.median(rounds):.1f} ms")
        print(f"{one.name:14} 96x96: {told[0]:>8}   374x388: {told[1]:>8}")


if __name__ == "__main__":
    main()
