"""The checks of a pretrained run."""

from __future__ import annotations

from collections.abc import Iterator

from restore.plugins.boundary import pretrained_file
from restore.plugins.catalogue import Entry
from restore.testing.findings import Check, Finding, Flaw, carry_out


def judge(entry: Entry) -> Iterator[Finding]:
    """Yield what the checks find of a pretrained run."""
    yield from carry_out(entry.owner, CHECKS, entry)


def has_its_file(entry: Entry) -> None:
    """Check that the package holds the file."""
    pretrained_file(entry)


def is_a_pretrained_run(entry: Entry) -> None:
    """Check that the file opens as a run file without the data of people."""
    from restore.runfile.read import read

    kind = getattr(read(pretrained_file(entry)), "kind", "run")
    if kind != "pretrained":
        raise Flaw(f"is a run file of the kind {kind}; write it with restore export RUN --pretrained FILE.h5")


CHECKS: tuple[Check[Entry], ...] = (has_its_file, is_a_pretrained_run)
