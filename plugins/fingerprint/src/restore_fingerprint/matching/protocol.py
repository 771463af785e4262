"""Who is compared with whom: fingers by name, the enrolment of a test set, the pairs of the FVC."""

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
    """Return the finger that a print is of: subject, hand and finger where labels tell them, else the group.

    A finger's number without a subject begins anew in every database (`101` of the FVC), so that it is told together
    with the group.
    """
    parts = [str(labels[key]) for key in ("subject", "hand", "finger") if labels.get(key) not in (None, "")]
    if "finger" not in labels:
        return group
    return " ".join(parts) if "subject" in labels else " ".join([group, *parts])


def choose(fingers: Sequence[str], several: bool, limit: int) -> Indices:
    """Return at most `limit` prints, rising: of as many fingers as can be, spread evenly over those there are.

    `several`: a finger's first two prints are taken before another finger's, since one print alone says nothing of
    another impression. Where room is left, the third print of each follows, then the fourth.
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
    """Every finger enrolled once, and for each probe the print that stands for its own finger.

    `names`: F fingers. `first`: (F,) the print enrolled for each. `finger`: (P,) each probe's. `own`: (P,) the print
    that it is compared with as genuine. `second`: bool (P,), true where that is another impression than the one that
    the probe was made from. `compared`: bool (P, F), true where the enrolled print is another finger's and another
    picture.
    """

    names: Sequence[str]
    first: Indices
    finger: Indices
    own: Indices
    second: NDArray[np.bool_]
    compared: NDArray[np.bool_]


def enrol(fingers: Sequence[str], pictures: Sequence[Hashable]) -> Enrolment:
    """Enrol each finger by its first print, for probes made from the same prints.

    `fingers`: the finger of each print; `pictures`: what tells equal pictures, such as a digest. A probe that was made
    from the very print its finger is enrolled by is compared with the finger's next other picture, where there is
    one; else with its own clean print, an upper bound. A picture that stands under two fingers is no impostor of
    itself.
    """
    names = list(dict.fromkeys(fingers))
    number = {name: place for place, name in enumerate(names)}
    finger = np.array([number[name] for name in fingers], dtype=np.intp)
    prints: list[list[int]] = [[] for _ in names]
    for index, place in enumerate(finger):
        if all(pictures[other] != pictures[index] for other in prints[place]):
            prints[place].append(index)
    first = np.array([one[0] for one in prints], dtype=np.intp)
    own = np.array(
        [
            next((other for other in prints[place] if pictures[other] != pictures[index]), first[place])
            for index, place in enumerate(finger)
        ],
        dtype=np.intp,
    )
    second = np.array([pictures[other] != pictures[index] for index, other in enumerate(own)], dtype=np.bool_)
    compared = np.array(
        [
            [place != other and pictures[index] != pictures[print_] for other, print_ in enumerate(first)]
            for index, place in enumerate(finger)
        ],
        dtype=np.bool_,
    ).reshape(len(finger), len(names))
    return Enrolment(names, first, finger, own, second, compared)


def pair_up(fingers: Sequence[str]) -> tuple[Indices, Indices]:
    """Return the genuine and impostor pairs of prints of the FVC's protocol, (K, 2) and (L, 2).

    Genuine: every two impressions of one finger. Impostor: the first impressions of every two fingers. Each pair
    once, as no matcher here is asked twice. Source: Maio et al., FVC2000, IEEE PAMI 24(3), 2002.
    """
    prints: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(fingers):
        prints[name].append(index)
    genuine = [pair for one in prints.values() for pair in combinations(one, 2)]
    impostor = list(combinations([one[0] for one in prints.values()], 2))
    return _pairs(genuine), _pairs(impostor)


def _pairs(pairs: Sequence[tuple[int, int]]) -> Indices:
    return np.array(pairs, dtype=np.intp).reshape(-1, 2)
