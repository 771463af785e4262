"""A run without its images: what a plugin can ship, with nothing in it of the people that it was trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.errors import RequestError
from restore.planning.plan import Choice, Plan
from restore.plugins import spec
from restore.runfile.record import Parent, Record, Scores, new_id
from restore.runfile.summary import Holder

NOBODY = Holder(0, "")
"""The writer of a pretrained run: its file names no process and no host."""
MANTISSA, DIGITS = 24, 11
"""Binary digits of a float32 number, and those that are kept of a weight, as many as half precision has: packed, it takes
two bytes instead of four, and restored images do not differ in 8 bits."""
ENVIRONMENT = ("versions", "backend", "keras", "threads")
"""What is kept of the environment; the platform may name a host or its owner."""


def strip(record: Record, content: str = "") -> Record:
    """Return the pretrained run of a complete run, its `parent`; `content` is the SHA-256 of the parent's HDF5 bytes.

    It keeps weights, rounded, history, margins, versions, the score rows of the run's own dataset, and the plan without paths.
    Networks as ONNX are left out: they are those of other weights. Raises `RequestError` where the run is not complete, or an option other than the dataset's is a path.
    """
    if record.status != "complete":
        hint = f"restore run --resume {record.name}"
        raise RequestError(f"the run is {record.status}", code="not-complete", where=record.name, hint=hint)
    rows = (record.scores.table if record.scores else None) or []
    # Field by field, so that what a record will hold one day stays out until it is put here.
    return Record(
        id=new_id(),
        name=record.name,
        created=record.created,
        status=record.status,
        restore_version=record.restore_version,
        plan=_without_paths(Plan.from_json(record.plan)),
        environment={name: value for name, value in record.environment.items() if name in ENVIRONMENT},
        kind="pretrained",
        parent=Parent(record.id, content),
        seconds=record.seconds,
        margins=record.margins,
        history=record.history,
        scores=Scores(
            np.zeros((0,) * 5, np.float32), (), (), (), (), (), [row for row in rows if row.get("data") is None]
        ),
        weights={name: [(path, _rounded(array)) for path, array in ours] for name, ours in record.weights.items()},
    )


def _rounded(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array, its float32 numbers rounded to `DIGITS`."""
    if array.dtype != np.float32:
        return array
    lost = MANTISSA - DIGITS
    bits = np.asarray(array, order="C").view(np.uint32)
    # What is carried over goes into the exponent, and the number is twice as large, as it should be.
    kept: NDArray[Any] = ((bits + (1 << lost - 1)) >> lost << lost).view(np.float32)
    return kept


def _without_paths(plan: Plan) -> dict[str, Any]:
    """Return a plan without data, additional datasets, options of the dataset that are paths, and a split by groups."""
    cleared = replace(plan, data=None, also=(), split=None, dataset=_without_path_options(plan.dataset)).to_json()
    for place, text in _texts(cleared):
        if _is_path(text):
            raise RequestError("an option of the run is a path", code="path-in-plan", where=f"{place}={text}")
    return cleared


def _without_path_options(choice: Choice) -> Choice:
    """Return a component as chosen, its options that are paths, relative ones too, left to their defaults."""

    def stays(value: object) -> bool:
        return not (isinstance(value, str) and "/" in value) and not _is_path(value)

    (step,) = spec.parse(choice.spec)
    said = {name: text for name, text in step.options.items() if stays(text)}
    options = {name: value for name, value in choice.options.items() if stays(value)}
    return replace(choice, spec=str(spec.Step(step.name, step.level, said)), options=options)


def _texts(value: object, place: str = "plan") -> Iterator[tuple[str, str]]:
    """Yield every text in plain JSON with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, f"{place}.{name}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{place}.{number}")


def _is_path(value: object) -> bool:
    """Return whether a text is an absolute path of any system, or begins at a home."""
    return isinstance(value, str) and (
        value.startswith("~") or PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute()
    )
