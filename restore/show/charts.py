"""Charts of runs as SVG or PNG: losses, scores by corruption, and how the scores of single images are spread."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any, TypeAlias

from restore.text import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, FAINT, GRID, PAPER = "#22262d", "#5d6470", "#dfe2e8", "#fefefe"
SERIES = ("#2560c4", "#b04a06", "#0b7f6b", "#8a3fb0", "#a3154f", "#6f6a12")
"""Colours of series, which are told apart with any colour vision, by their lightness too."""
MARKS = "osD^vP"
DAMAGED = "damaged"
WIDTH, EDGES = 4.6, 0.95
"""Width of a chart, and height of its legend and axis together, in inches."""
BOX, DOT = 0.19, 0.13
"""Height of a row of boxes and of dots in inches."""
LETTERS = 44
"""Letters of all names of a legend that fit a line."""
LONGEST = 24
"""Most characters of a name beside an axis."""
FEW = 12
"""Epochs up to which each has a mark."""
LEAST_RATIO = 20
"""Between the largest and smallest loss, from which on the axis is logarithmic."""
STYLE: dict[Any, Any] = {
    "axes.edgecolor": FAINT, "axes.labelcolor": FAINT, "axes.facecolor": "none", "axes.axisbelow": True,
    "axes.grid": True, "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False,
    "axes.unicode_minus": False, "figure.constrained_layout.h_pad": 0.08, "figure.constrained_layout.w_pad": 0.08,
    "figure.facecolor": PAPER, "font.size": 9, "grid.color": GRID, "grid.linewidth": 0.8,
    "legend.frameon": False, "legend.fontsize": 8.5, "lines.linewidth": 1.8, "svg.fonttype": "none",
    "svg.hashsalt": "restore", "text.color": INK, "text.parse_math": False, "xtick.color": FAINT, "ytick.color": FAINT,
    "xtick.major.size": 0, "ytick.major.size": 0,
}  # fmt: skip
Draw: TypeAlias = Callable[["Axes"], None]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: what draws it on axes, its title, what it shows in words, and the height in inches."""

    title: str
    words: str
    height: float
    draw: Draw


@dataclass(frozen=True, slots=True)
class Span:
    """What is drawn in a row: a mean with its interval, or the five numbers of a box (ends, quartiles, median)."""

    middle: float
    ends: tuple[float, float]
    quartiles: tuple[float, float] | None = None


def losses(histories: Mapping[str, Sequence[Mapping[str, float]]]) -> Chart:
    """Return the losses over the epochs of runs by label: of training dashed, of validation whole."""

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import MaxNLocator, NullFormatter

        drawn: list[float] = []
        for (label, history), colour in zip(histories.items(), cycle(SERIES), strict=False):
            before = "" if len(histories) == 1 else f"{_short(label)}, "
            for name, title, line in (("loss", "training", "--"), ("val_loss", "validation", "-")):
                values = [row.get(name, math.nan) for row in history]
                epochs, mark = [row["epoch"] for row in history], "o" if len(history) < FEW else None
                axes.plot(epochs, values, line, c=colour, label=before + title, marker=mark, ms=3.5)
                drawn += _finite(history, name)
        axes.set_xlabel("epoch")
        axes.set_ylabel("loss")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        if drawn and min(drawn) > 0 and max(drawn) > LEAST_RATIO * min(drawn):
            axes.set_yscale("log")
            axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
            axes.yaxis.set_minor_formatter(NullFormatter())

    best = {label: min(_finite(rows, "val_loss"), default=None) for label, rows in histories.items()}
    words = "; ".join(f"{label}: lowest validation loss {one:.4g}" for label, one in best.items() if one is not None)
    return Chart("Loss", words, 2.9, draw)


def spans(title: str, rows: Mapping[str, Mapping[str, Span]]) -> Chart:
    """Return rows of spans on one axis, by group and series: dots with intervals, or boxes."""
    names = list(dict.fromkeys(name for group in rows.values() for name in group))
    colours = dict(zip((one for one in names if one != DAMAGED), cycle(SERIES), strict=False)) | {DAMAGED: FAINT}

    def draw(axes: Axes) -> None:
        places, groups = _places(rows)
        for name in names:
            mark = MARKS[names.index(name) % len(MARKS)]
            shown = [(places[group, name], one[name]) for group, one in rows.items() if name in one]
            for number, (y, span) in enumerate(shown):
                _draw_span(axes, y, span, colours[name], mark, "" if number else _short(name, 40))
        axes.set_yticks(list(groups), labels=[_short(group) for group in rows])
        axes.grid(visible=False, axis="y")
        axes.invert_yaxis()
        axes.set_xlabel(printable(title))

    row = DOT if all(one.quartiles is None for own in rows.values() for one in own.values()) else BOX
    count = sum(map(len, rows.values())) + len(rows)
    found = (
        f"{group}: {', '.join(f'{name} {one.middle:.4g}' for name, one in own.items())}" for group, own in rows.items()
    )
    return Chart(title, "; ".join(found), EDGES + row * count, draw)


def curves(title: str, option: str, names: Sequence[str], series: Mapping[str, Sequence[Span | None]]) -> Chart:
    """Return scores over amounts of damage, called `names` in order, by series: lines with their intervals as bands."""
    colours = dict(zip((one for one in series if one != DAMAGED), cycle(SERIES), strict=False)) | {DAMAGED: FAINT}

    def draw(axes: Axes) -> None:
        places = _amounts(names)
        for i, (name, points) in enumerate(series.items()):
            known = [(x, one) for x, one in zip(places, points, strict=True) if one is not None]
            xs = [x for x, _ in known]
            low, high = ([one.ends[end] for _, one in known] for end in (0, 1))
            axes.fill_between(xs, low, high, color=colours[name], alpha=0.15, lw=0)
            mark, label = MARKS[i % len(MARKS)], _short(name, 40)
            axes.plot(xs, [one.middle for _, one in known], marker=mark, ms=4, c=colours[name], label=label)
        axes.set_xticks(places, labels=[_short(name) for name in names])
        axes.set_xlabel(printable(option))
        axes.set_ylabel(printable(title))

    ends = {name: [one.middle for one in points if one is not None] for name, points in series.items()}
    words = "; ".join(f"{name}: {own[0]:.4g} to {own[-1]:.4g}" for name, own in ends.items() if own)
    return Chart(title, words, 3.2, draw)


def parallel(options: Mapping[str, Sequence[str]], title: str, values: Sequence[float], *, lower: bool) -> Chart:
    """Return runs as lines over what they vary, an axis for each option, and what came out, of which `lower` is better.

    `options`: the text of each run, by option. The best run is drawn bold.
    """
    best = (min if lower else max)(range(len(values)), key=values.__getitem__)
    low, high = min(values), max(values)
    outcome = [(value - low) / ((high - low) or 1) for value in values]
    heights = [_heights(texts) for texts in options.values()]

    def draw(axes: Axes) -> None:
        for run, end in enumerate(outcome):
            ys = [*(place[texts[run]] for place, texts in zip(heights, options.values(), strict=True)), end]
            strong = run == best
            line: dict[str, Any] = {
                "c": SERIES[0] if strong else FAINT,
                "lw": 2.4 if strong else 0.9,
                "zorder": 3 if strong else 2,
            }
            axes.plot(range(len(ys)), ys, marker="o", ms=3, **line)
        for x, place in enumerate(heights):
            for text, y in place.items():
                axes.annotate(_short(text), (x, y), (5, 3), textcoords="offset points", color=INK, fontsize=8)
        for y, value in ((0, low), (1, high)):
            axes.annotate(f"{value:.4g}", (len(heights), y), (5, 3), textcoords="offset points", color=INK, fontsize=8)
        axes.set_xticks(range(len(heights) + 1), labels=[*map(_short, options), _short(title)])
        axes.set_yticks([])
        axes.margins(x=0.12, y=0.12)

    said = ", ".join(f"{name} {texts[best]}" for name, texts in options.items())
    return Chart(title, f"{len(values)} runs, best {values[best]:.4g}: {said}", 3.2, draw)


def _heights(texts: Sequence[str]) -> dict[str, float]:
    """Return the height of each text on its axis, from 0 to 1: numbers by their order."""
    distinct = list(dict.fromkeys(texts))
    try:
        distinct.sort(key=float)
    except ValueError:
        distinct.sort()
    return {text: place / max(len(distinct) - 1, 1) for place, text in enumerate(distinct)}


def to_svg(chart: Chart) -> str:
    """Return a chart as SVG."""
    return to_file([chart], "svg").decode()


def to_file(charts: Sequence[Chart], ending: str) -> bytes:
    """Return charts below each other as a file, `svg` or `png`."""
    from matplotlib.figure import Figure

    buffer = io.BytesIO()
    with _style():
        heights = [chart.height for chart in charts]
        figure = Figure(figsize=(WIDTH, sum(heights)), layout="constrained")
        rows = figure.subfigures(len(charts), 1, squeeze=False, height_ratios=heights)[:, 0]
        for chart, part in zip(charts, rows, strict=True):
            axes = part.subplots()
            chart.draw(axes)
            handles, labels = axes.get_legend_handles_labels()
            columns = len(labels) if sum(map(len, labels)) + 6 * len(labels) <= LETTERS else 2
            # Above the axes, where it covers nothing, whatever is drawn.
            part.legend(handles, labels, loc="outside upper left", ncols=max(columns, 1), handlelength=1.6)
        metadata = {"Date": None} if ending == "svg" else None
        figure.savefig(buffer, format=ending, dpi=200, metadata=metadata)
    return buffer.getvalue()


@contextmanager
def _style() -> Iterator[None]:
    """Draw in the style of all charts, whatever the user's is, which is put back."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


def _draw_span(axes: Axes, y: float, span: Span, colour: str, mark: str, label: str) -> None:
    low, high = span.ends
    axes.plot([low, high], [y, y], c=colour, lw=1.2)
    if span.quartiles is None:
        axes.plot([span.middle], [y], mark, c=colour, ms=5, label=label or None)
        return
    first, third = span.quartiles
    axes.barh(y, third - first, 0.62, left=first, color=colour, label=label or None)
    axes.plot([span.middle] * 2, [y - 0.31, y + 0.31], c=PAPER, lw=1.6)


def _places(rows: Mapping[str, Mapping[str, Span]]) -> tuple[dict[tuple[str, str], float], list[float]]:
    """Return the height of each row, by group and series, and of the middle of each group."""
    places: dict[tuple[str, str], float] = {}
    groups, y = [], 0.0
    for group, own in rows.items():
        start = y
        for name in own:
            places[group, name] = y
            y += 1
        groups.append((start + y - 1) / 2)
        y += 1
    return places, groups


def _amounts(names: Sequence[str]) -> list[float]:
    """Return names as numbers, or their places where one is none."""
    try:
        return [float(name) for name in names]
    except ValueError:
        return [float(place) for place in range(len(names))]


def _finite(history: Sequence[Mapping[str, float]], name: str) -> list[float]:
    return [row[name] for row in history if math.isfinite(row.get(name, math.nan))]


def _short(text: str, most: int = LONGEST) -> str:
    """Return a name for an axis; matplotlib leaves out of a legend what begins with an underscore."""
    text = printable(text)
    text = f"{text[: most - 1]}…" if len(text) > most else text
    return f" {text}" if text.startswith("_") else text
