"""Arrays of mixed shapes come out of their file as they went in, and cannot be written to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.errors import WorkError
from restore.system.ragged import Ragged, Spool, chunks, gather

SHAPES = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 7)), min_size=1, max_size=6)
RNG = np.random.default_rng(3)


@given(SHAPES, st.sampled_from([np.float32, np.uint16, np.bool_]))
def test_arrays_come_back_in_order(shapes, dtype):
    arrays = [(RNG.random(shape) * 9).astype(dtype) for shape in shapes]
    spool = Spool()
    for array in arrays:
        spool.append(array)
    found = spool.finish()
    assert (len(found), found.shapes, found.dtype) == (len(arrays), shapes, np.dtype(dtype))
    for i, array in enumerate(arrays):
        assert np.array_equal(found[i], array)
        assert np.array_equal(found[i : i + 1], array[None])
        assert not found[i].flags.writeable
    assert [one.shape for one in found] == shapes
    assert (found.stacked is None) == (len(set(shapes)) > 1)


def test_arrays_of_one_shape_are_stacked_without_a_copy():
    values = np.arange(24, dtype=np.float32)
    ragged = Ragged(values, [(2, 4)] * 3)
    assert np.array_equal(ragged.stacked, values.reshape(3, 2, 4))
    assert np.shares_memory(ragged.stacked, values)


def test_sets_are_gathered_in_memory_or_in_files_alike():
    parts = [(RNG.random((2, 4, 4)), RNG.random((2, 3))), (RNG.random((1, 4, 4)), RNG.random((1, 3)))]
    stacked = gather(np.empty(0), parts)
    spooled = gather(None, parts)
    for one, other in zip(stacked, spooled, strict=True):
        assert isinstance(one, np.ndarray)
        assert isinstance(other, Ragged)
        assert np.array_equal(one, other.stacked)


def test_chunks_cover_all_and_are_of_one_image_where_sizes_may_differ():
    assert [range(7)[part] for part in chunks(np.empty((7, 2)), 3)] == [range(3), range(3, 6), range(6, 7)]
    assert len(list(chunks(Ragged(np.arange(6), [(2,), (4,)]), 3))) == 2


def test_a_full_disk_is_reported(monkeypatch):
    spool = Spool()
    spool.close()

    class Full:
        def write(self, data):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool, "_file", Full())
    with pytest.raises(WorkError) as error:
        spool.append(np.zeros(4))
    assert error.value.code == "disk-full"
