"""Figures formatted for people: scores, sizes, times, counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

NOTHING = "\N{EN DASH}"
"""Shown where a value does not apply."""
DIGITS, MOST_DECIMALS = 4, 4
"""Digits of the largest score of a row: two decimals for PSNR, as in papers."""
BLOCKS = "▁▂▃▄▅▆▇█"


def decimals_for(values: Iterable[float | None], most: int = MOST_DECIMALS) -> int:
    """Return the number of decimals that shows the largest of `values` with four digits, at most `most`."""
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    if not 0 < largest < math.inf:
        return 2
    return min(max(DIGITS - 1 - math.floor(math.log10(largest)), 0), most)


def show_score(value: float | None, decimals: int) -> str:
    """Return a score with `decimals` decimals, more where it would read as zero; a missing one is a dash."""
    if value is None or math.isnan(value):
        return NOTHING
    if value == 0:
        return "0"
    text = f"{value:.{decimals}f}"
    return text if text.strip("-0.") else f"{value:.0e}"


def show_interval(low: float | None, high: float | None, decimals: int) -> str:
    """Return the ends of an interval with `decimals` decimals, nothing where it has none."""
    return "" if low is None or high is None else f"{show_score(low, decimals)} to {show_score(high, decimals)}"


def show_figure(value: float | None) -> str:
    """Return a single figure, such as a loss, with four digits."""
    return show_score(value, decimals_for([value], most=8))


def show_bytes(size: int) -> str:
    """Return a size in bytes with its unit, powers of 1,000."""
    amount, units = float(size), ["bytes", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.0f} {units[0]}" if amount >= 10 or units[0] == "bytes" else f"{amount:.1f} {units[0]}"


def show_seconds(seconds: float) -> str:
    """Return a duration: `0.8 s`, `12 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def show_age(created: str, now: datetime) -> str:
    """Return the age of an ISO 8601 time; any other text is returned unchanged."""
    try:
        seconds = (now - datetime.fromisoformat(created)).total_seconds()
    except (TypeError, ValueError):
        return created or NOTHING
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit} ago"
    return "just now"


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 image`, `2 images`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def draw_course(values: Sequence[float], width: int = 32) -> str:
    """Return a curve of at most `width` block characters; the highest finite value is the tallest block."""
    finite = [value for value in values if math.isfinite(value)]
    if len(finite) < 2:
        return ""
    kept = [finite[i * (len(finite) - 1) // (width - 1)] for i in range(width)] if len(finite) > width else finite
    low, high = min(kept), max(kept)
    span = (high - low) or 1.0
    return "".join(BLOCKS[round((value - low) / span * (len(BLOCKS) - 1))] for value in kept)
