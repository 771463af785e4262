"""What the tests of what is shown share."""

import runpy
from pathlib import Path

import pytest

SAMPLE = runpy.run_path(str(Path(__file__).with_name("sample.py")))


@pytest.fixture
def plan():
    return SAMPLE["plan"]()


@pytest.fixture
def rows():
    return SAMPLE["rows"]()


@pytest.fixture
def row():
    return SAMPLE["row"]


@pytest.fixture
def record():
    return SAMPLE["record"]()
