"""A plan: a run before it runs, resolved to the last option with every owner; plain JSON, hashed and compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any, Literal, cast

from restore.errors import RequestError
from restore.images import MAX_PIXELS, Alpha
from restore.planning.split import Sets, in_sets
from restore.plugins.boundary import bind, options_of
from restore.plugins.catalogue import Catalogue, Entry
from restore.plugins.components import Channels, Fit, Kind, Trim
from restore.plugins.options import plain

Size = tuple[int, int]
Role = Literal["dataset", "also", "corruption", "then", "augment", "model", "baseline", "metric"]
KINDS: Mapping[Role, Kind] = {
    "dataset": "dataset",
    "also": "dataset",
    "corruption": "corruption",
    "then": "corruption",
    "augment": "augmentation",
    "model": "model",
    "baseline": "model",
    "metric": "metric",
}
"""The kind of component that plays a role; `then` is a further step of a corruption."""
UNSAID = ("split_seed", "split", "split_by", "target", "start", "freeze")
"""Fields that a plan's JSON leaves out where they are None, so that plans from before they were there keep their hash."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One component as chosen: all its options as plain JSON, and the shortest spec that says the same."""

    component: str
    spec: str
    level: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Other:
    """Another dataset that a run is tested on: what its rows are called, its folder, and the component that opens it."""

    name: str
    data: str | None
    dataset: Choice


@dataclass(frozen=True, slots=True)
class Corrupting:
    """One `--corrupt`: its canonical spec and its steps, done one after the other on the same image."""

    spec: str
    steps: tuple[Choice, ...]

    @property
    def level(self) -> str | None:
        """Return the level, where a single step was given by its level."""
        return self.steps[0].level if len(self.steps) == 1 else None


@dataclass(frozen=True, slots=True)
class Training:
    """How the model is trained; optimizer, lr, loss and schedule are None where they are the model's own.

    `threads`: how many the backend works with, since sums in another order differ in their last bits; None in plans
    that were made before it was fixed.
    """

    epochs: int
    batch: int
    optimizer: str | None
    lr: float | None
    loss: str | None
    schedule: str | None
    patience: int
    threads: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that decides what a run computes, but the pixels.

    `size` is (H, W) in pixels, with the fit `window` that of the windows, of which at most `windows` are taken from an
    image in an epoch; `owners` maps full names to the distribution and version that own them. The sizes of
    gallery and images kept do not change a score but stand here, so that a repeated run makes the same file. `split`:
    the groups of each set, where they are not drawn; `split_by`: whether images are split, where it is not groups. `target`:
    whether nothing is damaged and the model learns to reproduce its input. `start`: the run whose weights training starts from, {run, id,
    content}: how it is found again, its id, and SHA-256 of its HDF5 bytes; `freeze`: its networks that are not trained. What has a default is not said by older plans.
    """

    recipe: str
    data: str | None
    dataset: Choice
    corrupt: tuple[Corrupting, ...]
    model: Choice
    baselines: tuple[Choice, ...]
    metrics: tuple[Choice, ...]
    size: Size
    channels: Channels
    fit: Fit
    windows: int | None = None
    augment: tuple[Choice, ...] = ()
    trim: Trim | None
    alpha: Alpha = "refuse"
    max_pixels: int = MAX_PIXELS
    limit: int | None
    seed: int
    split_seed: int | None = None
    split: Sets | None = None
    split_by: Literal["image"] | None = None
    target: Literal["input"] | None = None
    start: Mapping[str, str] | None = None
    freeze: tuple[str, ...] | None = None
    training: Training
    gallery: int
    notice: str = ""
    also: tuple[Other, ...] = ()
    owners: Mapping[str, Mapping[str, str]]

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain JSON."""
        document: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return {name: value for name, value in document.items() if value is not None or name not in UNSAID}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Plan:
        """Return the plan that `to_json` wrote; raises `RequestError` where the document is no plan."""
        try:
            kept = {
                one.name: document[one.name] for one in fields(cls) if one.name in document or one.default is MISSING
            }
            return cls(
                **{
                    **kept,
                    "dataset": Choice(**kept["dataset"]),
                    "corrupt": tuple(
                        Corrupting(one["spec"], tuple(Choice(**step) for step in one["steps"]))
                        for one in kept["corrupt"]
                    ),
                    "model": Choice(**kept["model"]),
                    "augment": tuple(Choice(**one) for one in kept.get("augment", ())),
                    "baselines": tuple(Choice(**one) for one in kept["baselines"]),
                    "metrics": tuple(Choice(**one) for one in kept["metrics"]),
                    "also": tuple(
                        Other(one["name"], one["data"], Choice(**one["dataset"])) for one in kept.get("also", ())
                    ),
                    "size": cast("Size", tuple(kept["size"])),
                    "training": Training(**kept["training"]),
                    "freeze": tuple(kept["freeze"]) if kept.get("freeze") else None,
                    "split": in_sets(kept["split"]) if kept.get("split") else None,
                }
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise RequestError(f"the stored plan cannot be read: {error}", code="bad-plan") from error

    @property
    def test_seed(self) -> int:
        """Return the seed of what is tested on: limit, split, and the damage of validation and test."""
        return self.seed if self.split_seed is None else self.split_seed

    @property
    def sha256(self) -> str:
        """Return the hash of the plan's canonical JSON, 64 hex digits."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def choices(self) -> Iterator[tuple[Role, Choice]]:
        """Yield every component with its role, in the order in which data meets them."""
        yield "dataset", self.dataset
        for other in self.also:
            yield "also", other.dataset
        for augmentation in self.augment:
            yield "augment", augmentation
        for one in self.corrupt:
            for number, step in enumerate(one.steps):
                yield "then" if number else "corruption", step
        yield "model", self.model
        for baseline in self.baselines:
            yield "baseline", baseline
        for metric in self.metrics:
            yield "metric", metric


def differences(old: Plan, new: Plan) -> list[tuple[str, Any, Any]]:
    """Return (path, old value, new value) wherever two plans differ, in the order of their fields."""
    return list(_differ("", old.to_json(), new.to_json()))


def owners_now(plan: Plan, catalogue: Catalogue, *, only: str | None = None) -> dict[str, dict[str, str]]:
    """Return who owns the plan's components in this installation, or the component called `only`.

    Raises `RequestError` where one is missing.
    """
    named: list[tuple[Kind, str]] = [("recipe", plan.recipe)]
    named += [(KINDS[role], choice.component) for role, choice in plan.choices()]
    return owners_of([catalogue.find(kind, name) for kind, name in named if only in (None, name)])


def owners_of(entries: Sequence[Entry]) -> dict[str, dict[str, str]]:
    """Return full name → distribution and version, sorted."""
    found = {e.full_name: {"distribution": e.plugin.distribution, "version": e.plugin.version} for e in entries}
    return dict(sorted(found.items()))


def check_bounds(entry: Entry, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return all options of `entry` as plain JSON: `options`, and the defaults of the others."""
    declared = options_of(entry)
    bound = bind(entry, options).options
    values = {name: bound.get(name, option.default) for name, option in declared.items()}
    # What equals the default is written like it, 19 and not 19.0: a plan like another has the same hash.
    return {name: plain(one.default if values[name] == one.default else values[name]) for name, one in declared.items()}


def _differ(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _differ(f"{path}.{key}" if path else key, old.get(key), new.get(key))
    elif old != new:
        yield path, old, new
