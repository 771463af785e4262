"""Images before training, as JSON and as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType

from restore.show.blocks import draw_rows
from restore.show.figures import count
from restore.show.plan import describe_components
from restore.show.sheet import facts
from restore.tasks.preview import Preview

Json = Mapping[str, Any]
ACROSS = 3
"""Images side by side in a terminal."""


def preview_document(made: Preview) -> Json:
    """Return plan and facts as plain JSON."""
    return {"schema": 1, "plan": made.plan.to_json(), **made.facts}


def preview_parts(made: Preview, width: int, *, images: bool) -> list[RenderableType]:
    """Return the facts and, with `images`, some of them in half blocks: clean above damaged."""
    parts: list[RenderableType] = [facts(_describe(made))]
    shown = _spread(made.shown) if images else []
    if shown:
        rows = [[one.clean for one in shown], [one.damaged for one in shown]]
        what = ", ".join(dict.fromkeys(one.corruption for one in shown))
        parts += ["", f"clean, and damaged by {what}:", "", draw_rows(rows, width)]
    return parts


def _spread(shown: Sequence[Any]) -> list[Any]:
    """Return some images, of as many corruptions as possible."""
    by_corruption: dict[str, list[Any]] = {}
    for one in shown:
        by_corruption.setdefault(one.corruption, []).append(one)
    turns = [one for turn in zip(*by_corruption.values(), strict=False) for one in turn]
    return turns[:ACROSS]


def _describe(made: Preview) -> Iterator[tuple[str, str]]:
    found = made.facts
    for name, part in {**found["splits"], **{f"also {name}": one for name, one in found["also"].items()}}.items():
        yield name, f"{count(part['images'], 'image')} of {count(part['groups'], 'group')}"
    sizes = [f"{one['images']:,} of {one['size'][0]}x{one['size'][1]}" for one in found["sizes"]]
    yield "sizes", _few(sizes)
    values = found["values"]
    yield "values", f"{values['least']:.3f} to {values['greatest']:.3f}, mean {values['mean']:.3f}"
    files = found["files"]
    if files:
        looked = f" (of {files['read']:,} of {files['found']:,} files)" if files["read"] < files["found"] else ""
        yield "files", _few([f"{number:,} {kind}" for kind, number in files["kinds"].items()]) + looked
        yield "dpi", _few([f"{one['files']:,} {_dpi(one['dpi'])}" for one in files["resolutions"]])
    for name, label in found["labels"].items():
        counts = label["counts"]
        said = f"{label['values']:,} values" if counts is None else ", ".join(f"{v} {n:,}" for v, n in counts.items())
        yield f"label {name}", said
    if found["duplicates"]:
        yield "duplicates", f"{count(found['duplicates'], 'image')} equal to another"
    if found["skipped"]:
        yield "left out", count(len(found["skipped"]), "image")
    yield from describe_components(made.plan.to_json())


def _dpi(value: float | None) -> str:
    return "without a resolution" if value is None else f"at {value:g}"


def _few(texts: Sequence[str], most: int = 5) -> str:
    return ", ".join([*texts[:most], *([f"and {len(texts) - most} more"] if len(texts) > most else [])])
