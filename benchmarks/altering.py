"""How long an alteration of a print takes, in milliseconds of processor time, for small and large prints.

OMP_NUM_THREADS=1 python benchmarks/altering.py
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import sys
import time

from restore.api import generator
from restore_fingerprint.plugin import restore_corruptions
from restore_fingerprint.synthetic import synthetic


def main(arguments: list[str]) -> None:
    """Print the median over the rounds, for each alteration and two sensors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=4, help="prints of each size")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    sets = {
        "96x96": synthetic(None, count=options.count, size=(96, 96)),
        "374x388": synthetic(None, count=options.count, size=(374, 388), sensor="optical"),
    }
    prints = {size: [source[index].clean for index in range(options.count)] for size, source in sets.items()}
    for one in restore_corruptions():
        module, name = one.ref.split(":")
        damage = getattr(importlib.import_module(module), name)
        cells = []
        for size, images in prints.items():
            rounds = []
            for _ in range(options.rounds):
                start = time.process_time()
                for key, image in enumerate(images):
                    damage(image, generator("altering", key))
                rounds.append((time.process_time() - start) / len(images))
            cells.append(f"{size}: {1000 * statistics.median(rounds):6.1f} ms")
        print(f"{one.name:14} " + "   ".join(cells))


if __name__ == "__main__":
    main(sys.argv[1:])
