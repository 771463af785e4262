"""Samples decoded ahead by a few threads, in the order of their source."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from restore.errors import ComponentError, InputError
from restore.plugins.boundary import fault, guard
from restore.plugins.contracts import fault_in_sample
from restore.plugins.values import Sample, Source
from restore.text import words_of

Decoded = tuple[int, Sample | InputError]
AHEAD = 2**28
"""Bytes of images decoded ahead, by the largest so far: those of 24 megapixels take 300 MB each."""


def decode(source: Source, indices: Sequence[int], *, owner: str, workers: int) -> Iterator[Decoded]:
    """Yield each index with its sample, or with the reason why its image cannot be used.

    Several threads are used only for a source that declares itself `threadsafe`; at most two samples a thread and
    `AHEAD` bytes are decoded ahead. Raises `ComponentError` where the source breaks its contract.
    """
    if workers < 2 or not getattr(source, "threadsafe", False):
        for index in indices:
            yield index, _judged(partial(source.__getitem__, index), index, owner)
        return
    with ThreadPoolExecutor(workers, thread_name_prefix="decode") as pool:
        waiting: deque[tuple[int, Future[Sample]]] = deque()
        most, largest = 1, 0  # one alone, until a size is known
        try:
            for index in indices:
                waiting.append((index, pool.submit(source.__getitem__, index)))
                while len(waiting) >= most:
                    first, future = waiting.popleft()
                    sample = _judged(future.result, first, owner)
                    if isinstance(sample, Sample):
                        largest = max(largest, sample.clean.nbytes)
                        most = max(1, min(2 * workers, AHEAD // max(1, largest)))
                    yield first, sample
            while waiting:
                index, future = waiting.popleft()
                yield index, _judged(future.result, index, owner)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _judged(get: Callable[[], Sample], index: int, owner: str) -> Sample | InputError:
    """Return a sample that keeps the contract, or the reason why its image cannot be used.

    The guard changes process-wide settings, so it runs in the one thread that fetches samples, not where they are made.
    """
    try:
        with guard(owner, f"reading sample {index}"):
            sample = get()
    except InputError as error:
        return error
    except ComponentError as error:
        # An error of the system on one file is a fault of that file, even where a source does not convert it.
        cause = error.__cause__
        if not isinstance(cause, OSError):
            raise
        what = f"cannot read the sample: {words_of(cause)}"
        return InputError(what, code="unreadable", where=f"sample {index} of {owner}", hint="check its file")
    wrong = fault_in_sample(sample)
    if wrong:
        raise fault(owner, wrong)
    return sample
