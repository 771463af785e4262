"""Measure how many templates and comparisons a second one core makes, on synthetic prints.

python benchmarks/matching.py
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import get_args

import numpy as np

from restore_fingerprint.matching.matchers import MatcherName, find_matcher
from restore_fingerprint.matching.quality import assess
from restore_fingerprint.minutiae import extractor, leader
from restore_fingerprint.synthetic import synthetic

DPI = 500.0
SIZES = {"96x96 at 200 dpi": (240, 240), "388x374 at 500 dpi": (388, 374)}
"""Of SOCOFing, as the extractors see it, and of FVC2002's DB1."""


def rate(work: Callable[[], object], count: int) -> float:
    """Return how often `work`, which does a thing `count` times, does it in a second of the processor's time."""
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=6, help="fingers, with two impressions each")
    options = parser.parse_args()
    names = ["light", "leader"] if leader.installed() else ["light"]
    for label, size in SIZES.items():
        source = synthetic(None, count=2 * options.count, impressions=2, size=size, dpi=DPI)
        prints = [source[index].clean[..., 0] for index in range(len(source))]
        for name in names:
            extract = extractor(name)
            # The first one loads the network.
            extract(prints[0], DPI)
            found = [extract(one, DPI) for one in prints]
            speed = rate(lambda extract=extract, prints=prints: [extract(one, DPI) for one in prints], len(prints))
            mean = np.mean([len(one) for one in found])
            print(f"{label:20} {name:10} {speed:8.2f} templates a second, {mean:.0f} minutiae each")
        if not leader.installed():
            continue
        speed = rate(lambda prints=prints: [assess(one, DPI) for one in prints], len(prints))
        print(f"{label:20} {'quality':10} {speed:8.2f} prints a second")
        for matcher in get_args(MatcherName):
            compare = find_matcher(matcher)
            ready = [compare.prepare(one) for one in found]
            for kind, pairs in {"genuine": [(0, 1), (2, 3), (4, 5)], "impostor": [(0, 2), (0, 4), (2, 4)]}.items():
                speed = rate(lambda c=compare, r=ready, p=pairs: [c.compare(r[a], r[b]) for a, b in p], len(pairs))
                print(f"{label:20} {matcher:10} {speed:8.1f} {kind} comparisons a second")


if __name__ == "__main__":
    main()
