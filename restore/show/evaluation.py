"""An evaluation as JSON and as text: score tables, and scores over the amount of damage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType

from restore.planning.plan import Plan
from restore.show.figures import decimals_for, show_interval, show_score
from restore.show.scores import score_parts
from restore.show.sheet import Column, Sheet, to_table
from restore.tasks.curves import Bound, Curve, crossing, curves_of

Json = Mapping[str, Any]
REGIONS = ("hole", "full")
"""The region that a curve is shown of, the first that a metric has."""
RESTORED = "restored"


def evaluation_document(shown: Json, bounds: Sequence[Bound] = ()) -> Json:
    """Return the document of an evaluation, `shown` being that of `show --json`, with curves and where they pass bounds."""
    curves = curves_of(Plan.from_json(shown["plan"]), shown["scores"])
    return {
        **shown,
        "curves": [_curve(curve) for curve in curves],
        "bounds": [_passed(curve, bound) for bound in bounds for curve in curves if bound.holds_for(curve)],
    }


def evaluation_parts(document: Json, width: int) -> list[RenderableType]:
    """Return tables in at most `width` columns where possible: curves, and the scores of what is part of none."""
    curves = curves_of(Plan.from_json(document["plan"]), document["scores"])
    drawn = {spec for curve in curves for spec in curve.ladder.specs}
    others = [row for row in document["scores"] if row["corruption"] not in drawn]
    parts: list[RenderableType] = score_parts(others, width) if others else []
    for sheet in curve_sheets(curves):
        parts += [to_table(sheet), ""]
    parts += [_sentence(one) for one in document["bounds"]]
    notice = document["plan"].get("notice")
    return [*parts, *(["", notice] if notice else [])]


def curve_sheets(curves: Sequence[Curve]) -> Iterator[Sheet]:
    """Yield a table for each ladder, dataset and metric: a line for each amount, a column for each kind of row."""
    tables: dict[tuple[Any, ...], dict[str, list[Curve]]] = {}
    for curve in curves:
        key = curve.ladder.name, curve.data, curve.metric
        tables.setdefault(key, {}).setdefault(curve.region, []).append(curve)
    for regions in tables.values():
        region = next((one for one in REGIONS if one in regions), next(iter(regions)))
        yield _sheet(regions[region])


def _sheet(curves: Sequence[Curve]) -> Sheet:
    first = curves[0]
    ladder, unit = first.ladder, first.first["unit"]
    data = f"{first.data}: " if first.data else ""
    columns = [Column(ladder.option)]
    for curve in curves:
        columns += [Column(curve.what, right=True), *([Column("95 %", faint=True)] if curve.what == RESTORED else [])]
    sheet = Sheet(columns, title=f"{data}{ladder.name}: {f'{first.metric} {unit}'.strip()}, {first.region}")
    decimals = decimals_for([mean for curve in curves for mean in curve.values("mean") if mean is not None])
    for i, name in enumerate(ladder.names):
        row = [name]
        for curve in curves:
            found = curve.rows[i]
            row.append(show_score(None if found is None else found["mean"], decimals))
            if curve.what == RESTORED:
                row.append(show_interval(found["low"], found["high"], decimals) if found else "")
        sheet.rows.append(row)
    return sheet


def _curve(curve: Curve) -> Json:
    ladder = curve.ladder
    return {
        "corruption": ladder.name,
        "option": ladder.option,
        "amounts": None if ladder.amounts is None else list(ladder.amounts),
        "specs": list(ladder.specs),
        **{name: getattr(curve, name) for name in ("data", "metric", "region", "what")},
        **{name: curve.values(name) for name in ("mean", "low", "high")},
    }


def _passed(curve: Curve, bound: Bound) -> Json:
    """Return where a curve becomes worse than a bound, with the places where the ends of its interval do."""
    better = curve.first["better"]
    ends = ("low", "high") if better == "higher" else ("high", "low")
    return {
        **{name: getattr(curve, name) for name in ("data", "metric", "region", "what")},
        "corruption": curve.ladder.name,
        "option": curve.ladder.option,
        "bound": bound.value,
        "better": better,
        "amount": crossing(curve, bound.value),
        "low": crossing(curve, bound.value, ends[0]),
        "high": crossing(curve, bound.value, ends[1]),
    }


def _sentence(passed: Json) -> str:
    verb = "falls below" if passed["better"] == "higher" else "rises above"
    data = f"{passed['data']}: " if passed["data"] else ""
    what = f"{data}{passed['what']}: {passed['metric']} {passed['region']} {verb} {passed['bound']:g}"
    if passed["amount"] is None:
        return f"{what} nowhere between two amounts of {passed['corruption']}"
    ends = [f"{passed[end]:.3g}" if passed[end] is not None else "?" for end in ("low", "high")]
    known = f" (95 %: {ends[0]} to {ends[1]})" if ends != ["?", "?"] else ""
    return f"{what} at {passed['corruption']} {passed['option']}={passed['amount']:.3g}{known}"
