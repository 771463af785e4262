"""What the tests of bad inputs share: calls that are watched for what they write, and rights that root lacks."""

import ctypes
import hashlib
import os
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

SHELLS = ("cache", "data", ".locks", "runs")
"""Folders that hold locks."""


def written(root, *, prepared=False):
    """Return every name below a folder with its kind, rights and content, but for locks and folders of nothing else.

    A lock file is empty, and stays so that two processes never lock two files of one name. So of runs and cache
    "nothing written" means no run and no prepared image, whole or half. Where all images are sound and something
    else is refused, the cache may keep them, whole: then `prepared` is true, and they are left out here, too.
    """
    found = {}
    for path in sorted(root.rglob("*"), reverse=True):  # what lies in a folder before the folder
        status = path.lstat()
        lock = path.suffix == ".lock" and not status.st_size
        kept = prepared and any((one / "SHA256SUMS").exists() for one in (path, path.parent))
        shell = path.is_dir() and path.name in SHELLS and not any(other.is_relative_to(path) for other in found)
        if not lock and not kept and not shell:
            found[path] = status.st_mode, _content(path)
    return found


def _content(path):
    if path.is_symlink():
        return path.readlink()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


@pytest.fixture
def refused(restore, tmp_path):
    """Call `restore` with what it must refuse: exit code 2, at most three lines, and nothing written."""

    def call(*arguments, within=nullcontext, prepared=False):
        before = written(tmp_path, prepared=prepared)
        with within():
            answer = restore(*arguments)
        assert (answer.code, answer.out) == (2, ""), answer
        assert answer.error
        assert answer.err.replace("\n", "").isprintable()
        assert written(tmp_path, prepared=prepared) == before
        return answer

    return call


@pytest.fixture
def restore(restore):
    """Call `restore`, which never writes a traceback."""

    def call(*arguments):
        answer = restore(*arguments)
        assert "Traceback" not in answer.err
        return answer

    return call


CAPABILITIES = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (linux/capability.h), by which root reads and writes whatever it likes."""
VERSION_3 = 0x20080522
"""_LINUX_CAPABILITY_VERSION_3: two sets of effective, permitted and inheritable capabilities, 32 bits each."""


@pytest.fixture
def rights():
    """Return a context in which the rights of files bind root, too."""

    @contextmanager
    def binding():
        if os.geteuid():
            yield
            return
        if not sys.platform.startswith("linux"):
            pytest.skip("root reads everything here")
        libc = ctypes.CDLL(None)
        header, held = (ctypes.c_uint32 * 2)(VERSION_3, 0), (ctypes.c_uint32 * 6)()
        unknown = libc.capget(header, held)
        fewer = (ctypes.c_uint32 * 6)(held[0] & ~CAPABILITIES, *held[1:])
        if unknown or libc.capset(header, fewer):
            pytest.skip("root keeps its rights here")
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
