"""The installed plugins and their components as a table and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from restore.plugins.commands import AddedCommand
from restore.plugins.components import Component, Corruption
from restore.plugins.discovery import Plugin
from restore.plugins.listing import Details, Selection

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

LISTED = ("kind", "name", "summary", "levels")
"""What is listed of every component, before its details."""
STYLES = {"ok": "green", "broken": "bold red", "disabled": "yellow"}


def plugin_document(selection: Selection, details: Details) -> dict[str, Any]:
    """Return the listing as plain JSON, with the `details` of the components that they were read of."""
    listed = zip(selection.plugins, selection.kept, strict=True)
    return {
        "schema": 1,
        "plugins": [_plugin(one, components, details) for one, components in listed],
        "commands": [_command(one) for one in selection.commands],
    }


def plugin_parts(document: Mapping[str, Any]) -> list[RenderableType]:
    """Return the listing as text: a table for each plugin; with details, a paragraph for each component; commands."""
    parts: list[RenderableType] = []
    for plugin in document["plugins"]:
        if plugin["status"] == "ok" and not plugin["components"]:
            continue
        parts += [_heading(plugin), *([f"  {plugin['reason']}"] if plugin["reason"] else [])]
        if any(one.keys() > set(LISTED) for one in plugin["components"]):
            for one in plugin["components"]:
                parts += [*_paragraph(one), ""]
        elif plugin["components"]:
            parts += [_components(plugin["components"]), ""]
        else:
            parts += [""]
    if document["commands"]:
        parts += [_commands(document["commands"]), ""]
    return parts[:-1]


def _plugin(plugin: Plugin, components: Sequence[Component], details: Details) -> dict[str, Any]:
    listed = []
    for one in components:
        facts = dict(zip(LISTED, (one.kind, one.name, one.summary, _levels(one)), strict=True))
        listed.append({**facts, **details.get((plugin.name, one.kind, one.name), {})})
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


def _command(command: AddedCommand) -> dict[str, Any]:
    return {
        "name": command.name,
        "distribution": command.distribution,
        "version": command.version,
        "ignored": command.ignored,
    }


def _heading(plugin: Mapping[str, Any]) -> RenderableType:
    from rich.text import Text

    owner = f"{plugin['distribution']} {plugin['version']}"
    return Text.assemble((plugin["name"], "bold"), f"  {owner}  ", (plugin["status"], STYLES[plugin["status"]]))


def _components(components: Sequence[Mapping[str, Any]]) -> RenderableType:
    listed = _columns("dim", "cyan", "")
    before = ""
    for one in components:
        listed.add_row(f"  {one['kind']}" if one["kind"] != before else "", one["name"], one["summary"])
        before = one["kind"]
    return listed


def _commands(commands: Sequence[Mapping[str, Any]]) -> RenderableType:
    listed = _columns("dim", "cyan", "", "yellow")
    for one in commands:
        owner = f"{one['distribution']} {one['version']}"
        listed.add_row("command", one["name"], owner, f"ignored: {one['ignored']}" if one["ignored"] else "")
    return listed


def _columns(*styles: str) -> Table:
    """Return a table without heads or lines whose columns have these styles."""
    from restore.show.console import table

    listed = table(header=False)
    listed.padding = (0, 2, 0, 0)
    for style in styles:
        listed.add_column(style=style, overflow="fold")
    return listed


def _paragraph(one: Mapping[str, Any]) -> list[RenderableType]:
    """Return a component with its details."""
    from rich.text import Text

    heading = Text.assemble(f"  {one['kind']} ", (one["name"], "cyan"), f"  {one['summary']}")
    if "file" in one:
        return [heading, *_file(one)]
    levels = [f"    levels: {', '.join(one['levels'])}"] if one["levels"] else []
    return [heading, *levels, _options(one["options"])]


def _file(one: Mapping[str, Any]) -> list[RenderableType]:
    """Return the lines about a pretrained run."""
    from restore.show.figures import show_bytes

    size = "missing" if one["bytes"] is None else show_bytes(one["bytes"])
    facts = {"licence": one["licence"], "citation": one["citation"], "file": f"{one['file']}, {size}"}
    return [f"    {name}: {text}" for name, text in facts.items()]


def _options(options: Mapping[str, Any] | None) -> RenderableType:
    """Return a table of options, or a line where there is none."""
    from rich.padding import Padding

    from restore.show.console import table

    if options is None:
        return "    its options cannot be read"
    if not options:
        return "    no options"
    listed = table()
    for name in ("option", "type", "default", "help"):
        listed.add_column(name, overflow="fold")
    for name, option in options.items():
        kind = " ".join(map(str, option["choices"])) if option["choices"] else option["type"]
        listed.add_row(name, kind, _default(option["default"]), option["help"])
    return Padding(listed, (0, 0, 0, 4), expand=False)


def _default(value: Any) -> str:
    from restore.plugins.spec import write_value

    return write_value(value)
