"""Identity: rank-1 identification rate, EER and TAR@FAR of prints against the clean prints of the test set."""

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
from restore_fingerprint.metrics.options import Dpi, Extractor, Mask, resolution, untouched
from restore_fingerprint.minutiae import chosen, find_minutiae

FARS = {"tar@1e-2": 1e-2, "tar@1e-3": 1e-3}


def identity(
    scored: Scored,
    *,
    matcher: Annotated[MatcherName, Field(description="algorithm that scores two sets of minutiae")] = "geometric",
    extractor: Extractor = "auto",
    dpi: Dpi = None,
    limit: Annotated[
        int, Field(ge=2, description="maximum number of prints compared, from as many fingers as possible")
    ] = 60,
    mask: Mask = "keep",
) -> dict[str, NDArray[np.float64] | float]:
    """Return identification and verification rates of the prints.

    The gallery enrols every finger by a clean print; each print of the row is a probe, compared with its own finger
    (genuine) and every other one (impostor). The genuine comparison uses another impression where the set has one, else
    the clean print that the probe was made from: rates are upper bounds then. A finger is identified by the labels
    subject, hand and finger, else by the group. With `mask="drop"`, minutiae of the probes within the used mask are left
    out, where there is one.

    `rank1`: float (N,), 1 where the genuine score exceeds all others, else 0, ties included; NaN for prints beyond
    `limit`. `score`: float (N,), the genuine score, on the matcher's own scale; `impostor`: the mean impostor score.
    `eer`: the equal error rate. `tar@1e-2`, `tar@1e-3`: the true accept rate at that false match rate, NaN with too few
    impostor comparisons. `second`: the share of probes compared with another impression. `leader`: 1 with minutiae by
    LEADER, 0 by the light extractor. Raises `RequestError` where the matcher or the extractor is not installed.
    """
    compare = find_matcher(matcher)
    dpi = resolution(scored.clean, dpi)
    fingers = [name_finger(*one) for one in zip(scored.labels, scored.groups, strict=True)]
    digests = [hashlib.sha256(image.tobytes()).digest() for image in scored.clean]
    several = len(set(zip(fingers, digests, strict=True))) > len(set(fingers))
    taken = choose(fingers, several, limit)
    enrolment = enrol([fingers[index] for index in taken], [digests[index] for index in taken])

    # Minutiae of the clean prints are cached, so they are extracted once for all rows.
    clean = find_minutiae([scored.clean[i] for i in taken], extractor, dpi)
    probes = find_minutiae([scored.images[i] for i in taken], extractor, dpi)
    probes = untouched(probes, None if scored.used is None else [scored.used[i] for i in taken], mask)
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
