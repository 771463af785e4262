"""Names as messages tell them: the nearest to one that is not there, the first of many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `did you mean a, b?` with the names nearest to `name`, or nothing."""
    near = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"did you mean {', '.join(near)}?" if near else ""


def few(names: Sequence[str], count: int = 5) -> str:
    """Return the first `count` names, and how many more there are."""
    more = len(names) - count
    return ", ".join(names[:count]) + (f" and {more} more" if more > 0 else "")
