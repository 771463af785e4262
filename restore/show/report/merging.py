"""Score rows of several runs as those of one, so that one table has them beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from restore.running.leading import RESTORED

Row = Mapping[str, Any]
KEY = ("data", "corruption", "level", "metric", "region")
"""What a line of a table is of."""


def merge(tables: Mapping[str, Sequence[Row]]) -> list[Row]:
    """Return the rows of runs by label, in an order in which a table takes them.

    What is restored bears the label of its run. Of damaged images and baselines one row stands for all runs where they
    agree in every score; else each bears the label, too.
    """
    if len(tables) == 1:
        return [row for rows in tables.values() for row in rows]
    found = {label: {(_key(row), row["what"]): row for row in rows} for label, rows in tables.items()}
    keys = list(dict.fromkeys(key for rows in found.values() for key, _ in rows))
    kinds = list(dict.fromkeys(what for rows in found.values() for _, what in rows))
    merged = []
    for key in keys:
        for what in sorted(kinds, key=lambda what: what.startswith(RESTORED)):
            alike = not what.startswith(RESTORED) and _agree(found, what)
            own = [(label, rows[key, what]) for label, rows in found.items() if (key, what) in rows]
            merged += [
                row if alike else {**row, "what": _named(what, label)} for label, row in own[: 1 if alike else None]
            ]
    return merged


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in KEY)


def _agree(found: Mapping[str, Mapping[Any, Row]], what: str) -> bool:
    """Return whether the runs that have a row have the same mean in it, wherever they have one."""
    means: dict[Any, set[Any]] = {}
    for rows in found.values():
        for (key, kind), row in rows.items():
            if kind == what:
                means.setdefault(key, set()).add((row["mean"], row["n"]))
    return all(len(one) == 1 for one in means.values())


def _named(what: str, label: str) -> str:
    return label + what.removeprefix(RESTORED) if what.startswith(RESTORED) else f"{what}, {label}"
