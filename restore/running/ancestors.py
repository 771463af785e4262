"""The runs that a training goes back to: what they learned from, which is never tested."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from restore.runfile.record import LEARNED, Ancestors, LearnedFrom, Record, State
from restore.text import few

if TYPE_CHECKING:
    from restore.pipeline.data import Learned


def ancestors_of(parent: Record, content: str) -> Ancestors:
    """Return the ancestors of a run that starts from `parent`, with all that they learned from."""
    before = parent.ancestors or Ancestors()
    runs = {"id": parent.id, "content": content, "images": LEARNED[0] in parent.data}, *before.runs
    return Ancestors(runs, {name: _together(parent, before, name) for name in LEARNED})


def learned_from(ancestors: Ancestors | None) -> Learned:
    """Return what ancestors learned from, as the data stage takes it; what one trained on counts as that."""
    from restore.pipeline.data import Learned

    groups: dict[str, str] = {}
    hashes: dict[str, str] = {}
    for name in reversed(LEARNED) if ancestors else ():
        assert ancestors is not None
        groups |= dict.fromkeys(ancestors.data[name].groups, name)
        hashes |= dict.fromkeys(ancestors.data[name].sha256, name)
    return Learned(groups, hashes)


def start_state(parent: Record, names: Collection[str]) -> State:
    """Return the state of a training that begins with the weights of `parent` in the networks of these names."""
    return State(
        {name: parent.weights[name] for name in names}, {}, {"best_epoch": None, "wait": 0, "stopped_early": False}
    )


def remarks(ancestors: Ancestors | None) -> Iterator[str]:
    """Yield a warning where it is unknown what an ancestor learned from."""
    unknown = [one["id"] for one in (ancestors.runs if ancestors else ()) if not one["images"]]
    if unknown:
        yield f"overlap unknown: the file of {few(unknown)} does not list its training images"


def _together(record: Record, before: Ancestors, name: str) -> LearnedFrom:
    """Return the groups and hashes of what a run and its ancestors had in one set, each pair once.

    Where a run was split by image, each image is a group of its own too, by its id.
    """
    own, old = record.data.get(name), before.data.get(name)
    pairs = {pair for one in (own, old) if one for pair in zip(one.groups, one.sha256, strict=True)}
    if own and record.plan.get("split_by") == "image":
        pairs |= set(zip(own.ids, own.sha256, strict=True))
    groups, hashes = zip(*sorted(pairs), strict=True) if pairs else ((), ())
    return LearnedFrom(groups, hashes)
