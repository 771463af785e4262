"""Whole runs on pairs: a score row for each alteration and level, and a corruption applied on top of an alteration."""

import pytest

import restore

pytestmark = pytest.mark.trains
SMALL = {"size": 32, "epochs": 1, "batch": 16, "baselines": ["identity"], "metrics": ["mse"]}
MODEL = "selective-unet:width=8,depth=2"


@pytest.fixture
def run(collection, tmp_path, monkeypatch):
    """Return a function that runs the recipe on a small collection and returns its rows by corruption and level."""
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))

    def carry_out(**options):
        scores = restore.run("socofing", data=collection, runs=tmp_path, model=MODEL, **SMALL | options).scores
        rows = {}
        for row in scores:
            rows.setdefault((row["corruption"], row["level"]), []).append(row)
        return rows

    return carry_out


def test_each_of_the_nine_has_its_own_rows(run):
    rows = run()
    assert set(rows) == {
        (name, level) for name in ("obliteration", "rotation", "zcut") for level in ("easy", "medium", "hard")
    }
    for found in rows.values():
        assert {row["what"] for row in found} == {"damaged", "identity", "restored"}
        assert {row["n"] for row in found if row["metric"] == "mse" and row["region"] == "full"} == {4}


def test_a_box_on_top_of_an_alteration_keeps_its_level(run):
    rows = run(dataset="socofing:altered=zcut", corrupt=["box:size=12"])
    assert set(rows) == {(f"zcut@{level}|box:size=12", None) for level in ("easy", "medium", "hard")}
    for found in rows.values():
        (mean,) = [
            row["mean"] for row in found if (row["metric"], row["region"], row["what"]) == ("mse", "hole", "damaged")
        ]
        assert mean > 0
