"""What changed since a run began, so that it cannot be resumed, and what differs between two runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from restore.planning.plan import Plan, differences
from restore.plugins.spec import write_value
from restore.runfile.record import ALSO, SplitIds
from restore.text import few

Change: TypeAlias = tuple[str, Any, Any]
"""Where two plans differ, the old value and the new one."""
SINCE = ("gone", "new", "changed", "in another group or split")
BETWEEN = ("images only in A", "images only in B", "images with other pixels", "images in another group or test set")
"""What images of two runs, A and B, are called where they differ, as `SINCE` calls those of one run."""
UNMINDED = ("training.threads",)
"""What decides no more than the last bits of a score."""


def of_owners(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield the components of a plan whose distribution or version changed, with both."""
    for name in {**before, **after}:
        old, new = (_owner(owners.get(name)) for owners in (before, after))
        if old != new:
            yield f"{name} of {old}, now of {new}"


def of_data(
    before: Mapping[str, SplitIds], after: Mapping[str, SplitIds], words: Sequence[str] = SINCE
) -> Iterator[str]:
    """Yield how many images are gone, new, changed or moved, by these `words`, with the names of the first."""
    old, new = _images(before), _images(after)
    kept = [image for image in old if image in new]
    changed = [image for image in kept if old[image][0] != new[image][0]]
    moved = [image for image in kept if old[image][0] == new[image][0] and old[image] != new[image]]
    gone, added = ([image for image in one if image not in other] for one, other in ((old, new), (new, old)))
    for what, images in zip(words, (gone, added, changed, moved), strict=True):
        if images:
            yield f"{len(images)} {what} ({few([f'{data}{name}' for data, name in images])})"


def of_tests(one: Plan, other: Plan) -> Iterator[str]:
    """Yield in what the tests of two plans differ, apart from their images."""
    corruptions = [", ".join(step.spec for step in plan.corrupt) for plan in (one, other)]
    if corruptions[0] != corruptions[1]:
        yield "corruptions {} and {}".format(*(names or "of the dataset" for names in corruptions))
    elif corruptions[0] and one.test_seed != other.test_seed:
        yield f"seeds of the damage {one.test_seed} and {other.test_seed}"
    for name in ("size", "channels", "fit", "trim"):
        values = [getattr(plan, name) for plan in (one, other)]
        if values[0] != values[1]:
            yield f"{name} {write_value(values[0])} and {write_value(values[1])}"


def of_plans(one: Plan, other: Plan) -> list[Change]:
    """Return where two plans differ: components by their specs, without what decides no score."""
    found = differences(one, other)
    by_spec = tuple(f"{path.removesuffix('.spec')}." for path, *_ in found if path.endswith(".spec"))
    return [
        (path, old, new)
        for path, old, new in found
        if path not in UNMINDED
        and (path.endswith(".spec") or not path.startswith(by_spec))
        # Owners of components that one of the plans lacks.
        and not (path.startswith("owners.") and None in (old, new))
    ]


def tested(data: Mapping[str, SplitIds]) -> dict[str, SplitIds]:
    """Return the splits that a run is tested on: its own test images, and those of additional datasets."""
    return {name: split for name, split in data.items() if name == "test" or name.startswith(ALSO)}


def _owner(owner: Mapping[str, str] | None) -> str:
    return "{distribution} {version}".format(**owner) if owner else "nobody"


def _images(splits: Mapping[str, SplitIds]) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return hash, group and split of every image by its dataset and id: the same id may stand in several datasets."""
    return {
        (f"{split.removeprefix(ALSO)}/" if split.startswith(ALSO) else "", name): (sha256, group, split)
        for split, one in splits.items()
        for name, group, sha256 in zip(one.ids, one.groups, one.sha256, strict=True)
    }
