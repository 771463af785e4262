"""Run files with random bytes changed neither crash nor hang the reader, nor fill the memory."""

import io
import random
import subprocess
import sys

import pytest

from restore.runfile import seal

SECONDS = 60
"""Given to a child process between two files; libhdf5 hangs on some."""
READER = """
import re, sys
from pathlib import Path
from restore.errors import InputError
from restore.runfile.read import read
refused = 0
for path in map(Path, sys.argv[1:]):
    print(path.name, flush=True)
    try:
        read(path)
    except InputError as error:
        refused += 1
        assert error.what == " ".join(error.what.split()), error.what
# Not the peak of getrusage: that counts the process which this one was forked from.
print(refused, int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]))
"""


def fuzzed(sealed, rng, *, fresh):
    """Return the file with bytes changed, put in, taken out or repeated; with a `fresh` seal in its HDF5 alone."""
    data = bytearray(sealed)
    if fresh:
        data[: seal.BLOCK] = bytes(seal.BLOCK)
    for _ in range(rng.choice((1, 1, 2, 8))):
        offset = rng.randrange(seal.BLOCK if fresh else 0, len(data))
        size = rng.choice((1, 2, 4, 8, 64))
        how = rng.randrange(8)
        if how == 0:
            data[offset:offset] = rng.randbytes(size)
        elif how == 1:
            del data[offset : offset + size]
        elif how == 2:
            other = rng.randrange(seal.BLOCK, len(data))
            data[offset : offset + size] = data[other : other + size]
        elif how == 3:
            data[offset : offset + size] = rng.choice((b"\0", b"\xff")) * size
        else:
            data[offset] = rng.choice((0, 255, rng.randrange(256), data[offset] ^ 1 << rng.randrange(8)))
    if not fresh:
        return bytes(data) if data != sealed else fuzzed(sealed, rng, fresh=False)
    return bytes(seal.seal(io.BytesIO(bytes(data)), seal.checked({"parts": {}})))


def read_all(paths):
    """Read files in child processes; return how many were refused, those that hang, and the most kilobytes taken."""
    refused, hung, most, waiting = 0, [], 0, list(paths)
    while waiting:
        child = subprocess.Popen(
            [sys.executable, "-c", READER, *waiting], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            out, err = child.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            last = child.communicate()[0].splitlines()[-1]
            place = [path.name for path in waiting].index(last)
            hung.append(last)
            waiting = waiting[place + 1 :]
            continue
        assert child.returncode == 0, f"{out.splitlines()[-1:]}, exit code {child.returncode}: {err[-2000:]}"
        told, kilobytes = map(int, out.splitlines()[-1].split())
        refused, most, waiting = refused + told, max(most, kilobytes), []
    return refused, hung, most


@pytest.mark.parametrize("fresh", [True, False], ids=["sealed-anew", "as-it-is"])
@pytest.mark.parametrize("size", ["some", pytest.param("many", marks=pytest.mark.slow)])
def test_fuzzed_files(sealed, seed, tmp_path, fresh, size, figure):
    count = {"some": 100, "many": 2_000 if fresh else 8_000}[size]
    rng = random.Random(seed)
    refused, hung, most = 0, [], 0
    for start in range(0, count, 500):
        paths = [tmp_path / f"{number:04}.h5" for number in range(start, min(start + 500, count))]
        for path in paths:
            path.write_bytes(fuzzed(sealed, rng, fresh=fresh))
        told, found, kilobytes = read_all(paths)
        refused, hung, most = refused + told, hung + found, max(most, kilobytes)
        for path in paths:
            path.unlink()
    assert most < 2**20
    if not fresh:
        assert refused == count
        assert not hung
    told = f"{refused} refused, {len(hung)} hang in libhdf5 ({', '.join(hung) or 'none'}), at most {most // 1024} MiB"
    figure(f"{count} fuzzed run files, {'sealed anew' if fresh else 'seal as it was'} (seed {seed}): 0 signals, {told}")
