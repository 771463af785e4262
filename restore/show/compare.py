"""A comparison of runs as JSON, and as a table for each corruption of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from restore.show.console import measure
from restore.show.figures import NOTHING, count, decimals_for, show_interval, show_score
from restore.show.plan import difference_lines
from restore.show.scores import ARROWS, GIVEN_MASK, cases_of, name_case
from restore.show.sheet import Cell, Column, Sheet, facts, to_table
from restore.tasks.compare import FEWEST_GROUPS, SIGNIFICANT

if TYPE_CHECKING:
    from restore.tasks.compare import Compared, Comparison, Row

Json = Mapping[str, Any]
SMALLEST = 0.001
"""Smaller p-values are shown as smaller than this."""
TESTS = {"wilcoxon": "Wilcoxon signed-rank test", "mann-whitney": "Mann-Whitney U test"}
SHORT = {"no difference shown": "none shown"}
STYLES = {"A better": "green", "B better": "cyan", "too few groups": "dim"}


def compare_document(compared: Compared) -> Json:
    """Return the document of `restore compare --json`."""
    comparisons = [_comparison(one) for one in compared.comparisons]
    test = "mann-whitney" if compared.unpaired else "wilcoxon"
    return {
        "schema": 1,
        "test": test,
        "significant": SIGNIFICANT,
        "fewest_groups": FEWEST_GROUPS,
        "comparisons": comparisons,
    }


def _comparison(one: Comparison) -> Json:
    return {
        **{
            side: {"id": run.id, "name": run.name, "path": str(run.path)}
            for side, run in zip("ab", one.runs, strict=True)
        },
        "plan_differences": [{"path": path, "a": old, "b": new} for path, old, new in one.plan_differences],
        "rows": list(map(_row, one.rows)),
        "left_out": [{"name": name, "reason": reason} for name, reason in one.left_out.items()],
    }


def _row(row: Row) -> Json:
    found = row.found
    return {
        "data": row.data,
        "corruption": row.corruption,
        "level": row.level,
        "metric": row.metric,
        "unit": row.unit,
        "better": row.better,
        "region": row.region,
        "given_mask": list(row.given_mask),
        "images": list(found.images),
        "groups": list(found.groups),
        "means": list(found.means),
        "difference": found.difference.value,
        "low": found.difference.low,
        "high": found.difference.high,
        "p": found.p,
        "p_holm": row.p,
        "verdict": row.verdict,
    }


def compare_parts(document: Json, width: int) -> list[RenderableType]:
    """Return for each two runs how their plans differ and a table for each corruption, then a legend.

    Where `width` columns do not hold the tables, verdicts are shortened.
    """
    cases = [cases_of(one["rows"]) for one in document["comparisons"]]
    for short in (False, True):
        tables = [[to_table(verdict_sheet(case, short=short)) for case in own] for own in cases]
        if max(measure(table) for own in tables for table in own) <= width:
            break
    parts: list[RenderableType] = []
    for one, own in zip(document["comparisons"], tables, strict=True):
        differences = [(each["path"], each["a"], each["b"]) for each in one["plan_differences"]]
        plan = "\n".join(difference_lines(differences)) or "the same"
        parts += [facts([("A", one["a"]["name"]), ("B", one["b"]["name"]), ("plan", plan)]), ""]
        for table in own:
            parts += [table, ""]
        left = (f"{each['name'] or 'as in the dataset'} ({each['reason']})" for each in one["left_out"])
        parts += [f"not compared: {', '.join(left)}", ""] if one["left_out"] else []
    return [*parts, *legend(document)]


def verdict_sheet(case: Sequence[Json], *, short: bool = False) -> Sheet:
    """Return the rows of one dataset and corruption as a sheet: the regions of a metric below its name."""
    given = (any(row["given_mask"][side] for row in case) for side in (0, 1))
    runs = (f"{name} {GIVEN_MASK}" if mask else name for name, mask in zip("AB", given, strict=True))
    columns = [Column("metric"), *(Column(name, right=True, whole=True) for name in (*runs, "A-B"))]
    columns += [Column("95 %", whole=True, faint=True), Column("p", right=True, whole=True), Column("verdict")]
    sheet = Sheet(columns, title=_title(case))
    for metric, rows in groupby(case, key=lambda row: row["metric"]):
        regions = list(rows)
        label = " ".join(filter(None, [metric, regions[0]["unit"], ARROWS.get(regions[0]["better"])]))
        if [row["region"] for row in regions] == ["full"]:
            sheet.rows.append([label, *_figures(regions[0], short=short)])
            continue
        sheet.rows.append([label, *[""] * (len(columns) - 1)])
        sheet.rows += [[f"  {row['region']}", *_figures(row, short=short)] for row in regions]
    return sheet


def _figures(row: Json, *, short: bool) -> Iterator[Cell | str]:
    decimals = decimals_for(row["means"])
    yield from (show_score(mean, decimals) for mean in row["means"])
    yield show_score(row["difference"], decimals)
    yield show_interval(row["low"], row["high"], decimals)
    yield NOTHING if row["p_holm"] is None else "<.001" if row["p_holm"] < SMALLEST else f"{row['p_holm']:.3f}"
    verdict: str = row["verdict"]
    yield Cell(SHORT.get(verdict, verdict) if short else verdict, STYLES.get(verdict, ""))


def _title(case: Sequence[Json]) -> str:
    """Return the name of a corruption with its images and groups, those of both runs where they differ."""
    images, groups = ([max(row[name][side] for row in case) for side in (0, 1)] for name in ("images", "groups"))
    sides = [f"{count(one, 'image')} of {count(two, 'group')}" for one, two in zip(images, groups, strict=True)]
    return f"{name_case(case[0])}: {' and '.join(dict.fromkeys(sides))}"


def legend(document: Json) -> Iterator[str]:
    """Yield what the columns of the tables are."""
    rows = [row for one in document["comparisons"] for row in one["rows"]]
    tested = sum(row["p"] is not None for row in rows)
    yield "A-B: difference of the means; 95 %: bootstrap interval over groups"
    if tested:
        yield f"p: {TESTS[document['test']]} on group means, corrected by Holm for {count(tested, 'row')}"
        yield f"verdict: a difference is shown where p is {document['significant']} or less"
    if tested < len(rows):
        yield f"too few groups: fewer than {document['fewest_groups']}, so nothing is tested"
    if any(any(row["given_mask"]) for row in rows):
        yield f"{GIVEN_MASK} non-blind: given the true mask"
