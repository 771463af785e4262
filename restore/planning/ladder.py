"""Ladders of damage: one corruption in several amounts, written as a range or taken from its levels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from restore.errors import RequestError
from restore.planning.plan import Corrupting, Plan
from restore.plugins import spec
from restore.plugins.catalogue import Catalogue

RUNGS = 7
"""Amounts of a range that names no step."""
MOST = 100
"""Amounts of a ladder, at most."""
_NUMBER = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})(?:\.\.({_NUMBER}))?")
_FORM = "write a range, such as box:size=8..56 or box:size=8..56..4"


@dataclass(frozen=True, slots=True)
class Ladder:
    """One corruption in several amounts: what the amounts are called, and each with its spec, in rising order.

    `amounts` are numbers where one option varies, else None: the levels then have names alone.
    """

    name: str
    option: str
    specs: tuple[str, ...]
    amounts: tuple[float, ...] | None

    @property
    def names(self) -> list[str]:
        """Return what each amount is called: a number, a level, or its spec."""
        if self.amounts is not None:
            return [f"{amount:g}" for amount in self.amounts]
        return [one.partition("@")[2] or one for one in self.specs]


def climb(texts: Sequence[str], catalogue: Catalogue, home: str) -> list[str]:
    """Return the specs of all amounts of corruptions, `A..B` or `A..B..STEP` in an option, else each of its levels.

    Names are looked up from the plugin `home`. Raises `RequestError` where a spec has neither, or two ranges.
    """
    return [one for text in texts for one in _rungs(text, catalogue, home)]


def ladders_of(plan: Plan) -> list[Ladder]:
    """Return the corruptions that a plan has in two amounts or more, each in rising order where they are numbers."""
    together: dict[tuple[str, ...], list[Corrupting]] = {}
    for one in plan.corrupt:
        together.setdefault(tuple(step.component for step in one.steps), []).append(one)
    return [_ladder(several) for several in together.values() if len(several) > 1]


def _rungs(text: str, catalogue: Catalogue, home: str) -> Iterator[str]:
    steps = spec.parse(text)
    ranges = [(i, name) for i, step in enumerate(steps) for name, value in step.options.items() if ".." in value]
    if len(ranges) > 1:
        raise _fault("two ranges in one corruption", text)
    if ranges:
        ((place, option),) = ranges
        for value in _values(steps[place].options[option], text):
            step = replace(steps[place], options={**steps[place].options, option: value})
            yield "|".join(map(str, (*steps[:place], step, *steps[place + 1 :])))
        return
    levels = catalogue.find("corruption", steps[0].name, home).levels
    said = any(name in options for options in levels.values() for name in steps[0].options)
    if len(steps) > 1 or steps[0].level or said or not levels:
        raise _fault("a corruption without a range or levels to choose from", text)
    yield from (str(replace(steps[0], level=level)) for level in levels)


def _values(text: str, where: str) -> list[str]:
    """Return the numbers of a range as texts, whole ones where both ends are."""
    found = _RANGE.fullmatch(text)
    if found is None:
        raise _fault(f"not a range: {text}", where)
    first, last = float(found[1]), float(found[2])
    step = abs(float(found[3])) if found[3] else abs(last - first) / (RUNGS - 1)
    count = 1 if not step else int(abs(last - first) / step + 1e-9) + 1
    if count < 2 or count > MOST:
        raise _fault(f"{count} amounts in {text}; from 2 to {MOST} make a ladder", where)
    values = first + np.sign(last - first) * step * np.arange(count)
    whole = "." not in found[1] + found[2] + (found[3] or "")
    texts = [str(round(one)) if whole else f"{one:.6g}" for one in values.tolist()]
    return list(dict.fromkeys(texts))


def _fault(what: str, where: str) -> RequestError:
    return RequestError(what, code="no-ladder", where=f"--corrupt {where}", hint=_FORM)


def _ladder(several: Sequence[Corrupting]) -> Ladder:
    """Return a ladder of corruptions with the same components."""
    steps = several[0].steps
    varying = [
        (place, option)
        for place, step in enumerate(steps)
        for option in step.options
        if any(one.steps[place].options[option] != step.options[option] for one in several)
    ]
    if len(varying) == 1:
        ((place, option),) = varying
        amounts = {one.spec: _number(one.steps[place].options[option]) for one in several}
        rising = sorted((amount, name) for name, amount in amounts.items() if amount is not None)
        if len(rising) == len(several):
            specs = tuple(name for _, name in rising)
            return Ladder(_name(several[0], place, option), option, specs, tuple(amount for amount, _ in rising))
    specs = tuple(one.spec for one in several)
    return Ladder("|".join(step.name for step in spec.parse(specs[0])), "level", specs, None)


def _name(one: Corrupting, place: int, option: str) -> str:
    """Return the spec of a corruption without its level and the option that varies."""
    steps = list(spec.parse(one.spec))
    fixed = {name: value for name, value in steps[place].options.items() if name != option}
    steps[place] = replace(steps[place], level=None, options=fixed)
    return "|".join(map(str, steps))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
