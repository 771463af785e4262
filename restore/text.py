"""Texts as messages tell them: on one printable line, of a length that can be read, the first of many."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

TOLD = 300
"""Characters of foreign words - a component's, a library's, a file's - that a message repeats."""
LISTED = 20
"""Inputs at fault that one error names before the rest is counted."""


def printable(text: str) -> str:
    """Return a text with what a terminal would not print, such as an escape in a name, written out."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def one_line(text: str, most: int | None = None) -> str:
    """Return a text as one printable line of at most `most` characters."""
    return printable(" ".join(text.split()))[:most]


def show(path: str | os.PathLike[str]) -> str:
    """Return a path as one line of valid text, whatever bytes its name has."""
    return printable(os.fsencode(path).decode("utf-8", "backslashreplace"))


def in_words(value: object, write: Callable[[object], str] = repr, most: int | None = TOLD) -> str:
    """Return an object, perhaps a component's, as a text of at most `most` characters, also where its own code raises."""
    try:
        return write(value)[:most]
    except BaseException:  # noqa: BLE001 - whatever it is, there are no words for it
        return f"an unprintable {type(value).__name__}"


def words_of(error: BaseException) -> str:
    """Return what an error says, perhaps nothing, as one line of at most `TOLD` characters."""
    return one_line(in_words(error, str), TOLD)


def listed(lines: Sequence[str], count: int = LISTED) -> list[str]:
    """Return the first `count` lines, and one that counts the rest."""
    more = len(lines) - count
    return [*lines[:count], *([f"and {more} more"] if more > 0 else [])]


def few(names: Sequence[str], count: int = 5) -> str:
    """Return the first `count` names, and how many more there are."""
    return " ".join([", ".join(names[:count]), *listed(names, count)[count:]])


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `did you mean a, b?` with the names nearest to `name`, or nothing."""
    near = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"did you mean {', '.join(near)}?" if near else ""
