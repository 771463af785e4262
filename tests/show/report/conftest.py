"""What the tests of reports share: a run that has all that a report shows, examined, and its page, parsed."""

from dataclasses import replace

import numpy as np
import pytest
from pages import CASES, Page, images, scores

from restore.plugins.catalogue import Catalogue
from restore.runfile.record import LogEntry
from restore.running.opened import open_run
from restore.show.report.page import report_page
from restore.tasks.report import examine


@pytest.fixture
def full(record):
    """Return the record of a run that has all that a report shows."""
    gallery = [*images(3), *images(2, corruption=CASES[1])]
    return replace(
        record,
        scores=scores(record.scores.table),
        gallery=gallery,
        plan={**record.plan, "notice": "A hypothesis, never evidence."},
        environment={
            "versions": {"python": "3.11.7", "keras": "3.8.0"},
            "devices": ["cpu:0"],
            "usable": 2,
            "platform": "L",
        },
        weights={"model": [("kernel", np.zeros((3, 3, 1, 8), np.float32)), ("bias", np.zeros(8, np.float32))]},
        events=[LogEntry("2026-01-02T03:04:05+00:00", "warning", "constant images: 2")],
    )


@pytest.fixture
def examined(make_run, full):
    """Write runs of the full record with changes, by name, and examine them."""

    def examine_runs(**runs):
        paths = [make_run(name, **(vars_of(full) | changes)) for name, changes in (runs or {"first": {}}).items()]
        return examine([open_run(path) for path in paths], Catalogue(()))

    return examine_runs


def vars_of(record):
    names = ("scores", "gallery", "plan", "environment", "weights", "events")
    return {name: getattr(record, name) for name in names}


@pytest.fixture
def page(examined):
    return lambda **runs: Page(report_page(examined(**runs)).decode())
