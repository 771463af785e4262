"""HDF5 bytes that libhdf5 may not survive, given to a process of their own with bounded time and memory."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path

from restore.runfile import hdf5
from restore.runfile.tree import Refusal

SECONDS = 20  # for what takes a tenth of a second for 20 MB, and for starting Python on a busy machine
SPEED = 10**7  # bytes a second, a tenth of what was measured
ROOM = 2**28  # bytes of memory beside those of the file
COPIES = 6  # of the file that reading and writing it anew may take


def call(function: str, data: bytes) -> bytes:
    """Return what a function `module:name` without arguments writes to stdout in a process whose stdin is `data`.

    Raises subprocess.SubprocessError where the process crashes or takes too long.
    """
    module, _, name = function.partition(":")
    code = f"from {__name__} import limit; from {module} import {name}; limit({len(data)}); {name}()"
    timeout = SECONDS + len(data) / SPEED
    command = [sys.executable, "-c", code]
    child = subprocess.run(command, input=data, capture_output=True, timeout=timeout, check=True)  # noqa: S603 - own code
    return child.stdout


def limit(size: int) -> None:
    """Bound the memory of this process for a file of `size` bytes, where the system says what it has already."""
    with contextlib.suppress(ImportError, OSError):
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        allowed = pages * resource.getpagesize() + ROOM + COPIES * size
        resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))


def with_fixed_texts(data: bytes) -> bytes:
    """Return a file with attributes of fixed length in place of those of variable length that schema 1 has.

    Raises `Refusal` for what the guard does not admit, and where libhdf5 crashes or hangs on the file.
    """
    try:
        answer = call(f"{__name__}:answer", data)
    except subprocess.SubprocessError:
        raise Refusal("HDF5 crashes or hangs on the file") from None
    if answer.startswith(b"{"):
        raise Refusal(**json.loads(answer))
    return answer


def answer() -> None:
    """Write the file on stdin to stdout as `with_fixed_texts` returns it, or the reason of its refusal as JSON."""
    data = sys.stdin.buffer.read()
    try:
        with hdf5.opened(data) as file:
            found = bytes(hdf5.dump(hdf5.load(file, len(data), variable=True)).getbuffer())
    except Refusal as refusal:
        found = json.dumps({"what": refusal.what, "code": refusal.code, "hint": refusal.hint}).encode()
    sys.stdout.buffer.write(found)
