"""Metrics of identity: the clean row beside the others, and the warning where prettier means less the same person."""

import numpy as np
import pytest

from restore.pipeline.score import Row, TestSet, score, warnings
from restore.plugins.boundary import Bound
from restore.plugins.catalogue import Entry
from restore.plugins.components import Metric
from restore.plugins.discovery import Plugin

N = 4


def told(scored):
    return {"rank1": float(scored.images.mean())}


def bound(metric, function):
    return Bound(Entry(metric, Plugin("prints", "restore-prints", "1.0", "ok")), function, {})


@pytest.fixture
def test_set():
    clean = np.full((N, 8, 8, 1), 0.75, np.float32)
    masks = np.zeros((N, 8, 8), np.bool_)
    masks[:, 2:4] = True
    return TestSet("box", None, clean, clean / 3, masks, [str(i) for i in range(N)], ["a", "b", "c", "d"], [{}] * N)


def test_the_clean_images_have_a_row_where_a_metric_asks_for_it(test_set):
    rows = [Row("damaged", test_set.damaged), Row("restored", test_set.damaged * 2)]
    for clean, kinds in ((False, ["damaged", "restored"]), (True, ["clean", "damaged", "restored"])):
        metric = Metric("same", "x:y", "Same.", over="set", identity=True, clean=clean)
        table = score(test_set, rows, [("same", bound(metric, told))], 0).table
        assert [line["what"] for line in table] == kinds
        assert all(line["identity"] for line in table)
        assert [round(line["mean"], 3) for line in table] == [0.75, 0.25, 0.5][3 - len(kinds) :]


def line(metric, what, mean, *, identity=False, better="higher", region="full"):
    return {"metric": metric, "region": region, "what": what, "mean": mean, "identity": identity, "better": better}


@pytest.mark.parametrize(
    ("psnr", "rank", "error", "lost"),
    [
        ((10, 20), (0.9, 0.8), (0.1, 0.1), "rank1 0.9 to 0.8"),
        ((10, 20), (0.9, 0.9), (0.1, 0.2), "eer 0.1 to 0.2"),
        ((10, 20), (0.8, 0.9), (0.2, 0.1), None),
        ((10, 20), (0.8, 0.8), (0.1, 0.1), None),
        ((20, 10), (0.9, 0.8), (0.1, 0.2), None),
        ((10, 20), (0.9, None), (0.1, None), None),
    ],
)
def test_better_scores_with_less_identity_are_warned_of(psnr, rank, error, lost):
    table = [
        one
        for i, what in enumerate(("damaged", "restored"))
        for one in (
            line("psnr", what, psnr[i]),
            line("rank1", what, rank[i], identity=True),
            line("eer", what, error[i], identity=True, better="lower"),
            line("rank1", "clean", 1.0, identity=True),
        )
    ]
    found = list(warnings(table))
    assert len(found) == bool(lost)
    for warning in found:
        assert warning.startswith("restored ")
        assert "(psnr)" in warning
        assert lost in warning
