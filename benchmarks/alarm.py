"""Whether altered prints are noticed at all: the alarm of a run on SOCOFing's alterations, beside the real prints.

python benchmarks/alarm.py SOCOFing --figure alarm.svg

Prints of subjects 81 to 100, whom the pretrained run has not seen: every real print should be left alone, every alteration
and black box be noticed. Several scores of an image are compared: the highest value of the run's output `mask`, which the
metric `alarm` uses, and others made of what `find-restore` finds before it decides. Intervals are over subjects.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from quality_damage import ALTERATIONS, BOX, CHOSEN, DAMAGE, LEVELS, Source, damaged, joined, split_of
from scipy import special

import restore
from restore.api import generator
from restore.builtin.metrics.alarm import area, threshold

Array = NDArray[np.float32]
Scores = Mapping[str, NDArray[np.float64]]
"""Of each image, by what is scored."""
FALSE, ROUNDS = 0.02, 1000
HARDEST = 20
"""Number of pixels whose mean logit is a score: a few, as the smallest alterations are."""


def score(restorer: restore.Restorer, images: Array) -> Scores:
    """Return scores of images (N, H, W, 1) that tell how damaged they look."""
    made = restorer.restore_all(images)
    found = {"mask": np.asarray(made.outputs["mask"], np.float64).reshape(len(images), -1).max(axis=1)}
    search = getattr(getattr(restorer.network.restore, "__self__", restorer.network.restore), "search", None)
    if search is None:
        return found
    logits = np.sort(_logit(search(images)[..., 0]).reshape(len(images), -1), axis=1)
    return {
        **found,
        "used pixels": np.asarray(made.used).reshape(len(images), -1).sum(axis=1).astype(np.float64),
        "highest logit": logits[:, -1],
        f"mean of {HARDEST} logits": logits[:, -HARDEST:].mean(axis=1),
        "found pixels": (logits > 0).sum(axis=1) + special.expit(logits[:, -1]),
    }


def _logit(probability: Array) -> NDArray[np.float64]:
    return np.asarray(special.logit(np.clip(probability.astype(np.float64), 1e-7, 1 - 1e-7)))


def rates(damaged: NDArray[np.float64], clean: NDArray[np.float64]) -> tuple[float, float]:
    """Return the area under the ROC, and the share of damaged images noticed at 2 % false alarms."""
    return area(damaged, clean), float(np.mean(damaged > threshold(clean, FALSE)))


def interval(
    damaged: NDArray[np.float64], clean: NDArray[np.float64], groups: tuple[Sequence[str], Sequence[str]]
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of that share over subjects, those of the damaged and of the clean images."""
    rng = generator("alarm")
    names = sorted(set(groups[1]))
    places = [[np.flatnonzero(np.array(one) == name) for name in names] for one in groups]
    found = []
    for _ in range(ROUNDS):
        drawn = rng.integers(0, len(names), len(names))
        some, others = (np.concatenate([one[i] for i in drawn]) for one in places)
        if len(some):
            found.append(rates(damaged[some], clean[others])[1])
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def draw(path: Path, curves: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]) -> None:
    """Draw the ROC of each level, detections over false alarms, both of scores of damaged and of clean images."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    for name, (bad, good) in curves.items():
        steps = np.append(np.sort(good)[::-1], -np.inf)
        axes.plot([np.mean(good > one) for one in steps], [np.mean(bad > one) for one in steps], label=name)
    axes.axvline(FALSE, color="grey", linewidth=0.8, linestyle=":")
    axes.set(xlabel="share of real prints with an alarm", ylabel="share of altered prints noticed")
    axes.set(xlim=(0, 1), ylim=(0, 1.01))
    axes.set_xscale("symlog", linthresh=0.01)
    axes.legend(loc="lower right")
    figure.savefig(path)


def main(arguments: list[str]) -> None:
    """Print the areas of all scores, and the table of one of them by kind and level of alteration."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="SOCOFing, the folder that holds Real and Altered")
    parser.add_argument("--run", default="fingerprint/pretrained", help="name or file of a run")
    parser.add_argument("--limit", type=int, help="real prints, at most; whole subjects")
    parser.add_argument("--score", default="mask", help="score of the second table and of the figure")
    parser.add_argument("--figure", type=Path, help="file of the ROC, such as alarm.svg")
    options = parser.parse_args(arguments)
    split = split_of(options.data, CHOSEN, options.limit)
    cases = joined(
        [damaged(Source(options.data, *what, split=split)) for what in (({BOX: DAMAGE[BOX]},), ({}, "socofing"))]
    )
    restorer = restore.open(options.run).restorer()
    real = cases.sets[BOX]
    clean = score(restorer, np.asarray(real.clean))
    bad = {kind: score(restorer, np.asarray(test.damaged)) for kind, test in cases.sets.items()}
    altered = [f"{kind} {level}" for level in LEVELS for kind in ALTERATIONS]
    print(f"{len(real.ids)} real prints of {len(set(real.groups))} subjects\n")
    print(
        "| score | area, all alterations | noticed at 2 % false alarms: easy | medium | hard |\n|---|---|---|---|---|"
    )
    for name, good in clean.items():
        joint = {level: np.concatenate([bad[f"{kind} {level}"][name] for kind in ALTERATIONS]) for level in LEVELS}
        shares = " | ".join(f"{rates(one, good)[1]:.3f}" for one in joint.values())
        print(f"| {name} | {rates(np.concatenate(list(joint.values())), good)[0]:.4f} | {shares} |")
    print(f"\n| {options.score} | prints | area | noticed at 2 % false alarms |\n|---|---|---|---|")
    good = clean[options.score]
    for kind in (BOX, *altered):
        one, groups = bad[kind][options.score], cases.sets[kind].groups
        whole, share = rates(one, good)
        low, high = interval(one, good, (groups, real.groups))
        print(f"| {kind} | {len(one)} | {whole:.4f} | {share:.3f} ({low:.3f} to {high:.3f}) |")
    if options.figure:
        levels = {level: [bad[f"{kind} {level}"][options.score] for kind in ALTERATIONS] for level in LEVELS}
        draw(options.figure, {level: (np.concatenate(ones), good) for level, ones in levels.items()})


if __name__ == "__main__":
    main(sys.argv[1:])
