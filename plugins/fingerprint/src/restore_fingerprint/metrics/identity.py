"""Whether prints still belong to the same finger: rank-1, EER, TAR@FAR against the clean prints of the test set."""

from __future__ import annotations

import hashlib
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Scored
from restore_fingerprint.matching.matchers import MatcherName, find_matcher
from restore_fingerprint.matching.protocol import choose, enrol, name_finger
from restore_fingerprint.matching.rates import accept_rate, equal_error, ranks
from restore_fingerprint.metrics.options import Dpi
from restore_fingerprint.minutiae import Name, chosen, find_minutiae
from restore_fingerprint.ridges import dpi_by_period

FARS = {"tar@1e-2": 1e-2, "tar@1e-3": 1e-3}


def identity(
    scored: Scored,
    *,
    matcher: Annotated[MatcherName, Field(description="what compares two prints")] = "geometric",
    extractor: Annotated[Name, Field(description="who finds minutiae; auto: leader where it is installed")] = "auto",
    dpi: Dpi = None,
    limit: Annotated[int, Field(ge=2, description="prints compared, of as many fingers as can be")] = 60,
) -> dict[str, NDArray[np.float64] | float]:
    """Return how well the prints are told from those of other fingers.

    Every finger is enrolled by a clean print; each print of the row is a probe, compared with its own finger (genuine)
    and every other (impostor). The own finger stands there by another impression where the set has one, else by the
    clean print that the probe was made from: rates are upper bounds then. A finger is known by the labels subject,
    hand and finger, else by the group.

    `rank1`: float (N,), 1 where the own finger scores above all others, 0 where not, ties included; NaN for prints
    that `limit` leaves out. `score`: float (N,), the genuine score, on the matcher's own scale, and `impostor` the mean of the others. `eer`: the equal
    error rate. `tar@1e-2`, `tar@1e-3`: the true accept rate at that false match rate, NaN with too few impostor
    comparisons to state it. `second`: the share of probes compared with another impression. `leader`: 1 where LEADER
    found the minutiae, 0 where the light extractor did. RequestError where what was asked for is not installed.
    """
    compare = find_matcher(matcher)
    resolution = dpi_by_period(scored.clean) if dpi is None else dpi
    fingers = [name_finger(*one) for one in zip(scored.labels, scored.groups, strict=True)]
    pictures = [hashlib.sha256(image.tobytes()).digest() for image in scored.clean]
    several = len(set(zip(fingers, pictures, strict=True))) > len(set(fingers))
    taken = choose(fingers, several, limit)
    enrolment = enrol([fingers[index] for index in taken], [pictures[index] for index in taken])

    # Those of the clean prints are remembered, and so are found once for all rows.
    clean = find_minutiae(scored.clean[taken], extractor, resolution)
    probes = find_minutiae(scored.images[taken], extractor, resolution)
    scores = compare.scores(probes, [clean[index] for index in enrolment.first])
    genuine = scores[np.arange(len(probes)), enrolment.finger]
    for place in np.flatnonzero(enrolment.own != enrolment.first[enrolment.finger]):
        genuine[place] = compare.match(probes[place], clean[enrolment.own[place]])
    others = np.where(enrolment.compared, scores, np.nan)
    impostor = scores[enrolment.compared]

    rank1, score = np.full((2, len(fingers)), np.nan)
    rank1[taken] = np.where(enrolment.compared.any(axis=1), ranks(genuine, others) == 1, np.nan)
    score[taken] = genuine
    return {
        "rank1": rank1,
        "eer": equal_error(genuine, impostor).rate,
        **{key: accept_rate(genuine, impostor, far) for key, far in FARS.items()},
        "score": score,
        "impostor": float(impostor.mean()) if impostor.size else float("nan"),
        "second": float(enrolment.second.mean()),
        "leader": float(chosen(extractor) == "leader"),
    }
