"""Work done one by one in this process, or shared among processes of this machine; `cluster.py` is the third way."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeVar

from restore.errors import WorkError

if TYPE_CHECKING:
    import multiprocessing.process
    from concurrent.futures import Future, ProcessPoolExecutor

S = TypeVar("S")
T = TypeVar("T")


class Executor(Protocol):
    """Does work on items, each once, in one process or many, here or elsewhere; each process was made ready first."""

    def __call__(self, work: Callable[[S], T], items: Iterable[S]) -> Generator[T, None, None]:
        """Yield the results of `work` as items are finished, in any order.

        Items are taken as there is room for them; none is begun any more when the results are no longer asked for.
        Raises what `work` raises, and `WorkError` where a process is lost whose work cannot be done again.
        """


def here(work: Callable[[S], T], items: Iterable[S], *, start: Callable[[], None]) -> Generator[T, None, None]:
    """Do work in this process, item by item."""
    with silent():
        start()
    yield from map(work, items)


def in_processes(
    work: Callable[[S], T], items: Iterable[S], *, start: Callable[[], None], count: int, option: str = "--jobs"
) -> Generator[T, None, None]:
    """Do work in `count` processes of this machine, which are given items one ahead and end with this process.

    `work` and `start` are pickled: functions of a module, or such with arguments. `option` asked for them. Raises `WorkError` where
    a process is killed.
    """
    import multiprocessing
    from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool

    others = multiprocessing.active_children()
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _begin, (start,))
    waiting = iter(items)
    try:
        with _ignoring_interrupts():
            running: set[Future[T]] = {pool.submit(work, item) for item in islice(waiting, count + 1)}
        while running:
            ready, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ready:
                yield future.result()
                running |= {pool.submit(work, item) for item in islice(waiting, 1)}
    except BrokenProcessPool as error:
        hint = f"lower {option} if memory is short"
        raise WorkError("a process was killed", code="worker-died", where=option, hint=hint) from error
    finally:
        for child in multiprocessing.active_children():
            if child not in others:
                child.terminate()
        pool.shutdown(cancel_futures=True)


def lone_process() -> ProcessPoolExecutor:
    """Return an executor of one process, which is started by its first work, ignores Ctrl-C and ends with this process."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin, (_nothing,))


def _nothing() -> None: ...


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """Discard what libraries write to descriptor 2, such as a backend's messages while it loads."""
    real, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(real, 2)
        os.close(real)
        os.close(nowhere)


@contextlib.contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Let processes that are started ignore Ctrl-C, which is for their parent alone, from their first moment."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _begin(start: Callable[[], None]) -> None:
    """Make a process ready: Ctrl-C is its parent's to handle, and it ends with its parent."""
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    with silent():
        start()


def _follow(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
