"""All components by full name, with their owners; looking one up suggests the nearest names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from restore.errors import RequestError
from restore.plugins.components import Component, Corruption, Kind
from restore.plugins.discovery import Plugin, discover
from restore.text import did_you_mean


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
        """Return the component called `name`, full or bare; a bare one is looked up in the plugin `home` first.

        Raises `RequestError` where there is none, or where several plugins have it.
        """
        entries = list(self.entries(kind))
        found = [entry for entry in entries if name in (entry.full_name, entry.component.name)]
        found = [entry for entry in found if entry.plugin.name == home] or found
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(entry.full_name for entry in found)
            owners = ", ".join(dict.fromkeys(entry.plugin.owner for entry in found))
            raise RequestError(f"{kind} {name!r} is in several plugins", where=owners, hint=f"say which: {names}")
        known = {entry.component.name for entry in entries} | {entry.full_name for entry in entries}
        near = did_you_mean(name, known) or f"there are {', '.join(sorted({e.component.name for e in entries}))}"
        raise RequestError(f"there is no {kind} {name!r}", where=self._broken(name), hint=near)

    def shortest_name(self, entry: Entry, home: str | None) -> str:
        """Return the bare name where it finds `entry` from the plugin `home`, else the full one."""
        try:
            found = self.find(entry.component.kind, entry.component.name, home)
        except RequestError:
            return entry.full_name
        return entry.component.name if found == entry else entry.full_name

    def _broken(self, name: str) -> str:
        """Return a line about broken plugins, since one of them may have had `name`."""
        broken: Iterable[Plugin] = (plugin for plugin in self.plugins if plugin.status == "broken")
        wanted = name.partition("/")[0] if "/" in name else None
        told = [f"plugin {p.name} ({p.owner}) is broken: {p.reason}" for p in broken if wanted in (None, p.name)]
        return "; ".join(told[:1]) + (f" (and {len(told) - 1} more)" if len(told) > 1 else "")
