"""Comparison protocols: names of fingers, enrolment of a test set, and the pairs of the FVC."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.intp]


def name_finger(labels: Mapping[str, Any], group: str) -> str:
    """Return the name of a print's finger: subject, hand and finger where the labels have them, else the group.

    Without a subject, finger numbers are unique only within a database (`101` of the FVC), so the group is prefixed.
    """
    parts = [str(labels[key]) for key in ("subject", "hand", "finger") if labels.get(key) not in (None, "")]
    if "finger" not in labels:
        return group
    return " ".join(parts) if "subject" in labels else " ".join([group, *parts])


def choose(fingers: Sequence[str], several: bool, limit: int) -> Indices:
    """Return the indices of at most `limit` prints, ascending, from as many fingers as possible, spread evenly.

    `several`: choose the first two prints of a finger together, so that each probe has a second impression. Where room
    is left, the third print of each finger follows, then the fourth.
    """
    prints: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(fingers):
        prints[name].append(index)
    first = {name: one[: 1 + several] for name, one in prints.items()}
    names = list(first)

    def spread(count: int) -> list[str]:
        return [names[place] for place in np.linspace(0, len(names) - 1, count).round().astype(int)]

    counts = range(min(len(names), limit), 0, -1)
    evenly = next((one for one in map(spread, counts) if sum(len(first[name]) for name in one) <= limit), [])
    taken: list[int] = []
    for name in dict.fromkeys([*evenly, *names]):
        taken += first[name] if len(taken) + len(first[name]) <= limit else []
    chosen = set(taken)
    rounds = zip_longest(*(one[1 + several :] for one in prints.values() if one[0] in chosen))
    further = [index for one in rounds for index in one if index is not None]
    return np.sort(np.array((taken + further)[:limit], dtype=np.intp))


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A gallery with every finger enrolled once, and the genuine and impostor comparisons of each probe.

    `names`: F fingers. `first`: (F,), the enrolled print of each finger. `finger`: (P,), the finger of each probe.
    `own`: (P,), the print of its genuine comparison. `second`: bool (P,), true where that is another impression than
    the one the probe was made from. `compared`: bool (P, F), the impostor comparisons: another finger and another
    image.
    """

    names: Sequence[str]
    first: Indices
    finger: Indices
    own: Indices
    second: NDArray[np.bool_]
    compared: NDArray[np.bool_]


def enrol(fingers: Sequence[str], images: Sequence[Hashable]) -> Enrolment:
    """Enrol each finger by its first print, for probes made from the same prints.

    `fingers`: the finger of each print; `images`: an identifier of its content, such as a digest. A probe made from the
    enrolled print of its finger is compared with the finger's next different image, or, where there is none, with its
    own clean print, which yields an upper bound. An image labelled with two fingers is not an impostor of itself.
    """
    names = list(dict.fromkeys(fingers))
    number = {name: place for place, name in enumerate(names)}
    finger = np.array([number[name] for name in fingers], dtype=np.intp)
    prints: list[list[int]] = [[] for _ in names]
    for index, place in enumerate(finger):
        if all(images[other] != images[index] for other in prints[place]):
            prints[place].append(index)
    first = np.array([one[0] for one in prints], dtype=np.intp)
    own = np.array(
        [
            next((other for other in prints[place] if images[other] != images[index]), first[place])
            for index, place in enumerate(finger)
        ],
        dtype=np.intp,
    )
    second = np.array([images[other] != images[index] for index, other in enumerate(own)], dtype=np.bool_)
    compared = np.array(
        [
            [place != other and images[index] != images[print_] for other, print_ in enumerate(first)]
            for index, place in enumerate(finger)
        ],
        dtype=np.bool_,
    ).reshape(len(finger), len(names))
    return Enrolment(names, first, finger, own, second, compared)


def pair_up(fingers: Sequence[str]) -> tuple[Indices, Indices]:
    """Return the genuine and impostor pairs of prints in the FVC's protocol, (K, 2) and (L, 2).

    Genuine: every two impressions of one finger. Impostor: the first impressions of every two fingers. Each pair is
    compared once. Source: Maio et al., FVC2000, IEEE PAMI 24(3), 2002.
    """
    prints: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(fingers):
        prints[name].append(index)
    genuine = [pair for one in prints.values() for pair in combinations(one, 2)]
    impostor = list(combinations([one[0] for one in prints.values()], 2))
    return _pairs(genuine), _pairs(impostor)


def _pairs(pairs: Sequence[tuple[int, int]]) -> Indices:
    return np.array(pairs, dtype=np.intp).reshape(-1, 2)
