"""A report as one HTML file: template, style and script inlined, everything that a run file says escaped."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from restore.show import charts
from restore.show.report.sections import sections_of
from restore.text import printable

if TYPE_CHECKING:
    from restore.tasks.compare import Compared
    from restore.tasks.report import Reported

TEMPLATES = files("restore.show.report") / "templates"
VARIABLES = {
    charts.INK: "--ink", charts.FAINT: "--faint", charts.GRID: "--line", charts.PAPER: "--paper",
    **{colour: f"--series-{number}" for number, colour in enumerate(charts.SERIES)},
}  # fmt: skip
"""The colours of charts as variables of the page, which has others in the dark."""


def report_page(runs: Sequence[Reported], compared: Compared | str | None = None) -> bytes:
    """Return the page of runs as UTF-8; `compared`: what compares several, or why nothing does."""
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    def plain(value: Any) -> Any:
        return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    source = {one: (TEMPLATES / one).read_text("utf-8") for one in ("page.html", "style.css", "page.js")}
    script = source["page.js"]
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=plain, trim_blocks=True, lstrip_blocks=True,
        loader=DictLoader({"page.html": source["page.html"]}),
    )  # fmt: skip
    numbers = iter(range(1_000))
    environment.filters["svg"] = lambda chart: Markup(inlined(charts.to_svg(chart), f"c{next(numbers)}"))  # noqa: S704 - of matplotlib, which escapes
    page = environment.get_template("page.html").render(
        title=", ".join(run.label for run in runs),
        subtitle=[_subtitle(run) for run in runs],
        sections=sections_of(runs, compared),
        style=Markup(source["style.css"]),  # noqa: S704 - the package's own
        script=Markup(script),  # noqa: S704 - likewise
        digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    return page.encode()


def inlined(svg: str, prefix: str) -> str:
    """Return an SVG file as an element of a page: without links and fonts, its colours variables, its ids its own."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (?:xmlns(?::xlink)?|version|width|height)="[^"]*"', "", svg, count=5).replace("xlink:href", "href")
    used = set(re.findall(r"#([\w.-]+)", svg))
    svg = re.sub(r' id="([^"]*)"', lambda found: f' id="{prefix}-{found[1]}"' if found[1] in used else "", svg)
    svg = re.sub(r'(url\(#|href="#)', rf"\1{prefix}-", svg)
    svg = re.sub(r"font: (?:\w+ )*?([\d.]+px) [^;\"]*", r"font-size: \1", svg)
    svg = re.sub(r" ?font-family: [^;\"]*;?", "", svg)
    for colour, variable in VARIABLES.items():
        svg = svg.replace(colour, f"var({variable})")
    return svg.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1)


def _subtitle(run: Reported) -> str:
    document = run.document
    return f"{document['plan']['recipe']}, {document['kind']} {document['id']}, {document['status']}, {run.record.created[:10]}"
