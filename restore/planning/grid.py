"""The points of a sweep: every combination of the values of some options, each over several seeds."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from restore.errors import RequestError
from restore.planning.options import flag_of, flags, parse_text
from restore.text import did_you_mean

OPTION = "--set"
FORM = "write --set lr=0.01,0.001"
MOST = 100_000
"""Points of a sweep at most."""
UNSWEPT = ("also", "gallery", "split_seed")
"""Options that decide nothing that is compared, or what all points share."""
_RANGE = re.compile(r"([\d.e+-]+?)\.\.([\d.e+-]+)")
_COMMA = re.compile(r",(?![A-Za-z_]\w*=)")
"""A comma between values: one before `key=` stands within a spec."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An option that varies, and its values in their plain form, in order; `texts` are as they were written.

    `span`: whether the values are the ends of a range, `A..B`, from which a search chooses.
    """

    option: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    span: bool = False


def parse_axes(texts: Sequence[str]) -> tuple[Axis, ...]:
    """Return the axes that texts `KEY=V1,V2` name; raises `RequestError` for the first thing that is wrong."""
    names = {flag_of(name).removeprefix("--"): name for name in flags()}
    found: dict[str, Axis] = {}
    for text in texts:
        key, equals, values = text.partition("=")
        where = f"{OPTION} {text}"
        if not equals or not values:
            raise RequestError("no values to vary", code="bad-value", where=where, hint=FORM)
        option = names.get(key.replace("_", "-"), key)
        if option not in flags() or option in UNSWEPT:
            hint = did_you_mean(key, names) or f"available: {', '.join(names)}"
            raise RequestError(f"unknown option {key!r}", code="unknown-option", where=where, hint=hint)
        if option in found:
            raise RequestError(f"{key} given twice", code="duplicate", where=where, hint="give all its values at once")
        ends = _RANGE.fullmatch(values)
        several = ends.groups() if ends else tuple(dict.fromkeys(one.strip() for one in _COMMA.split(values)))
        found[option] = Axis(option, tuple(parse_text(option, one) for one in several), several, span=bool(ends))
        if ends and not _is_range(found[option].values):
            hint = "write --set lr=0.0001..0.1, or list the values"
            raise RequestError(f"not a range of numbers: {values}", code="bad-value", where=where, hint=hint)
    return tuple(found.values())


def _is_range(ends: Sequence[Any]) -> bool:
    low, high = ends
    return isinstance(low, int | float) and low <= high


def combinations(axes: Sequence[Axis], seeds: int, first: int = 0) -> list[tuple[Mapping[str, Any], Mapping[str, str]]]:
    """Return the options of every point, and how they were written: the last axis varies fastest, seeds within each.

    Seeds are `first`, `first` + 1 and so on; with several, all points are tested on what the first would be. Raises
    `RequestError` for more points than can be meant.
    """
    count = seeds
    for axis in axes:
        if axis.option == "seed" and seeds > 1:
            where = f"{OPTION} seed, --seeds"
            raise RequestError("seeds are given twice", code="conflict", where=where, hint="leave one of them out")
        if axis.span:
            where, hint = f"{OPTION} {axis.option}={'..'.join(axis.texts)}", "add --search N, or list the values"
            raise RequestError("a range is for a search", code="conflict", where=where, hint=hint)
        count *= len(axis.values)
    if not 0 < count <= MOST:
        raise RequestError(f"{count:,} points", code="out-of-range", where=OPTION, hint=f"choose 1 to {MOST:,}")
    points: list[tuple[Mapping[str, Any], Mapping[str, str]]] = []
    for places in itertools.product(*(range(len(axis.values)) for axis in axes)):
        chosen = list(zip(axes, places, strict=True))
        options = {axis.option: axis.values[place] for axis, place in chosen}
        texts = {axis.option: axis.texts[place] for axis, place in chosen}
        if seeds == 1:
            points.append((options, texts))
        else:
            more = [first + number for number in range(seeds)]
            points += [({"split_seed": first, **options, "seed": seed}, {**texts, "seed": str(seed)}) for seed in more]
    return points
