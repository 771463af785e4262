"""What changed since a run began, so that it cannot be resumed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from restore.runfile.record import ALSO, SplitIds
from restore.text import few


def of_owners(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield the components of a plan whose distribution or version changed, with both."""
    for name in {**before, **after}:
        old, new = (_owner(owners.get(name)) for owners in (before, after))
        if old != new:
            yield f"{name} of {old}, now of {new}"


def of_data(before: Mapping[str, SplitIds], after: Mapping[str, SplitIds]) -> Iterator[str]:
    """Yield how many images are gone, new, changed or moved, with the names of the first."""
    old, new = _images(before), _images(after)
    kept = [image for image in old if image in new]
    changed = [image for image in kept if old[image][0] != new[image][0]]
    moved = [image for image in kept if old[image][0] == new[image][0] and old[image] != new[image]]
    for what, images in (
        ("gone", [image for image in old if image not in new]),
        ("new", [image for image in new if image not in old]),
        ("changed", changed),
        ("in another group or split", moved),
    ):
        if images:
            yield f"{len(images)} {what} ({few([f'{data}{name}' for data, name in images])})"


def _owner(owner: Mapping[str, str] | None) -> str:
    return "{distribution} {version}".format(**owner) if owner else "nobody"


def _images(splits: Mapping[str, SplitIds]) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return hash, group and split of every image by its dataset and id: the same id may stand in several datasets."""
    return {
        (f"{split.removeprefix(ALSO)}/" if split.startswith(ALSO) else "", name): (sha256, group, split)
        for split, one in splits.items()
        for name, group, sha256 in zip(one.ids, one.groups, one.sha256, strict=True)
    }
