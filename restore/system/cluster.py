"""Work shared among the workers of a Dask cluster, which see the same files as this process."""

from __future__ import annotations

import contextlib
import pickle
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from restore.errors import RequestError, WorkError
from restore.system.workers import Executor, silent

if TYPE_CHECKING:
    from distributed import Client

S = TypeVar("S")
T = TypeVar("T")
OPTION = "--scheduler"
PATIENCE = 10.0
"""Seconds in which the scheduler has to answer, and to have a worker."""
AHEAD = 3
"""Tasks in flight for each thread of the workers: one is done, two wait, so that no thread waits for this process."""
SECONDS = 0.5
"""How long a task is meant to take: the scheduler needs some milliseconds for each, and a killed worker's are lost."""
MOST = 16
"""Items of a task at most."""
_ALONE = threading.Lock()
"""Held during work: networks and decoders are not made for several threads."""


@contextlib.contextmanager
def connected(address: str, *, start: Callable[[], None]) -> Iterator[Executor]:
    """Yield an executor on the cluster whose scheduler has an address such as `tcp://host:8786`; all workers are ready.

    `start` is called there before work, and is cheap when called again. Raises `RequestError` where Dask is not
    installed, the scheduler does not answer or has no workers, and what `start` raises.
    """
    try:
        from distributed import Client
    except ImportError as error:
        hint = "pip install 'restore-toolkit[dask]'"
        raise RequestError("the extra dask is not installed", code="missing-extra", where=OPTION, hint=hint) from error
    place = f"{OPTION} {address}"
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        hint = "start one: dask scheduler; its address is tcp://HOST:8786"
        raise RequestError("no scheduler answers", code="no-scheduler", where=place, hint=hint) from error
    with contextlib.closing(client):
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
            client.run(_start, start)
        except TimeoutError as error:
            hint = f"start some: dask worker {address} --nthreads 1"
            raise RequestError("the scheduler has no workers", code="no-workers", where=place, hint=hint) from error
        except ImportError as error:
            what, hint = f"a worker cannot begin: {error}", "install there what is installed here"
            raise RequestError(what, code="unfit-worker", where=place, hint=hint) from error
        yield _Cluster(client, place, start)


@dataclass
class _Cluster:
    """An executor on a cluster; `seconds`: what an item took lately, None before the first."""

    client: Client
    place: str
    start: Callable[[], None]
    seconds: float | None = None
    _threads: int = 0
    _counted: float = float("-inf")

    def __call__(self, work: Callable[[S], T], items: Iterable[S]) -> Generator[T, None, None]:
        """Do work on the cluster; what a lost worker was doing is done by another, so that `work` may run twice.

        Raises `WorkError` where several workers are lost over the same item, or the scheduler is.
        """
        from concurrent.futures import CancelledError

        from distributed import KilledWorker, as_completed

        waiting = iter(items)
        running = as_completed(loop=self.client.loop)
        try:
            self._fill(running, work, waiting)
            for future in running:
                results, self.seconds = future.result()
                self._fill(running, work, waiting)
                yield from results
        except KilledWorker as error:
            hint = "look at their logs; they may need more memory"
            raise WorkError("workers were killed", code="worker-died", where=self.place, hint=hint) from error
        except (OSError, CancelledError) as error:
            raise WorkError("the scheduler is lost", code="scheduler-lost", where=self.place) from error
        except RequestError as error:  # a worker that came later cannot begin; results are written
            raise WorkError(error.what, code=error.code, where=error.where, hint=error.hint) from error
        finally:
            with contextlib.suppress(OSError, CancelledError, TimeoutError):
                self.client.cancel(list(running.futures), force=True)

    def _fill(self, running: Any, work: Callable[[S], T], waiting: Iterator[S]) -> None:
        """Submit tasks, each of the items that are done in half a second, until there is no room or no item left."""
        size = 1 if self.seconds is None else max(1, min(MOST, int(SECONDS / max(self.seconds, 1e-6))))
        while running.count() < AHEAD * self._count() and (items := list(islice(waiting, size))):
            # As bytes, in which Dask does not search for results of other tasks.
            running.add(self.client.submit(_do_all, pickle.dumps((self.start, work, items)), pure=False))

    def _count(self) -> int:
        """Return the threads of all workers, which come and go: at least one, asked for once a second."""
        if time.monotonic() - self._counted > 1:
            self._threads, self._counted = sum(self.client.nthreads().values()), time.monotonic()
        return max(1, self._threads)


def _start(start: Callable[[], None]) -> None:
    """Make a worker ready."""
    with _ALONE, silent():
        start()


def _do_all(pickled: bytes) -> tuple[list[Any], float]:
    """Return the results of work on items in a worker, which may have come after the others, and the seconds that one took."""
    start, work, items = pickle.loads(pickled)  # noqa: S301 - Dask itself does so with all that it is sent
    _start(start)
    began = time.perf_counter()
    with _ALONE:
        results = [work(item) for item in items]
    return results, (time.perf_counter() - began) / len(items)
