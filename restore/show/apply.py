"""Restored images as JSON, as a table of that, and the progress of the work."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType

from restore.show.figures import NOTHING, count, show_score, show_seconds
from restore.show.progress import bar
from restore.show.sheet import Cell, Column, Sheet, to_table
from restore.text import show

if TYPE_CHECKING:
    from restore.tasks.apply import Applied

Json = Mapping[str, Any]
MOST = 20
"""Images up to which each has a line."""
EVERY = 30.0
"""Seconds between two lines of progress where there is no terminal."""
_STYLES = {"restored": "green", "refused": "red"}


def apply_document(applied: Applied, run: Json, notice: str) -> Json:
    """Return the document of `restore apply --json`."""
    images = [{**asdict(row), "output": str(applied.path_of(row)) if row.done else None} for row in applied.rows]
    counts = {name: applied.counts[name] for name in ("restored", "untouched", "refused")}
    return {
        "schema": 1,
        "run": run,
        "ledger": str(applied.ledger),
        "counts": counts,
        "already": len(applied.rows) - applied.fresh,
        "seconds": round(applied.seconds, 3),
        "images": images,
        "notes": list(applied.notes),
        "notice": notice,
    }


def apply_parts(document: Json) -> list[RenderableType]:
    """Return a table of the images where they are few, and what became of them in a line."""
    images, parts = document["images"], list[RenderableType]()
    if len(images) <= MOST:
        columns = [Column("image", whole=False), Column("replaced", right=True), Column("confidence", right=True)]
        sheet = Sheet([*columns, Column("")])
        for one in images:
            used = NOTHING if one["used"] is None else f"{one['used']:.1%}"
            status = Cell(one["status"], _STYLES.get(one["status"], ""))
            sheet.rows.append([show(one["input"]), used, show_score(one["confidence"], 2), status])
        parts += [to_table(sheet), ""]
    parts += [*_summary(document), f"ledger: {show(document['ledger'])}"]
    return [*parts, *(["", document["notice"]] if document["notice"] else [])]


def _summary(document: Json) -> Iterator[str]:
    """Yield what became of the images, and how fast."""
    counts = ", ".join(f"{number} {name}" for name, number in document["counts"].items())
    total, already = len(document["images"]), document["already"]
    fresh = total - already
    yield f"{count(total, 'image')}: {counts}"
    rate = [f"{show_seconds(document['seconds'])}, {_rate(fresh, document['seconds'])}"] if fresh else []
    earlier = [f"{count(already, 'result')} of an earlier call kept"] if already else []
    yield "; ".join([*rate, *earlier])


def _rate(done: int, seconds: float) -> str:
    """Return the speed of the work, by the image where that takes longer than a second."""
    if seconds > done:
        return f"{seconds / max(done, 1):.1f} s/image"
    return f"{done / max(seconds, 1e-3):.1f} images/s"


@contextlib.contextmanager
def watching(name: str, total: int, *, shown: bool, tell: Callable[[str], None]) -> Iterator[Callable[[], None]]:
    """Yield a function to be called after each image, which shows the speed and the time left.

    On a terminal that is a bar; elsewhere `tell` gets a line now and then.
    """
    console = Console(file=sys.stderr, highlight=False)
    began, done = time.monotonic(), 0
    said = began
    if not shown:
        yield lambda: None
        return
    if not console.is_terminal:

        def step() -> None:
            nonlocal done, said
            done += 1
            now = time.monotonic()
            if now - said >= EVERY and done < total:
                said, left = now, (now - began) / done * (total - done)
                tell(f"{name}: {done} of {total} images, {_rate(done, now - began)}, {show_seconds(left)} left")

        yield step
        return
    with bar(console) as progress:
        task = progress.add_task(name, total=total, figures="")

        def advance() -> None:
            nonlocal done
            done += 1
            figures = f"{done}/{total}  {_rate(done, time.monotonic() - began)}"
            progress.update(task, completed=done, figures=figures)

        yield advance
