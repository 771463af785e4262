"""Entry points and owners of the installed distributions, also where the metadata of one cannot be read."""

from __future__ import annotations

from importlib.metadata import Distribution, EntryPoint, distributions, entry_points

from restore.text import TOLD, one_line

Owner = tuple[str, str]
"""Name and version of a distribution."""
UNKNOWN: Owner = ("unknown", "0")


def find_points(group: str) -> tuple[list[EntryPoint], dict[Owner, Exception]]:
    """Return all entry points of a group, and what keeps those of single distributions from being read."""
    try:
        return list(entry_points(group=group)), {}
    except Exception:  # noqa: BLE001 - one distribution's metadata is broken: found and returned below
        points, unreadable = dict[tuple[str, ...], EntryPoint](), dict[Owner, Exception]()
        for distribution in distributions():
            owner = owner_of(distribution)
            try:
                for point in distribution.entry_points.select(group=group):
                    points.setdefault((*owner, point.name), point)
            except Exception as error:  # noqa: BLE001 - each by itself: one must not hide the others
                unreadable[owner] = error
        return list(points.values()), unreadable


def owner_of(distribution: Distribution | None) -> Owner:
    """Return name and version of a distribution, which may have lost its metadata."""
    if distribution is None:
        return UNKNOWN
    try:
        return one_line(distribution.name or UNKNOWN[0], TOLD), one_line(distribution.version or UNKNOWN[1], TOLD)
    except Exception:  # noqa: BLE001 - broken metadata of a distribution: its owner stays unknown
        return UNKNOWN
