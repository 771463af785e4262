"""The file is HDF5 that others read without this project, and equal content gives equal bytes."""

import io
import json

import h5py
import numpy as np
import pytest

from restore.runfile import hdf5, seal
from restore.runfile.schema import CURRENT
from restore.runfile.tree import Node, Refusal


def test_equal_content_gives_equal_bytes(record):
    assert hdf5.dump(CURRENT.pack(record)).getvalue() == hdf5.dump(CURRENT.pack(record)).getvalue()


def test_the_user_block_is_left_to_the_seal(record):
    data = hdf5.dump(CURRENT.pack(record)).getvalue()
    assert data[: seal.BLOCK] == bytes(seal.BLOCK)
    assert data[seal.BLOCK :].startswith(hdf5.SIGNATURE)


def test_plain_h5py_reads_everything(record, run_path):
    with h5py.File(run_path) as file:
        assert dict(file.attrs.items())["format"] == b"restore-run"
        assert file.attrs["schema"] == 2
        assert json.loads(file["plan"][()])["recipe"] == "fingerprint/fingerprint"
        assert json.loads(file["scores/table"][()])[0]["mean"] == 14.36
        assert file["data/train/id"].asstr()[:].tolist() == ["1/a b.png", "1/ü.png"]
        assert file["history/epoch"][:].tolist() == [1, 2]
        assert np.isnan(file["history/image%2Fmae"][1])
        assert file["scores/metric"].asstr()[:].tolist() == ["psnr", "mask.iou"]
        assert file["scores/value"].dtype == np.float32
        assert [file[f"gallery/{n:03}/clean"].shape for n in range(2)] == [(6, 9, 1), (7, 9, 3)]
        assert file["weights/model/000"].attrs["path"] == b"conv/kernel"
        assert np.array_equal(file["weights/model/000"], record.weights["model"][0][1])
        assert file["state/optimizer/model/000"][()] == 12
        assert file["events/text"].asstr()[0] == "training begins"


def test_there_is_nothing_of_variable_length(run_path):
    with h5py.File(run_path) as file:
        items = [file]
        file.visititems(lambda _, item: items.append(item))
        kinds = {item.dtype.kind for item in items if isinstance(item, h5py.Dataset)}
        kinds |= {item.attrs.get_id(name).dtype.kind for item in items for name in item.attrs}
    assert kinds <= set("iufS")


def test_big_endian_values_are_written_little():
    data = hdf5.dump({"/x": Node(np.arange(3, dtype=">i4"))}).getvalue()
    with h5py.File(io.BytesIO(data)) as file:
        assert file["x"].dtype == np.dtype("<i4")


def test_unreadable_values_are_refused_or_left_out():
    packed = Node(np.arange(9000, dtype=np.int32), packed=True)
    data = hdf5.dump({"/x": packed, "/y": Node(np.arange(3))}).getvalue()
    with h5py.File(io.BytesIO(data)) as file:
        chunk = file["x"].id.get_chunk_info(0)
        offset = chunk.byte_offset + 10
    broken = data[:offset] + bytes(20) + data[offset + 20 :]
    with pytest.raises(Refusal) as refused, hdf5.opened(broken) as file:
        hdf5.load(file, len(broken))
    assert refused.value.code == "bad-run-file"
    with hdf5.opened(broken) as file:
        assert [
            path for path, node in hdf5.load(file, len(broken), lenient=True).items() if node.value is not None
        ] == ["/y"]
