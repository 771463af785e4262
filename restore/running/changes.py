"""What changed between the beginning of a run and now, so that it cannot be carried on as it was begun."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from restore.runfile.record import SplitIds
from restore.text import few


def of_owners(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield the components of a plan whose distribution or version is another one, with both."""
    for name in {**before, **after}:
        old, new = (_owner(owners.get(name)) for owners in (before, after))
        if old != new:
            yield f"{name} of {old}, now of {new}"


def of_data(before: Mapping[str, SplitIds], after: Mapping[str, SplitIds]) -> Iterator[str]:
    """Yield how many pictures are gone, new, or other ones, with the names of the first."""
    old, new = _pictures(before), _pictures(after)
    kept = [name for name in old if name in new]
    changed = [name for name in kept if old[name][0] != new[name][0]]
    moved = [name for name in kept if old[name][0] == new[name][0] and old[name] != new[name]]
    for what, names in (
        ("gone", [name for name in old if name not in new]),
        ("new", [name for name in new if name not in old]),
        ("changed", changed),
        ("in another group or split", moved),
    ):
        if names:
            yield f"{len(names)} {what} ({few(names)})"


def _owner(owner: Mapping[str, str] | None) -> str:
    return "{distribution} {version}".format(**owner) if owner else "nobody"


def _pictures(splits: Mapping[str, SplitIds]) -> dict[str, tuple[str, str, str]]:
    """Return hash, group and split of every picture by its id."""
    return {
        name: (sha256, group, split)
        for split, one in splits.items()
        for name, group, sha256 in zip(one.ids, one.groups, one.sha256, strict=True)
    }
