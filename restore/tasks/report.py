"""What a report shows of a run beyond its score table: scores of single images, images worst first, citations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from restore.errors import RequestError, RestoreError
from restore.pipeline.bootstrap import ZERO_ERROR_DB
from restore.runfile.summary import read_summary
from restore.running.leading import RESTORED, Leading, leading
from restore.tasks.compare import Compared, compare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from restore.plugins.catalogue import Catalogue
    from restore.runfile.record import GalleryImage, Record, Scores
    from restore.running.opened import Run


class Shot(NamedTuple):
    """An image of a gallery, and its score by the leading metric, None where it has none."""

    image: GalleryImage
    score: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """A run as a report shows it.

    `label`: its name, unlike those of the other runs. `document`: that of `restore show --json`. `content`: SHA-256
    (hex) of its HDF5 bytes. `spread`: the leading metric's scores of single images, by corruption and what.
    `shots`: the gallery, worst first in each corruption. `citations`: those of the pretrained runs it was made from.
    """

    label: str
    document: Mapping[str, Any]
    record: Record
    content: str
    lead: Leading | None
    spread: Mapping[str, Mapping[str, NDArray[np.float64]]]
    shots: Sequence[Shot]
    citations: Sequence[str]


def examine(runs: Sequence[Run], catalogue: Catalogue) -> list[Reported]:
    """Return what a report shows of each run."""
    names = [run.name for run in runs]
    # One metric for all, so that they are seen beside each other.
    lead = next(filter(None, (leading(run.scores) for run in runs)), None)
    return [
        Reported(
            label=run.name if names.count(run.name) == 1 else f"{run.name} {run.id}",
            document=run.to_json(),
            record=run.record,
            content=read_summary(run.path).content,
            lead=lead,
            spread=spread(run.record.scores, lead),
            shots=rank(run.gallery, run.record.scores, lead),
            citations=citations(run, catalogue),
        )
        for run in runs
    ]


def verdicts(runs: Sequence[Run]) -> Compared | str:
    """Return the first of several runs compared with the others, or why they cannot be."""
    try:
        return compare(*runs)
    except RequestError as error:
        return error.what


def spread(scores: Scores | None, lead: Leading | None) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Return the scores of the run's own test images by corruption and what; empty where the file has none.

    Images without any error, whose decibels are unbounded, are left out.
    """
    if scores is None or lead is None:
        return {}
    own = [not name for name in scores.data or [""] * len(scores.image)]
    most = ZERO_ERROR_DB if lead.unit == "dB" else np.inf
    found: dict[str, dict[str, NDArray[np.float64]]] = {}
    for corruption in scores.corruption:
        for what in scores.what:
            values = _values(scores, lead, corruption, what)[own]
            values = values[values < most]
            if values.size:
                found.setdefault(corruption, {})[what] = values
    return found


def rank(gallery: Sequence[GalleryImage], scores: Scores | None, lead: Leading | None) -> list[Shot]:
    """Return the images of a gallery by corruption, each the worst first, those without a score last."""
    shots = [Shot(image, _score(image, scores, lead)) for image in gallery]
    order = list(dict.fromkeys(image.corruption for image in gallery))
    sign = -1 if lead is not None and lead.better == "lower" else 1

    def key(shot: Shot) -> tuple[int, bool, float]:
        score = shot.score
        return order.index(shot.image.corruption), score is None, sign * (score or 0.0)

    return sorted(shots, key=key)


def same_test(runs: Sequence[Reported]) -> bool:
    """Return whether all runs were tested on the same images, by their pixels; false where a file does not name them."""
    tests = [one.record.data.get("test") for one in runs]
    return all(one is not None and sorted(one.sha256) == sorted(getattr(tests[0], "sha256", ())) for one in tests)


def citations(run: Run, catalogue: Catalogue) -> list[str]:
    """Return what is to be cited for the pretrained runs that a run is, or started from."""
    from restore.plugins.boundary import pretrained_file
    from restore.plugins.components import Pretrained

    record = run.record
    known = {record.id, *(one["id"] for one in (record.ancestors.runs if record.ancestors else ()))}
    known |= {record.parent.id} if record.parent else set()
    found = []
    for entry in catalogue.entries("pretrained"):
        try:
            ident = read_summary(pretrained_file(entry)).id
        except RestoreError:  # a plugin's broken file is no fault of this run
            continue
        if ident in known and isinstance(entry.component, Pretrained):
            found.append(f"{entry.full_name}: {entry.component.citation} ({entry.component.licence})")
    return found


def _score(image: GalleryImage, scores: Scores | None, lead: Leading | None) -> float | None:
    """Return an image's score, None where it has none, or where images of two datasets have its name."""
    if scores is None:
        return None
    values = _values(scores, lead, image.corruption, RESTORED)
    values = values[[name == image.id for name in scores.image]]
    values = values[~np.isnan(values)]
    return float(values[0]) if values.size == 1 else None


def _values(scores: Scores, lead: Leading | None, corruption: str, what: str) -> NDArray[np.float64]:
    """Return the scores of single images, float (image,), NaN where they have none."""
    axes = (scores.corruption, scores.metric, scores.region, scores.what)
    names = (corruption, lead.metric, lead.region, what) if lead else ()
    if not names or any(name not in axis for axis, name in zip(axes, names, strict=True)):
        return np.full(len(scores.image), np.nan)
    c, m, r, w = (list(axis).index(name) for axis, name in zip(axes, names, strict=True))
    return scores.value[:, c, m, r, w].astype(np.float64)
