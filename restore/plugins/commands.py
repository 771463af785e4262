"""The commands that plugins add: entry points of the group `restore.commands`, loaded only when one is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import Any

from restore.plugins.boundary import guard
from restore.plugins.distributions import find_points, owner_of
from restore.plugins.spec import NAME
from restore.text import TOLD, one_line

GROUP = "restore.commands"


@dataclass(frozen=True, slots=True)
class AddedCommand:
    """A command `restore NAME` of a distribution; `ignored` says why it cannot be called, None where it can."""

    name: str
    distribution: str
    version: str
    ignored: str | None
    point: EntryPoint

    @property
    def owner(self) -> str:
        """Return command, distribution and version, as messages name them."""
        return f"command {self.name} of {self.distribution} {self.version}"

    def load(self) -> Callable[..., Any]:
        """Return the command's function, imported; raises `ComponentError` where that fails."""
        with guard(self.owner, f"importing {self.point.value}"):
            function = self.point.load()
            if not callable(function):
                raise TypeError(f"{self.point.value} is not a function")
            return function  # type: ignore[no-any-return]


def find_commands(builtin: Collection[str]) -> list[AddedCommand]:
    """Return the commands of all plugins by name, also those that are ignored; `builtin` are the toolkit's own."""
    points, _ = find_points(GROUP)  # discovery lists what cannot be read
    counts = Counter(point.name for point in points)

    def ignored(name: str) -> str | None:
        if name in builtin:
            return f"restore {name} is a builtin command"
        if counts[name] > 1:
            return "several distributions add it"
        return None if re.fullmatch(NAME, name) else "the name is not valid"

    found = [
        AddedCommand(one_line(point.name, TOLD), *owner_of(point.dist), ignored(point.name), point) for point in points
    ]
    return sorted(found, key=lambda one: (one.name, one.owner))
