"""What the tests of bad inputs share: calls that are watched for what they write, and rights that root lacks."""

import ctypes
import hashlib
import os
from contextlib import contextmanager
from pathlib import Path

import pytest


def written(root):
    """Return every name below a folder, with kind, rights and content, but for what holds no data of anybody.

    Left out are the lock files, which are empty and stay so that two processes never lock two files of one name, and
    the folders that hold nothing else: of the cache, "nothing written" means no prepared picture, whole or half.
    """
    found = {}
    for path in [root, *sorted(root.rglob("*"))]:
        status = path.lstat()
        if path.suffix == ".lock" and not status.st_size:
            continue
        content = ""
        if path.is_symlink():
            content = os.readlink(path)
        elif path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        found[path] = status.st_mode, content
    locks = {path.parent for path in root.rglob("*.lock")}
    return {
        path: told for path, told in found.items() if path not in locks or any(other.is_relative_to(path) and other != path for other in found)
    }


@pytest.fixture
def refused(restore, tmp_path):
    """Call `restore` with what it must refuse: exit code 2, at most three lines, and nothing written."""

    def call(*arguments):
        before = written(tmp_path)
        answer = restore(*arguments)
        assert (answer.code, answer.out) == (2, ""), answer
        assert answer.error
        assert answer.err.replace("\n", "").isprintable()
        assert written(tmp_path) == before
        return answer

    return call


@pytest.fixture
def restore(restore):
    """Call `restore`, which writes no traceback whatever it is given."""

    def call(*arguments):
        answer = restore(*arguments)
        assert "Traceback" not in answer.err
        return answer

    return call


CAPABILITIES = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (linux/capability.h), by which root reads and writes whatever it likes."""


@pytest.fixture
def rights():
    """Return a context in which the rights of files bind root, too."""

    @contextmanager
    def binding():
        if os.geteuid():
            yield
            return
        try:
            libc = ctypes.CDLL(None, use_errno=True)
            header, held = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
            if libc.capget(header, held):
                raise OSError(ctypes.get_errno(), "capget")
            fewer = (ctypes.c_uint32 * 6)(held[0] & ~CAPABILITIES, *held[1:])
            if libc.capset(header, fewer):
                raise OSError(ctypes.get_errno(), "capset")
        except (AttributeError, OSError) as error:
            pytest.skip(f"root reads everything here: {error}")
        try:
            yield
        finally:
            assert libc.capset(header, held) == 0

    return binding


@pytest.fixture(autouse=True)
def _opened_again(tmp_path):
    """Give back the rights that a case took away, so that pytest can remove its folder."""
    yield
    for folder, names, _ in os.walk(tmp_path):
        for name in names:
            if not (Path(folder) / name).is_symlink():
                (Path(folder) / name).chmod(0o755)
