"""Files with random bytes changed under a right seal neither crash nor hang the reader, nor fill the memory."""

import io
import random
import subprocess
import sys

import pytest

from restore.runfile import seal

BATCH = 100
READER = """
import re, sys
from pathlib import Path
from restore.errors import InputError
from restore.runfile.read import read
for path in sorted(Path(sys.argv[1]).iterdir()):
    print(path.name, flush=True)
    try:
        read(path)
    except InputError:
        pass
# Not the peak of getrusage: that counts the process which this one was forked from.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
assert int(peak) < 2**20, "more than 1 GiB"
"""


def fuzzed(sealed, rng):
    """Return the file with one to eight bytes of its HDF5 changed, sealed again."""
    data = bytearray(sealed)
    data[: seal.BLOCK] = bytes(seal.BLOCK)
    for _ in range(rng.choice((1, 1, 2, 8))):
        offset = rng.randrange(seal.BLOCK, len(data))
        data[offset] = rng.choice((0, 255, rng.randrange(256), data[offset] ^ 1 << rng.randrange(8)))
    return bytes(seal.seal(io.BytesIO(bytes(data)), seal.checked({"parts": {}})))


def read_batch(sealed, folder, batch):
    folder.mkdir()
    rng = random.Random(batch)
    for number in range(BATCH):
        (folder / f"{number:03}.h5").write_bytes(fuzzed(sealed, rng))
    done = subprocess.run(
        [sys.executable, "-c", READER, folder], check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"batch {batch}, file {done.stdout.splitlines()[-1]}: {done.stderr[-2000:]}"


def test_some_fuzzed_files(sealed, tmp_path):
    read_batch(sealed, tmp_path / "batch", 0)


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(1, 21))
def test_two_thousand_fuzzed_files(sealed, tmp_path, batch):
    read_batch(sealed, tmp_path / "batch", batch)
