"""Decoding ahead keeps the order and says whose fault a failure is."""

import sys
import time

import numpy as np
import pytest

from restore.errors import ComponentError, InputError
from restore.pipeline.data.decode import decode
from restore.plugins.values import Sample


class Grey:
    """A source of grey images; some of them take longer, some are at fault."""

    threadsafe = True

    def __init__(self, fault=None):
        self.fault = fault

    def __len__(self):
        return 30

    def __getitem__(self, index):
        time.sleep(0.003 * (index % 3))
        if index == 7 and self.fault:
            return self.fault(index)
        return Sample(np.full((2, 2, 1), index / 30, np.float32), str(index), "g")


def refuse(index):
    raise InputError("bad", where=str(index))


def divide(index):
    return index / 0


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_in_order_with_every_number_of_workers(workers):
    found = list(decode(Grey(refuse), range(30), owner="me", workers=workers))
    assert [index for index, _ in found] == list(range(30))
    assert isinstance(found[7][1], InputError)
    assert [sample.id for index, sample in found if index != 7] == [str(index) for index in range(30) if index != 7]


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(
    "fault",
    [
        divide,
        lambda index: None,
        lambda index: Sample(np.zeros((2, 2, 1)), "a", "g"),
        lambda index: Sample(np.full((2, 2, 1), np.nan, np.float32), "a", "g"),
        lambda index: Sample(np.full((2, 2, 1), 1.1, np.float32), "a", "g"),
        lambda index: Sample(np.zeros((2, 2, 5), np.float32), "a", "g"),
        lambda index: sys.exit(3),
    ],
)
def test_a_source_at_fault_is_named(fault, workers):
    with pytest.raises(ComponentError) as error:
        list(decode(Grey(fault), range(30), owner="squares (plugin 1.0)", workers=workers))
    assert error.value.where == "squares (plugin 1.0)"


def test_a_source_that_is_not_declared_threadsafe_is_read_in_one_thread():
    import threading

    seen = set()

    class Shy(Grey):
        threadsafe = False

        def __getitem__(self, index):
            seen.add(threading.get_ident())
            return super().__getitem__(index)

    list(decode(Shy(), range(9), owner="", workers=4))
    assert seen == {threading.get_ident()}


def test_standard_output_is_left_as_it_was():
    before = sys.stdout
    list(decode(Grey(), range(30), owner="", workers=8))
    assert sys.stdout is before
