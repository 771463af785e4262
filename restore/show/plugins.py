"""The installed plugins and their components as a table and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from restore.errors import RequestError, RestoreError
from restore.plugins.components import COMPONENTS, Component, Corruption
from restore.plugins.discovery import Plugin
from restore.text import did_you_mean

if TYPE_CHECKING:
    from rich.console import RenderableType

KINDS = tuple(kind.kind for kind in COMPONENTS)
STYLES = {"ok": "green", "broken": "bold red", "disabled": "yellow"}
Options = Mapping[tuple[str, str, str], Mapping[str, Any] | None]
"""Options by (plugin, kind, component): name to type, choices, default and help; None where they cannot be read."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of the catalogue is listed: everything, a kind, or (`named`) what one name stands for.

    `kept` are the components of each of `plugins`, in their order: two plugins may have one name.
    """

    plugins: tuple[Plugin, ...]
    kept: tuple[tuple[Component, ...], ...]
    named: bool = False


def select(plugins: Sequence[Plugin], name: str | None) -> tuple[tuple[Plugin, ...], Selection]:
    """Return the plugins to list and what of them: all, a kind, a plugin, or components by bare or full name.

    Raises `RequestError` for a name that nothing has.
    """
    every = tuple(plugins)
    if name is None or name in KINDS:
        return every, Selection(
            every, tuple(tuple(c for c in one.components if name in (None, c.kind)) for one in every)
        )
    owned = tuple(one for one in every if one.name == name)
    if owned:
        return owned, Selection(owned, tuple(one.components for one in owned), named=True)
    found = [(one, tuple(c for c in one.components if name in (c.name, f"{one.name}/{c.name}"))) for one in every]
    having = [(one, components) for one, components in found if components]
    if having:
        owners, kept = zip(*having, strict=True)
        return owners, Selection(owners, kept, named=True)
    known = {
        *KINDS,
        *(one.name for one in every),
        *(text for one in every for c in one.components for text in (c.name, f"{one.name}/{c.name}")),
    }
    hint = did_you_mean(name, known) or "restore list-plugins shows everything"
    raise RequestError(f"there is no kind, plugin or component {name!r}", where=_broken(every), hint=hint)


def list_options(selection: Selection) -> tuple[Options, list[RestoreError]]:
    """Return the options of the selected components, and what kept some from being read; imports their functions."""
    from restore.plugins.boundary import guard, options_of
    from restore.plugins.catalogue import Entry

    options: dict[tuple[str, str, str], Mapping[str, Any] | None] = {}
    faults: list[RestoreError] = []
    for plugin, components in zip(selection.plugins, selection.kept, strict=True):
        for component in components:
            key = plugin.name, component.kind, component.name
            try:
                entry = Entry(component, plugin)
                declared = options_of(entry)
                with guard(entry.owner, "describing its options"):
                    options[key] = {name: option.describe() for name, option in declared.items()}
            except RestoreError as fault:
                options[key] = None
                faults.append(fault)
    return options, faults


def plugin_document(plugins: Sequence[Plugin], selection: Selection, options: Options) -> dict[str, Any]:
    """Return the listing as plain JSON, with `options` for what they were read of."""
    listed = zip(plugins, selection.kept, strict=True)
    return {"schema": 1, "plugins": [_plugin(one, components, options) for one, components in listed]}


def plugin_parts(document: Mapping[str, Any]) -> list[RenderableType]:
    """Return the listing as text: a table for each plugin; with options, a paragraph for each component."""
    parts: list[RenderableType] = []
    for plugin in document["plugins"]:
        if plugin["status"] == "ok" and not plugin["components"]:
            continue
        parts += [_heading(plugin), *([f"  {plugin['reason']}"] if plugin["reason"] else [])]
        if any("options" in one for one in plugin["components"]):
            for one in plugin["components"]:
                parts += [*_paragraph(one), ""]
        elif plugin["components"]:
            parts += [_components(plugin["components"]), ""]
        else:
            parts += [""]
    return parts[:-1]


def _plugin(plugin: Plugin, components: Sequence[Component], options: Options) -> dict[str, Any]:
    listed = []
    for one in components:
        entry: dict[str, Any] = {"kind": one.kind, "name": one.name, "summary": one.summary, "levels": _levels(one)}
        key = plugin.name, one.kind, one.name
        listed.append(entry | ({"options": options[key]} if key in options else {}))
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "status": plugin.status,
        "reason": plugin.reason,
        "components": listed,
    }


def _levels(component: Component) -> list[str]:
    return list(component.levels) if isinstance(component, Corruption) else []


def _heading(plugin: Mapping[str, Any]) -> RenderableType:
    from rich.text import Text

    owner = f"{plugin['distribution']} {plugin['version']}"
    return Text.assemble((plugin["name"], "bold"), f"  {owner}  ", (plugin["status"], STYLES[plugin["status"]]))


def _components(components: Sequence[Mapping[str, Any]]) -> RenderableType:
    from restore.show.console import table

    listed = table(header=False)
    listed.padding = (0, 2, 0, 0)
    for style in ("dim", "cyan", ""):
        listed.add_column(style=style, overflow="fold")
    before = ""
    for one in components:
        listed.add_row(f"  {one['kind']}" if one["kind"] != before else "", one["name"], one["summary"])
        before = one["kind"]
    return listed


def _paragraph(one: Mapping[str, Any]) -> list[RenderableType]:
    """Return a component with its options."""
    from rich.padding import Padding
    from rich.text import Text

    from restore.show.console import table

    heading = Text.assemble(f"  {one['kind']} ", (one["name"], "cyan"), f"  {one['summary']}")
    levels = [f"    levels: {', '.join(one['levels'])}"] if one["levels"] else []
    if one["options"] is None:
        return [heading, *levels, "    its options cannot be read"]
    if not one["options"]:
        return [heading, *levels, "    no options"]
    listed = table()
    for name in ("option", "type", "default", "help"):
        listed.add_column(name, overflow="fold")
    for name, option in one["options"].items():
        kind = " ".join(map(str, option["choices"])) if option["choices"] else option["type"]
        listed.add_row(name, kind, _default(option["default"]), option["help"])
    return [heading, *levels, Padding(listed, (0, 0, 0, 4), expand=False)]


def _default(value: Any) -> str:
    from restore.plugins.spec import write_value

    return write_value(value)


def _broken(plugins: Sequence[Plugin]) -> str:
    """Return a line about broken plugins, since one of them may have the name that was asked for."""
    broken = [f"plugin {one.name} ({one.owner}) is broken: {one.reason}" for one in plugins if one.status == "broken"]
    return broken[0] + (f" (and {len(broken) - 1} more)" if len(broken) > 1 else "") if broken else ""
