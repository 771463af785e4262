"""The command's document, its lists of names on stdin, and its exit codes."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restore.images import write
from restore.system import cluster
from restore.tasks import finding


@pytest.fixture
def scans(restore, stand_in, tmp_path):
    """Make a run, and two damaged images."""
    assert restore("run", "small", "--name", "tiny", "--corrupt", "box:size=5", "--no-cache").code == 0
    for name in ("a.png", "deep/b.png"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        image = np.full((30, 40, 1), 0.5, np.float32)
        image[5:9, 6:16] = 0
        write(tmp_path / "in" / name, image)
    return tmp_path / "in"


def test_the_document_says_what_became_of_each_image(restore, scans):
    document = restore("apply", "tiny", scans, "-o", "out", "--json").json
    assert document["counts"] == {"restored": 2, "untouched": 0, "refused": 0}
    assert [one["output"] for one in document["images"]] == ["out/a.png", "out/deep/b.png"]
    assert document["images"][0]["used"] == 40 / 1200
    assert (document["ledger"], document["already"]) == ("out/restored.jsonl", 0)
    assert restore("apply", "tiny", scans, "-o", "out", "--json").json["already"] == 2


def test_the_table_fits_and_names_every_image(restore, scans):
    answer = restore("apply", "tiny", scans, "-o", "out")
    assert (answer.code, answer.err) == (0, "")
    assert "deep/b.png" in answer.out
    assert "3.3%" in answer.out
    assert max(map(len, answer.out.splitlines())) <= 80


def test_a_list_on_stdin_keeps_relative_folders(restore, scans, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("in/deep/b.png\n\n"))
    assert restore("apply", "tiny", "-", "-o", "out").code == 0
    assert Path("out/in/deep/b.png").is_file()


def test_an_image_that_is_refused_while_others_are_restored_ends_with_1(restore, scans, monkeypatch):
    monkeypatch.setattr(finding, "READ_WHOLE", 0)
    data = (scans / "a.png").read_bytes()
    (scans / "a.png").write_bytes(data[:-30])
    answer = restore("apply", "tiny", scans, "-o", "out")
    assert answer.code == 1
    assert "1 refused" in answer.out
    assert answer.err.startswith("warning: a.png: refused: ")
    assert restore("apply", "tiny", scans, "-o", "two", "--skip-bad").code == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--jobs", 0), "bad-option"),
        (("--fill", "medain"), "unknown-value"),
        (("--format", "heic"), "unknown-value"),
        (("--jobs", 2, "--scheduler", "tcp://127.0.0.1:8786"), "conflict"),
    ],
)
def test_options_are_judged_before_anything_is_written(restore, scans, options, code):
    answer = restore("apply", "tiny", scans, "-o", "out", *options)
    assert (answer.code, answer.out, answer.failure.code) == (2, "", code)
    assert not Path("out").exists()


def test_a_cluster_without_its_extra_is_refused(restore, scans, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    answer = restore("apply", "tiny", scans, "-o", "out", "--scheduler", "tcp://127.0.0.1:8786")
    assert (answer.code, answer.out, answer.failure.code) == (2, "", "missing-extra")
    assert "restore-toolkit[dask]" in answer.error[-1]
    assert not Path("out").exists()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "127.0.0.1", "http://127.0.0.1:1", "nowhere"])
def test_a_scheduler_that_cannot_be_reached_is_refused(restore, scans, monkeypatch, address):
    pytest.importorskip("distributed", reason="needs the extra dask")
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    answer = restore("apply", "tiny", scans, "-o", "out", "--scheduler", address)
    assert (answer.code, answer.out, answer.failure.code) == (2, "", "no-scheduler")
    assert answer.error
    assert not Path("out").exists()


@pytest.mark.parametrize("progressive", [False, True])
def test_a_progressive_jpeg_is_said_to_become_sequential(restore, scans, progressive):
    image = np.full((32, 32), 90, np.uint8)
    Image.fromarray(image).save(scans / "whole.jpg", progressive=progressive)
    image[8:16, 8:16] = 0
    Image.fromarray(image).save(scans / "hole.jpg", quality=100, progressive=progressive)
    images = restore("apply", "tiny", scans, "-o", "out", "--json").json["images"]
    notes = {one["input"]: one["notes"] for one in images}
    assert notes["hole.jpg"] == (["progressive JPEG stored as sequential"] if progressive else [])
    assert "progressive JPEG stored as sequential" not in notes["whole.jpg"]
    with Image.open("out/hole.jpg") as result:
        assert "progressive" not in result.info
