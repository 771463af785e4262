"""Work is shared among processes, and one that is killed ends it with a sentence."""

import multiprocessing
import os

import pytest

from restore.errors import WorkError
from restore.system.workers import in_processes


@pytest.fixture
def left():
    """Return a function that returns the processes that were begun during a test and still run."""
    before = {*multiprocessing.active_children()}
    return lambda: {*multiprocessing.active_children()} - before


def test_every_item_is_worked_on_once(left):
    assert sorted(in_processes(abs, iter(range(-9, 0)), start=os.getpid, count=2)) == list(range(1, 10))
    assert not left()


def test_a_process_that_dies_ends_the_work():
    with pytest.raises(WorkError) as error:
        list(in_processes(os._exit, [3], start=os.getpid, count=1))
    assert error.value.code == "worker-died"


def test_processes_end_when_their_results_are_not_asked_for(left):
    results = in_processes(abs, [-1, -2, -3, -4], start=os.getpid, count=2)
    next(results)
    results.close()
    assert not left()
