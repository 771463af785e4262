"""The checks of a file format."""

from __future__ import annotations

from collections.abc import Iterator

from restore.errors import RequestError
from restore.plugins.catalogue import Entry
from restore.plugins.formats import register
from restore.testing.findings import Check, Finding, carry_out


def judge(entry: Entry) -> Iterator[Finding]:
    """Yield what the checks find of a file format."""
    yield from carry_out(entry.owner, CHECKS, entry)


def makes_pillow_read_the_format(entry: Entry) -> str | None:
    """Check that the function names a format that Pillow reads; a note where a package for it is missing."""
    try:
        register(entry)
    except RequestError as refusal:
        return f"was not checked, since it refuses: {refusal.what}"
    return None


CHECKS: tuple[Check[Entry], ...] = (makes_pillow_read_the_format,)
