"""A run file for the processes that restore by it: opened and made ready once in each."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from restore.errors import RequestError, RestoreWarning
from restore.images import Formats
from restore.text import show

if TYPE_CHECKING:
    from restore.pipeline.restorer import Restorer
    from restore.running.opened import Run


@dataclass(frozen=True, slots=True)
class RunFile:
    """A run file for other processes, too: its path, the hash of its content, and the version of restore that wants it.

    `threads`: at most so many restore in a process, None in the one that shows warnings, which takes the run's own number.
    """

    path: str
    content: str
    restore: str
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A run made ready for use, and the version of restore, both looked up once in a process."""

    run: Run
    version: str
    restorer: Restorer
    formats: Formats


@lru_cache(maxsize=1)
def open_once(run: RunFile) -> Opened:
    """Return a run made ready; raises `RequestError` where the file has changed, or this is another version of restore."""
    from restore.plugins.catalogue import Catalogue
    from restore.plugins.formats import formats_of
    from restore.runfile.summary import read_summary
    from restore.running.opened import open_run

    own = version("restore-toolkit")
    if run.restore != own:
        what, hint = f"restore {run.restore} is wanted, a worker has {own}", "install the same version everywhere"
        raise RequestError(what, code="other-version", where=show(run.path), hint=hint)
    if read_summary(Path(run.path)).content != run.content:
        raise RequestError("the run has changed", code="run-changed", where=show(run.path), hint="start again")
    opened, catalogue = open_run(run.path), Catalogue.installed()
    restorer = opened.rebuild(catalogue, threads=run.threads) if run.threads else opened.restorer()
    return Opened(opened, own, restorer, formats_of(catalogue))


def prepare(run: RunFile) -> None:
    """Open a run in this process, with warnings only in the one that shows them."""
    with warnings.catch_warnings():
        if run.threads:
            warnings.simplefilter("ignore", RestoreWarning)
        open_once(run)
