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
    Pictures: TypeAlias = NDArray[np.uint8]

Status = Literal["running", "stopped", "complete", "failed"]
STATUSES: tuple[Status, ...] = ("running", "stopped", "complete", "failed")


@dataclass(frozen=True, slots=True)
class SplitIds:
    """The pictures of one split: their ids, groups and SHA-256 of the decoded pixels (hex), in one order."""

    ids: Sequence[str] = ()
    groups: Sequence[str] = ()
    sha256: Sequence[str] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The scores of single test images, and the table made of them.

    `value`: float32 (image, corruption, metric, region, what), NaN = does not apply; the five sequences label its
    axes. `table`: the aggregated rows, strict JSON (what does not apply is null), the rule of the mean in each row;
    None before they are aggregated.
    """

    value: NDArray[np.float32]
    image: Sequence[str]
    corruption: Sequence[str]
    metric: Sequence[str]
    region: Sequence[str]
    what: Sequence[str]
    table: Sequence[Json] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """A few pictures to look at.

    `clean`, `damaged`, `restored`: uint8 (N, H, W, C); `mask`, `confidence`: uint8 (N, H, W), `confidence` None where
    the model gives none. `index`: N mappings {id, corruption, rank}.
    """

    clean: Pictures
    damaged: Pictures
    restored: Pictures
    mask: Pictures
    confidence: Pictures | None
    index: Sequence[Json]


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What a resumed training needs: the last epoch's variables and the plain state of its callbacks (strict JSON)."""

    weights: Variables
    optimizer: Variables
    training: Json


class LogEntry(NamedTuple):
    """One line of a run's diary; `time` is ISO 8601 UTC."""

    time: str
    level: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Everything that a run file says.

    `created`: ISO 8601 UTC. `plan`, `environment`, `skipped`, `seconds`: strict JSON; `seconds` of work by part, over
    all sittings. `data`: split name to its pictures. `history`: one mapping an epoch of numbers by column; what a row lacks is read back as NaN. `weights`: the best
    epoch's (path, array), in the order of `model.variables`. `gallery`, `state`: None where kept out.
    """

    id: str
    name: str
    created: str
    status: Status
    restore_version: str
    plan: Json
    environment: Json
    seconds: Json = field(default_factory=dict)
    data: Mapping[str, SplitIds] = field(default_factory=dict)
    skipped: Sequence[Json] = ()
    history: Sequence[Mapping[str, float]] = ()
    scores: Scores | None = None
    gallery: Gallery | None = None
    weights: Variables = ()
    state: State | None = None
    events: Sequence[LogEntry] = ()


def new_id() -> str:
    """Return a new run's id: 12 random hex digits."""
    return secrets.token_hex(6)
