"""Texts in messages: on one printable line, of a readable length, long lists cut."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

TOLD = 300
"""Most characters that a message quotes of a component, a library or a file."""
LISTED = 20
"""Most faulty inputs that one error names; the rest is counted."""


def printable(text: str) -> str:
    """Return a text with unprintable characters, such as an escape in a file name, as escape sequences."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def one_line(text: str, most: int | None = None) -> str:
    """Return a text as one printable line of at most `most` characters."""
    return printable(" ".join(text.split()))[:most]


def show(path: str | os.PathLike[str]) -> str:
    """Return a path as one line of valid text, whatever bytes its name holds."""
    return printable(os.fsencode(path).decode("utf-8", "backslashreplace"))


def in_words(value: object, write: Callable[[object], str] = repr, most: int | None = TOLD) -> str:
    """Return an object, such as a component's, as text of at most `most` characters, even where its own code raises."""
    try:
        return write(value)[:most]
    except BaseException:  # noqa: BLE001 - code of others, which may raise anything
        return f"an unprintable {type(value).__name__}"


def words_of(error: BaseException) -> str:
    """Return the message of an error, which may be empty, as one line of at most `TOLD` characters."""
    return one_line(in_words(error, str), TOLD)


def listed(lines: Sequence[str], count: int = LISTED) -> list[str]:
    """Return the first `count` lines, and a line with the number of the rest."""
    more = len(lines) - count
    return [*lines[:count], *([f"and {more} more"] if more > 0 else [])]


def few(names: Sequence[str], count: int = 5) -> str:
    """Return the first `count` names and the number of the rest."""
    return " ".join([", ".join(names[:count]), *listed(names, count)[count:]])


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `did you mean 'a', 'b'?` with the names closest to `name`, empty where none is close."""
    near = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"did you mean {', '.join(map(repr, near))}?" if near else ""
