"""The text form of components with options: `name@level:key=value,key=value|other`, parsed and written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from restore.errors import RequestError

NONE = "none"
"""The reserved name that stands for no component, and for an option's value None."""
NAME = r"[A-Za-z0-9][\w.-]*"
_HEAD = re.compile(rf"(?P<name>({NAME}/)?{NAME})(@(?P<level>{NAME}))?")
_KEY = re.compile(r"(?P<key>[A-Za-z_]\w*)=")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_BARE = re.compile(r'[^,|"]*')
FORM = "a spec reads name@level:key=value,key=value|next"


@dataclass(frozen=True, slots=True)
class Step:
    """One component as written: its name, perhaps `plugin/name`, a level, and options as text."""

    name: str
    level: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the step as it would be written."""
        level = f"@{self.level}" if self.level else ""
        options = ",".join(f"{key}={_quote(value)}" for key, value in self.options.items())
        return f"{self.name}{level}{':' if options else ''}{options}"


def parse(text: str) -> tuple[Step, ...]:
    """Return the steps of a spec; raises `RequestError` with the place of the first fault."""
    steps, at = [], 0
    while True:
        step, at = _parse_step(text, at)
        steps.append(step)
        if at == len(text):
            return tuple(steps)
        at += 1  # the bar


def write_value(value: Any) -> str:
    """Return an option's plain value as the text that parses back to it."""
    if isinstance(value, list | tuple) and len(value) > 1 and all(type(item) is int and item >= 0 for item in value):
        return "x".join(map(str, value))
    if value is None:
        return NONE
    return value if isinstance(value, str) else json.dumps(value)


def _parse_step(text: str, at: int) -> tuple[Step, int]:
    head = _HEAD.match(text, at)
    if head is None:
        raise _fault(text, at, "a name is missing")
    at, options = head.end(), {}
    if text[at : at + 1] == ":":
        while True:
            key = _KEY.match(text, at + 1)
            if key is None:
                raise _fault(text, at + 1, "key=value is missing")
            name = key["key"]
            if name in options:
                raise _fault(text, at + 1, f"option {name} is given twice")
            value = _STRING.match(text, key.end()) or _BARE.match(text, key.end())
            assert value is not None
            try:
                options[name] = json.loads(value[0]) if value[0].startswith('"') else value[0].strip()
            except ValueError:
                raise _fault(text, key.end(), "the quoted value is not a JSON string") from None
            at = value.end()
            if text[at : at + 1] != ",":
                break
    if at < len(text) and text[at] != "|":
        raise _fault(text, at, f"{text[at]!r} does not belong here")
    return Step(head["name"], head["level"], options), at


def _quote(value: str) -> str:
    return value if _BARE.fullmatch(value) and value == value.strip() else json.dumps(value)


def _fault(text: str, at: int, what: str) -> RequestError:
    return RequestError(f"{what} in {text!r} at character {at + 1}", code="bad-spec", hint=FORM)
