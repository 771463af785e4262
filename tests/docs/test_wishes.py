"""What is said to be tested is tested: the files and functions that docs/wishes.md names are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    line.split("|")[1:-1] for line in (ROOT / "docs/wishes.md").read_text("utf-8").splitlines() if line.startswith("| ")
][1:]
TESTS = sorted({found for row in ROWS for found in re.findall(r"`((?:tests|plugins)/[^`]+)`", row[-1])})


def test_every_wish_has_a_test():
    assert len(ROWS) > 30
    assert all("`" in row[-1] for row in ROWS)


@pytest.mark.parametrize("test", TESTS)
def test_it_is_there(test):
    file, _, function = test.partition("::")
    assert f"def {function}" in (ROOT / file).read_text("utf-8")
