"""How fast datasets of prints are opened and decoded, in images per second of processor time.

OMP_NUM_THREADS=1 python benchmarks/loaders.py SOCOFing [--fvc fvc2002]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from restore.api import FolderSource, Source
from restore_fingerprint.datasets.fvc import fvc2002
from restore_fingerprint.datasets.socofing import socofing

LARGE = 10
"""How many times as large as SOCOFing's a scanner's prints are: so many fewer of them are read."""


def time_of(source: Source, count: int) -> tuple[int, float]:
    """Read about `count` samples, evenly spread over a source; return how many, and the seconds of processor time."""
    chosen = range(0, len(source), max(1, len(source) // count))
    start = time.process_time()
    for index in chosen:
        _ = source[index]
    return len(chosen), time.process_time() - start


def main(arguments: list[str]) -> None:
    """Print a line for each way of reading the same images."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("socofing", type=Path, help="the folder with Real and Altered")
    parser.add_argument("--fvc", type=Path, help="the folder with the databases of FVC2002")
    parser.add_argument("--count", type=int, default=1000, help="samples read for each line")
    options = parser.parse_args(arguments)
    ways: dict[str, Callable[[], Source]] = {
        "folder of SOCOFing, only decoded": lambda: FolderSource(options.socofing),
        "socofing:altered=none,crop=none": lambda: socofing(options.socofing, altered="none", crop="none"),
        "socofing:altered=none": lambda: socofing(options.socofing, altered="none"),
        "socofing:altered=none,crop=blank": lambda: socofing(options.socofing, altered="none", crop="blank"),
        "socofing, pairs": lambda: socofing(options.socofing),
    }
    if options.fvc is not None:
        ways |= {
            "folder of FVC2002, only decoded": lambda: FolderSource(options.fvc),
            "fvc2002": lambda: fvc2002(options.fvc),
            "fvc2002:crop=blank": lambda: fvc2002(options.fvc, crop="blank"),
        }
    for name, open_it in ways.items():
        start = time.process_time()
        source = open_it()
        opening = time.process_time() - start
        _ = source[0]  # imports the decoder
        read, seconds = time_of(source, max(1, options.count // (LARGE if "fvc" in name.lower() else 1)))
        print(f"{name:38} {len(source):6} opened in {opening:.2f} s, {read / seconds:6.0f} images per second and core")


if __name__ == "__main__":
    main(sys.argv[1:])
