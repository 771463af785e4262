"""Runs and restored images as notebooks show them."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pages import Page

from restore.api import Restored
from restore.running.opened import Run

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def shown(value):
    """Return what a notebook shows of a value, parsed: all that is opened is closed."""
    return Page(value._repr_html_())


def test_a_run_shows_its_name_its_scores_and_its_worst_image(record):
    found = shown(Run(Path("a.h5"), record))
    assert found.texts("b") == ["prints-box"]
    assert found.texts("tr")[1:] == ["box@easy easy14.3618.1521.75", "box@easy|noise1211.5"]
    assert [one.attributes["alt"] for one in found.all("img")] == ["test/1, damaged", "test/1, restored"]
    assert len(found.raw) < 20_000


@pytest.mark.parametrize("changes", [{"scores": None, "gallery": None, "history": ()}, {"gallery": ()}])
def test_a_run_that_was_only_begun_is_shown(record, changes):
    assert "prints-box" in shown(Run(Path("a.h5"), replace(record, **changes))).raw


def test_hostile_texts_of_a_run_do_nothing(record):
    rows = [
        row | {"corruption": HOSTILE, "what": row["what"].replace("median", HOSTILE)} for row in record.scores.table
    ]
    images = [replace(one, id=HOSTILE) for one in record.gallery]
    changes = {"name": HOSTILE, "gallery": images, "plan": {**record.plan, "notice": HOSTILE}}
    found = shown(Run(Path("a.h5"), replace(record, scores=replace(record.scores, table=rows), **changes)))
    assert not found.all("script")
    assert not [one for one in found.elements if any(name.startswith("on") for name in one.attributes)]
    assert HOSTILE in found.texts("b")


@pytest.mark.parametrize(
    ("image", "count"),
    [
        (np.full((40, 30), 7, np.uint8), 2),
        (np.full((40, 30, 1), 0.5, np.float32), 2),
        (np.full((4000, 30, 3), 65535, np.uint16), 2),
    ],
)
def test_a_restored_image_of_any_kind_shows_itself(image, count):
    mask = np.zeros(image.shape[:2], np.bool_)
    mask[:10] = True
    found = shown(Restored(image, mask, notes=("<b>", "second")))
    assert [one.attributes["alt"] for one in found.all("img")] == ["restored", "used mask"][:count]
    assert f"{mask.mean():.1%} of the image replaced" in found.raw
    assert not found.all("b")


def test_confidence_is_shown_where_there_is_one():
    plane = np.zeros((8, 8), np.float32)
    assert len(shown(Restored(plane, plane > 0, plane)).all("img")) == 3


def test_the_classes_load_nothing_for_it():
    code = "import sys, restore.plugins.values; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert not {"PIL", "numpy", "matplotlib", "jinja2"} & set(loaded.split())
