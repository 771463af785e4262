"""Files of every schema stay readable, and a plan of a release still resolves, rebuilds and restores."""

import re
import runpy
from pathlib import Path

import numpy as np
import pytest

import restore
from restore.planning.plan import Plan, owners_now
from restore.plugins.catalogue import Catalogue
from restore.runfile.read import read
from restore.runfile.schema import CURRENT, SCHEMAS
from restore.runfile.tree import digests
from restore.runfile.verify import verify
from restore.running.scores import pooled, row_of

GOLDEN = Path(__file__).parents[1] / "golden"
MAKE = runpy.run_path(str(GOLDEN / "make.py"))
SAMPLES = {1: MAKE["sample_1"], 2: MAKE["sample"]}


@pytest.mark.parametrize("number", [schema.number for schema in SCHEMAS])
def test_golden_file_is_read(number):
    path = GOLDEN / f"run-schema-{number}.h5"
    assert verify(path) == []
    assert digests(CURRENT.pack(read(path))) == digests(CURRENT.pack(SAMPLES[number]()))
    assert path.stat().st_size < 60_000


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.h5")), ids=lambda path: path.stem)
def test_golden_files_name_no_machine(path):
    host = re.search(rb'"host":"([^"]*)"', path.read_bytes())
    assert host
    assert host[1] == b"host"


def test_golden_plan_resolves():
    record = read(MAKE["PLAN"])
    plan = Plan.from_json(record.plan)
    assert set(owners_now(plan, Catalogue.installed())) == set(record.plan["owners"])
    assert (plan.size, plan.model.spec) == ((32, 32), "selective-unet:width=8,depth=1")


def test_pooled_scores_of_the_golden_run_are_those_of_its_table():
    scores = read(MAKE["PLAN"]).scores
    rows = [row for row in scores.table if row["rule"] == "db"]
    assert len(rows) >= 6
    for row in rows:
        assert pooled(scores, *row_of(row)) == (None if row["mean"] is None else pytest.approx(row["mean"], rel=1e-12))


@pytest.mark.trains
def test_golden_run_restores_to_known_pixels():
    """Within a level of 255, since processors round differently; a pixel of the mask may lie at the threshold."""
    image, wanted = MAKE["image"](), np.load(MAKE["RESTORED"])
    restorer = restore.open(MAKE["PLAN"]).restorer()
    restored = restorer.restore(image, np.ones((32, 32), np.bool_))
    assert np.abs(np.round(restored.image * 255) - wanted).max() <= 1
    found = restorer.restore(image)
    assert found.mask.sum() == pytest.approx(438, abs=3)
    assert np.array_equal(found.image[~found.mask], image[~found.mask])
