"""A run file of every schema number stays readable."""

import re
from pathlib import Path

import pytest

from restore.runfile.read import read
from restore.runfile.schema import CURRENT, SCHEMAS
from restore.runfile.tree import digests
from restore.runfile.verify import verify

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("number", [schema.number for schema in SCHEMAS])
def test_golden_file_is_read(number, record):
    path = GOLDEN / f"run-schema-{number}.h5"
    assert verify(path) == []
    assert digests(CURRENT.pack(read(path))) == digests(CURRENT.pack(record))
    assert path.stat().st_size < 60_000


def test_golden_files_say_nothing_of_the_machine_that_made_them():
    for path in GOLDEN.glob("*.h5"):
        host = re.search(rb'"host":"([^"]*)"', path.read_bytes())
        assert host
        assert host[1] == b"host"
