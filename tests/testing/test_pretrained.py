"""The checks of a pretrained run fail where its file is missing or is something else."""

import shutil
from dataclasses import fields

import pytest

from restore.plugins.components import Pretrained
from restore.runfile.record import Record

SHIPPED = Pretrained("a", "shipped:runs/a.h5", "A run.", "Doe et al., 2026", "CC0-1.0")
FILE, KIND = "has its file", "is a pretrained run"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return where the file belongs."""
    path = tmp_path / "site" / "shipped" / "runs" / "a.h5"
    path.parent.mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "site")
    return path


def test_a_file_that_is_missing(judged, place):
    ((check, _),) = judged(SHIPPED)[0]
    assert check == FILE


def test_a_file_that_is_no_run_file(judged, place):
    place.write_bytes(b"no HDF5")
    ((check, _),) = judged(SHIPPED)[0]
    assert check == KIND


def test_a_run_with_the_data_of_people(judged, place, make_run):
    shutil.copy(make_run(), place)
    ((check, problem),) = judged(SHIPPED)[0]
    assert check == KIND
    assert "kind run" in problem


@pytest.mark.skipif("kind" not in {one.name for one in fields(Record)}, reason="run files have no kind yet")
def test_a_pretrained_run(judged, place, make_run):
    shutil.copy(make_run(kind="pretrained"), place)
    assert judged(SHIPPED)[0] == []
