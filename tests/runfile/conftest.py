"""What the tests of the run file share: a small record of everything, and files of any content under a right seal."""

import io
import runpy
from pathlib import Path

import h5py
import pytest

from restore.runfile import hdf5, seal
from restore.runfile.encode import encode
from restore.runfile.schema import CURRENT
from restore.runfile.tree import digests

MAKE = Path(__file__).parents[1] / "golden" / "make.py"


@pytest.fixture(scope="session")
def record():
    return runpy.run_path(str(MAKE))["sample"]()


@pytest.fixture(scope="session")
def sealed(record):
    return bytes(encode(record))


@pytest.fixture
def run_path(tmp_path, sealed):
    path = tmp_path / "fingerprint-box-0123456789ab.h5"
    path.write_bytes(sealed)
    return path


@pytest.fixture
def forge(record, tmp_path):
    """Write the sample file with `change` made to its open HDF5 file, or to its bytes, under a right seal."""

    def write(change=None, *, patch=None, fields=None):
        tree = CURRENT.pack(record)
        buffer = hdf5.dump(tree)
        if change is not None:
            with h5py.File(buffer, "r+") as file:
                change(file)
        data = buffer.getvalue()
        if patch is not None:
            data = patch(data)
        summary = {"parts": digests(tree), "content": seal.content(data)} if fields is None else fields
        path = tmp_path / "forged.h5"
        path.write_bytes(seal.seal(io.BytesIO(data), seal.checked(summary)))
        return path

    return write
