"""Templates and comparisons per second of processor time, of each extractor and matcher, on synthetic prints.

OMP_NUM_THREADS=1 python benchmarks/matching.py
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from itertools import combinations
from typing import get_args

import numpy as np

from restore_fingerprint.matching.matchers import MatcherName, find_matcher
from restore_fingerprint.matching.quality import assess
from restore_fingerprint.minutiae import Minutiae, extractor, leader
from restore_fingerprint.synthetic import synthetic

DPI = 500.0
SIZES = {"96x96 at 200 dpi": (240, 240), "388x374 at 500 dpi": (388, 374)}
"""SOCOFing's, as resampled for the extractors, and FVC2002 DB1's."""


def rate(work: Callable[[], object], count: int) -> float:
    """Return operations per second of processor time, for `work` that carries out `count` of them."""
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


def main(arguments: list[str]) -> None:
    """Print a line for each size, extractor and matcher."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=6, help="fingers, at least 2, with two impressions each")
    parser.add_argument("--size", choices=list(SIZES), action="append", help="this size only")
    options = parser.parse_args(arguments)
    names = ["light", "leader"] if leader.installed() else ["light"]
    firsts = range(0, 2 * options.count, 2)
    pairs_of = {"genuine": [(a, a + 1) for a in firsts][:3], "impostor": list(combinations(firsts, 2))[:3]}
    for label in options.size or SIZES:
        size = SIZES[label]
        source = synthetic(None, count=2 * options.count, impressions=2, size=size, dpi=DPI)
        prints = [source[index].clean[..., 0] for index in range(len(source))]
        for name in names:
            extract = extractor(name)
            # The first call loads the network.
            extract(prints[0], DPI)
            found: list[Minutiae] = []
            speed = rate(lambda e=extract, p=prints, f=found: f.extend(e(one, DPI) for one in p), len(prints))
            mean = np.mean([len(one) for one in found])
            print(f"{label:20} {name:10} {speed:8.2f} templates per second, {mean:.0f} minutiae each")
        if not leader.installed():
            continue
        speed = rate(lambda prints=prints: [assess(one, DPI) for one in prints], len(prints))
        print(f"{label:20} {'quality':10} {speed:8.2f} prints per second")
        for matcher in get_args(MatcherName):
            compare = find_matcher(matcher)
            ready = [compare.prepare(one) for one in found]
            for kind, pairs in pairs_of.items():
                speed = rate(lambda c=compare, r=ready, p=pairs: [c.compare(r[a], r[b]) for a, b in p], len(pairs))
                print(f"{label:20} {matcher:10} {speed:8.1f} {kind} comparisons per second")


if __name__ == "__main__":
    main(sys.argv[1:])
