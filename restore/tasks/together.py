"""Images restored one after the other, or some small ones at once, while those before them are written."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from restore.errors import RequestError
from restore.tasks.ledger import Row
from restore.tasks.restoration import Made, Settings, Task, making, refused
from restore.tasks.run_file import Opened, RunFile, open_once

if TYPE_CHECKING:
    from restore.plugins.values import Restored
    from restore.tasks.restoration import Mask, Pixels

WRITERS = 4
"""Files written at once: a disk takes as long for them as for one."""
TOGETHER, VALUES = 8, 2**20
"""Images that are read, then restored, then encoded, and values after which no more are: a processor is quickest at what it
has just done, and its caches hold no step beside a network's."""


def restore_files(run: RunFile, settings: Settings, tasks: Iterable[Task]) -> Generator[Row, None, None]:
    """Restore images by a run, write results and what belongs beside them, and yield their rows.

    An image that cannot be used is refused, which its row says; nothing is written then. While some are restored, those
    before them are written. Raises `WorkError` where writing fails, `ComponentError` where the model does.
    """
    opened = open_once(run)
    written: deque[Future[Row]] = deque()
    with ThreadPoolExecutor(WRITERS) as writers:
        for part in _read_together(Making.of(opened, settings, task) for task in tasks):
            _restore_together(opened, part)
            for one in part:
                written.append(writers.submit(one.finish().write))
                while written and (written[0].done() or len(written) > WRITERS):
                    yield written.popleft().result()
        while written:
            yield written.popleft().result()


def restore_part(run: RunFile, settings: Settings, tasks: Iterable[Task]) -> list[Row]:
    """Return what `restore_files` yields, for other processes."""
    return list(restore_files(run, settings, tasks))


@dataclass(slots=True)
class Making:
    """An image on its way from file to file, and what becomes of it.

    `given`: its pixels (H, W, C) and its mask, bool (H, W), if it has one, once they are read.
    """

    row: Row
    steps: Generator[tuple[Pixels, Mask | None], Restored, Made]
    given: tuple[Pixels, Mask | None] | None = None
    restored: Restored | None = None
    made: Made | None = None
    seconds: float = 0.0

    @classmethod
    def of(cls, opened: Opened, settings: Settings, task: Task) -> Making:
        """Return the making of a task, not begun."""
        row = Row(task.name, task.output, "refused", *task.state)
        return cls(row, making(opened, task, settings, row))

    @property
    def values(self) -> int:
        """The number of values of the image, 0 where it cannot be used."""
        return 0 if self.given is None else self.given[0].size

    def read(self) -> None:
        """Read the image and its mask."""

        def read() -> None:
            self.given = next(self.steps)

        self._do(read)

    def restore(self, opened: Opened) -> None:
        """Restore the image, unless that is done."""

        def restore() -> None:
            if self.restored is None and self.given is not None:
                self.restored = opened.restorer.restore(*self.given)
            self.given = None

        self._do(restore)

    def finish(self) -> Made:
        """Encode the result, and return what becomes of the image."""

        def finish() -> None:
            restored, self.restored = self.restored, None  # which, of a photograph, would stay beside the next one
            assert restored is not None
            self.steps.send(restored)

        self._do(finish)
        assert self.made is not None
        return replace(self.made, row=replace(self.made.row, seconds=round(self.seconds, 3)))

    def _do(self, step: Callable[[], None]) -> None:
        """Do a step, unless the image is refused."""
        if self.made is not None:
            return
        began = time.perf_counter()
        try:
            step()
        except StopIteration as last:
            self.made = last.value
        except RequestError as fault:
            self.made = Made(refused(self.row, fault.what, fault.code))
        except MemoryError:
            self.made = Made(refused(self.row, "out of memory", "out-of-memory"))
        self.seconds += time.perf_counter() - began


def _read_together(makings: Iterable[Making]) -> Iterator[list[Making]]:
    """Read images, and yield them in parts: of one, or of some small ones."""
    part: list[Making] = []
    for one in makings:
        one.read()
        part.append(one)
        if len(part) == TOGETHER or sum(one.values for one in part) > VALUES:
            yield part
            part = []
    if part:
        yield part


def _restore_together(opened: Opened, part: Sequence[Making]) -> None:
    """Restore images at once where each result is the same as alone, else one after the other."""
    given = [one.given for one in part if one.given is not None]
    if opened.restorer.separate and len(given) > 1:
        began = time.perf_counter()
        try:
            images, masks = zip(*given, strict=True)
            restored = iter(opened.restorer.restore_together(images, masks))
        except (RequestError, MemoryError):
            pass  # of one of them, which is found below
        else:
            share = (time.perf_counter() - began) / len(given)
            for one in part:
                if one.given is not None:
                    one.restored, one.seconds = next(restored), one.seconds + share
    for one in part:
        one.restore(opened)
