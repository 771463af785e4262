"""The logical content of a run file as plain values, free of HDF5, stages and components."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from restore.plugins.values import Json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Variables: TypeAlias = Sequence[tuple[str, NDArray[Any]]]
    Pixels: TypeAlias = NDArray[np.uint8]

Status = Literal["running", "stopped", "complete", "failed"]
STATUSES: tuple[Status, ...] = ("running", "stopped", "complete", "failed")
Kind = Literal["run", "evaluation", "pretrained"]
KINDS: tuple[Kind, ...] = ("run", "evaluation", "pretrained")
ALSO = "also "
"""What the splits of additional test sets begin with, before the set's name."""

LEARNED = ("train", "validation")
"""The splits that a run learns from."""


@dataclass(frozen=True, slots=True)
class SplitIds:
    """The images of one split: their ids, groups and SHA-256 of the decoded pixels (hex), in one order."""

    ids: Sequence[str] = ()
    groups: Sequence[str] = ()
    sha256: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LearnedFrom:
    """Images of one set that ancestors had: groups and SHA-256 of the decoded pixels (hex), in one order, each pair once."""

    groups: Sequence[str] = ()
    sha256: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Ancestors:
    """The runs whose weights a training started from, one after the other, and what they learned from.

    `runs`: from the parent back, {id, content, images}; `images` is false where the file of a run does not name its
    images. `data`: the images that they had in `train` and in `validation`.
    """

    runs: Sequence[Json] = ()
    data: Mapping[str, LearnedFrom] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parent:
    """The run that a file was made from, or whose weights it started from: its id, and SHA-256 (hex) of its HDF5 bytes, empty where unknown."""

    id: str
    content: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The scores of single test images, and the table made of them.

    `value`: float32 (image, corruption, metric, region, what), NaN = does not apply; the five sequences label its
    axes. `table`: the aggregated rows, strict JSON (what does not apply is null), the rule of the mean in each row;
    None before they are aggregated. `pixels`: int64 (image, corruption, region), the region's pixels in each image,
    0 where the image was not tested under that corruption; `data`: the additional dataset of each image, empty for
    the run's own. Files of schema 1 have neither (None).
    """

    value: NDArray[np.float32]
    image: Sequence[str]
    corruption: Sequence[str]
    metric: Sequence[str]
    region: Sequence[str]
    what: Sequence[str]
    table: Sequence[Json] | None = None
    pixels: NDArray[np.int64] | None = None
    data: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class GalleryImage:
    """A test image kept to be looked at: before damage, damaged and restored.

    `rank`: worst, median, best, or first where it is not ranked. `clean`, `damaged`, `restored`: uint8 (H, W, C).
    `mask`, `true_mask`, `confidence`: uint8 (H, W), the used mask, the true one (None in files of schema 1) and the
    expected probability of being right times 255 (None where the model has no such output). `details`: strict JSON,
    `truth` of the damage and the model's other outputs.
    """

    id: str
    corruption: str
    rank: str
    clean: Pixels
    damaged: Pixels
    restored: Pixels
    mask: Pixels
    true_mask: Pixels | None = None
    confidence: Pixels | None = None
    details: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What a resumed training needs, by network: the last epoch's variables and the optimizer's.

    `training`: the plain state of its callbacks, strict JSON.
    """

    weights: Mapping[str, Variables]
    optimizer: Mapping[str, Variables]
    training: Json


class LogEntry(NamedTuple):
    """One line of a run's log; `time` is ISO 8601 UTC."""

    time: str
    level: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Everything that a run file holds.

    `created`: ISO 8601 UTC. `kind`: a run, an evaluation of a trained run on other data, or a pretrained run, which
    holds nothing of its images. `plan`, `environment`, `skipped`, `margins`, `seconds`: strict JSON; `seconds` of work
    by part, over all sittings. `data`: split name to its images. `margins`: one mapping for each size of images that
    were trimmed, {size: [H, W], top, bottom, left, right} in pixels. `history`: one mapping an epoch of numbers by
    column; what a row lacks is read back as NaN. `weights`: the best epoch's (path, array) by network, in the order of
    its variables. `ancestors`: None where training started from no other run. `exports`: the networks as ONNX, by name. `gallery`, `state`: None where kept out.
    """

    id: str
    name: str
    created: str
    status: Status
    restore_version: str
    plan: Json
    environment: Json
    kind: Kind = "run"
    parent: Parent | None = None
    ancestors: Ancestors | None = None
    seconds: Json = field(default_factory=dict)
    data: Mapping[str, SplitIds] = field(default_factory=dict)
    skipped: Sequence[Json] = ()
    margins: Sequence[Json] = ()
    history: Sequence[Mapping[str, float]] = ()
    scores: Scores | None = None
    gallery: Sequence[GalleryImage] | None = None
    weights: Mapping[str, Variables] = field(default_factory=dict)
    exports: Mapping[str, bytes] = field(default_factory=dict)
    state: State | None = None
    events: Sequence[LogEntry] = ()


def new_id() -> str:
    """Return a new run's id: 12 random hex digits."""
    return secrets.token_hex(6)
