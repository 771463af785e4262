"""What is listed of the installed plugins: a kind, what one name stands for, its options, and names that are hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from restore.errors import RequestError, RestoreError
from restore.plugins.boundary import guard, options_of, pretrained_file
from restore.plugins.catalogue import Catalogue, Entry, broken_line
from restore.plugins.commands import AddedCommand
from restore.plugins.components import COMPONENTS, Component, Pretrained
from restore.plugins.discovery import Plugin
from restore.text import did_you_mean

KINDS = tuple(kind.kind for kind in COMPONENTS)
Details = Mapping[tuple[str, str, str], Mapping[str, Any]]
"""What is known of components by (plugin, kind, component), as plain JSON."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is listed: everything, the components of a kind, or (`named`) what one name stands for.

    `kept` are the components of each of `plugins`, in their order: two plugins may have one name.
    """

    plugins: tuple[Plugin, ...]
    kept: tuple[tuple[Component, ...], ...]
    commands: tuple[AddedCommand, ...] = ()
    named: bool = False


def select(plugins: Sequence[Plugin], commands: Sequence[AddedCommand], name: str | None) -> Selection:
    """Return what to list: all, a kind, a plugin, or components by bare or full name.

    Raises `RequestError` for a name that nothing has.
    """
    every = tuple(plugins)
    if name is None:
        return Selection(every, tuple(one.components for one in every), tuple(commands))
    if name in KINDS:
        return Selection(every, tuple(tuple(c for c in one.components if c.kind == name) for one in every))
    owned = tuple(one for one in every if one.name == name)
    if owned:
        added = tuple(one for one in commands if one.distribution in {plugin.distribution for plugin in owned})
        return Selection(owned, tuple(one.components for one in owned), added, named=True)
    found = [(one, tuple(c for c in one.components if name in (c.name, f"{one.name}/{c.name}"))) for one in every]
    having = [(one, components) for one, components in found if components]
    if having:
        owners, kept = zip(*having, strict=True)
        return Selection(owners, kept, named=True)
    known = {
        *KINDS,
        *(one.name for one in every),
        *(text for one in every for c in one.components for text in (c.name, f"{one.name}/{c.name}")),
    }
    raise RequestError(
        f"unknown kind, plugin or component {name!r}",
        code="unknown-component",
        where=broken_line(every),
        hint=did_you_mean(name, known) or "restore list-plugins shows everything",
    )


def list_details(selection: Selection) -> tuple[Details, list[RestoreError]]:
    """Return the options of the selected components and the files of pretrained runs, and what kept some from being read.

    Imports the functions behind them.
    """
    details: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    faults: list[RestoreError] = []
    for plugin, components in zip(selection.plugins, selection.kept, strict=True):
        for one in components:
            describe = _describe_file if isinstance(one, Pretrained) else _describe_options
            details[plugin.name, one.kind, one.name], fault = describe(Entry(one, plugin))
            faults += [fault] if fault else []
    return details, faults


def _describe_options(entry: Entry) -> tuple[Mapping[str, Any], RestoreError | None]:
    """Return the options of a component by name, None where they cannot be read."""
    try:
        declared = options_of(entry)
        with guard(entry.owner, "describing its options"):
            return {"options": {name: option.describe() for name, option in declared.items()}}, None
    except RestoreError as fault:
        return {"options": None}, fault


def _describe_file(entry: Entry) -> tuple[Mapping[str, Any], RestoreError | None]:
    """Return licence, citation, file and bytes of a pretrained run, None for the bytes where the file is missing."""
    assert isinstance(entry.component, Pretrained)
    size, missing = None, None
    try:
        size = pretrained_file(entry).stat().st_size
    except RestoreError as fault:
        missing = fault
    one = entry.component
    return {"licence": one.licence, "citation": one.citation, "file": one.file, "bytes": size}, missing


def hidden_names(catalogue: Catalogue, plugin: str | None = None) -> Iterator[tuple[Entry, str]]:
    """Yield the components, of one plugin or all, that their bare names do not find everywhere, and what these mean."""
    for entry in catalogue.entries():
        if plugin in (None, entry.plugin.name):
            try:
                found: Entry | None = catalogue.find(entry.component.kind, entry.component.name)
            except RequestError:
                found = None
            if found != entry:
                yield entry, hidden_note(entry, found)


def hidden_note(entry: Entry, found: Entry | None) -> str:
    """Return the sentence for a component whose bare name means `found`, or nothing where several have it."""
    kind, name, home = entry.component.kind, entry.component.name, entry.plugin.name
    meaning = f"means {found.full_name}" if found else "is ambiguous"
    where = "" if kind == "recipe" else f" outside the recipes of {home}"
    return f"{kind} {name!r} {meaning}{where}; full name: {entry.full_name}"
