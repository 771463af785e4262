"""All components by full name, with their owners, and what a bare name means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from restore.errors import RequestError
from restore.plugins.components import Component, Corruption, Kind, WithFunction
from restore.plugins.discovery import Plugin, discover
from restore.text import did_you_mean

BUILTIN = "builtin"
"""The plugin whose bare names nothing else can take."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A component and the plugin that owns it."""

    component: Component
    plugin: Plugin

    @property
    def full_name(self) -> str:
        """Return `plugin/name`."""
        return f"{self.plugin.name}/{self.component.name}"

    @property
    def owner(self) -> str:
        """Return component, distribution and version, as messages name them."""
        return f"{self.component.kind} {self.full_name} of {self.plugin.owner}"

    @property
    def ref(self) -> str | None:
        """Return the function behind the component as `module:function`, None where it has none."""
        return self.component.ref if isinstance(self.component, WithFunction) else None

    @property
    def levels(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the levels of a corruption; other kinds have none."""
        return self.component.levels if isinstance(self.component, Corruption) else {}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The components of all plugins that are ok."""

    plugins: Sequence[Plugin]

    @classmethod
    def installed(cls) -> Catalogue:
        """Return the catalogue of the installed plugins."""
        return cls(discover())

    def entries(self, kind: Kind | None = None) -> Iterator[Entry]:
        """Yield the entries, of one kind or of all."""
        for plugin in self.plugins:
            for component in plugin.components:
                if kind in (None, component.kind):
                    yield Entry(component, plugin)

    def find(self, kind: Kind, name: str, home: str | None = None) -> Entry:
        """Return the component called `name`, full or bare; a bare name means that of the first plugin that has it.

        First comes the plugin `home`, for a recipe the plugin of its own name; then builtin; then any other, where
        only one has it. What else is installed never changes what a name means, but may make it ambiguous. Raises
        `RequestError` with the code `unknown-component` or `ambiguous-component`.
        """
        found = self._called(kind, name)
        for plugin in (home or (name if kind == "recipe" else None), BUILTIN):
            found = [entry for entry in found if entry.plugin.name == plugin] or found
        if len(found) == 1:
            return found[0]
        if found:
            raise RequestError(
                f"ambiguous {kind} {name!r}",
                code="ambiguous-component",
                where=", ".join(dict.fromkeys(entry.plugin.owner for entry in found)),
                hint=f"write {' or '.join(entry.full_name for entry in found)}",
            )
        names = sorted({entry.component.name for entry in self.entries(kind)})
        near = did_you_mean(name, [*names, *(entry.full_name for entry in self.entries(kind))])
        raise RequestError(
            f"unknown {kind} {name!r}",
            code="unknown-component",
            where=broken_line(self.plugins, name.rpartition("/")[0] or None),
            hint=near or f"available: {', '.join(names) or 'none'}",
        )

    def hidden(self, kind: Kind, name: str, home: str | None = None) -> list[Entry]:
        """Return the components that share a bare name with the one that it means: only a full name finds them."""
        found = self.find(kind, name, home)
        return [entry for entry in self._called(kind, name) if entry != found]

    def shortest_name(self, entry: Entry, home: str) -> str:
        """Return the name of `entry` in specs of the plugin `home`: bare for its own components and those of builtin.

        Whatever else is installed, it is the same: plans and their hashes contain it.
        """
        name = entry.component.name
        having = {one.plugin.name for one in self._called(entry.component.kind, name)}
        return name if entry.plugin.name == (home if home in having else BUILTIN) else entry.full_name

    def _called(self, kind: Kind, name: str) -> list[Entry]:
        """Return the components with a bare or full name."""
        return [entry for entry in self.entries(kind) if name in (entry.component.name, entry.full_name)]


def broken_line(plugins: Iterable[Plugin], name: str | None = None) -> str:
    """Return a line about broken plugins, of `name` or of all: one of them may have what was not found."""
    broken = [one for one in plugins if one.status == "broken" and name in (None, one.name)]
    lines = [f"plugin {one.name} ({one.owner}) is broken: {one.reason}" for one in broken]
    return "; ".join(lines[:1]) + (f" (and {len(lines) - 1} more)" if len(lines) > 1 else "")
