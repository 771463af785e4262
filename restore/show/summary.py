"""The networks of a run as JSON, and as tables of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from restore.show.figures import NOTHING
from restore.show.sheet import Column, Sheet, to_table

if TYPE_CHECKING:
    from restore.tasks.summary import NetworkSummary

Json = Mapping[str, Any]
FREE = "HWCD"
"""Letters of axes without a fixed length."""


def summary_documents(networks: Sequence[NetworkSummary]) -> list[Json]:
    """Return networks as plain JSON."""
    return [asdict(one) for one in networks]


def summary_parts(networks: Sequence[Json]) -> list[RenderableType]:
    """Return a table of layers for each network, and its totals."""
    parts: list[RenderableType] = []
    for network in networks:
        columns = [Column("layer"), Column("kind"), Column("output"), Column("weights", right=True)]
        sheet = Sheet(columns, title=network["name"])
        for layer in network["layers"]:
            shapes = "; ".join(map(_shape, layer["shapes"])) or NOTHING
            sheet.rows.append([layer["name"], layer["kind"], shapes, f"{layer['weights']:,}"])
        fixed = network["weights"] - network["trained"]
        more = f", {network['trained']:,} trained, {fixed:,} fixed" if fixed else ""
        parts += ["", to_table(sheet), f"{network['name']}: {network['weights']:,} weights{more}"]
    return parts


def _shape(shape: Sequence[int | None]) -> str:
    """Return a shape without the number of images; what an image of any size decides is a letter."""
    return "x".join(letter if side is None else str(side) for side, letter in zip(shape[1:], FREE, strict=False))
