"""Records are plain values."""

import re
import subprocess
import sys

from restore.runfile.record import new_id


def test_ids_are_twelve_hex_digits_and_differ():
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"[0-9a-f]{12}", each) for each in ids)


def test_a_record_needs_no_numpy():
    code = "import sys, restore.runfile.record; print({'numpy', 'h5py'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
