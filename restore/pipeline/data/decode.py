"""Samples decoded ahead by a few threads, in the order of their source whatever the threads do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from restore.errors import InputError
from restore.plugins.boundary import fault, guard
from restore.plugins.contracts import fault_in_sample
from restore.plugins.values import Sample, Source

Decoded = tuple[int, Sample | InputError]


def decode(source: Source, indices: Sequence[int], *, owner: str, workers: int) -> Iterator[Decoded]:
    """Yield each index with its sample, or with what is wrong with its picture.

    Several threads work only for a source that says it is `threadsafe`; at most two samples a thread wait to be
    fetched. Raises `ComponentError` where the source breaks its contract.
    """
    if workers < 2 or not getattr(source, "threadsafe", False):
        for index in indices:
            yield index, _judged(partial(source.__getitem__, index), index, owner)
        return
    with ThreadPoolExecutor(workers, thread_name_prefix="decode") as pool:
        waiting: deque[tuple[int, Future[Sample]]] = deque()
        try:
            for index in indices:
                waiting.append((index, pool.submit(source.__getitem__, index)))
                if len(waiting) >= 2 * workers:
                    first, future = waiting.popleft()
                    yield first, _judged(future.result, first, owner)
            for index, future in waiting:
                yield index, _judged(future.result, index, owner)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _judged(get: Callable[[], Sample], index: int, owner: str) -> Sample | InputError:
    """Return a sample that keeps the contract, or what is wrong with its picture.

    The guard changes settings of the process, so it stands in the one thread that fetches, not where samples are made.
    """
    try:
        with guard(owner, f"reading sample {index}"):
            sample = get()
    except InputError as error:
        return error
    wrong = fault_in_sample(sample)
    if wrong:
        raise fault(owner, wrong)
    return sample
