from datetime import UTC, datetime
from pathlib import Path

import pytest

from restore.runfile.summary import Summary
from restore.show.console import render
from restore.show.runs import run_document, run_parts

NOW = datetime(2026, 1, 2, 5, tzinfo=UTC)
NOTHING = "\N{EN DASH}"


@pytest.fixture
def summaries():
    score = {"metric": "psnr", "unit": "dB", "region": "full", "corruption": "box", "mean": 21.754}
    return [
        Summary(
            Path("runs/a.h5"),
            *("0123456789ab", "a", "2026-01-02T03:00:00+00:00", "complete"),
            corruptions=["box", "noise"],
            corruptions_total=9,
            model="unet",
            score=score,
        ),
        Summary(Path("runs/b.h5"), name="b", damage="the seal is damaged", size=5),
    ]


def test_the_table_at_80_columns(summaries):
    assert render(*run_parts(summaries, 3, folder=Path("runs"), now=NOW), width=80) == (
        "name  status    damage                  model          score  created\n"
        "─────────────────────────────────────────────────────────────────────\n"
        "a     complete  box, noise, and 7 more  unet   psnr 21.75 dB  2 h ago\n"
        f"b     damaged   the seal is damaged     {NOTHING}                  {NOTHING}  {NOTHING}\n"
        "and 1 older run: restore runs --all\n"
    )


def test_an_empty_folder_is_said():
    assert run_parts([], 0, folder=Path("runs"), now=NOW) == ["no runs in runs"]


def test_a_long_name_is_folded_and_never_cut(summaries):
    from dataclasses import replace

    named = [replace(summaries[0], name="n" * 100)]
    text = render(*run_parts(named, 1, folder=Path("runs"), now=NOW), width=80)
    assert text.count("n") >= 100
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_document_tells_damage_apart(summaries):
    document = run_document(summaries, 3)
    assert (document["schema"], document["total"]) == (1, 3)
    whole, damaged = document["runs"]
    assert (whole["status"], whole["damage"], whole["score"]["mean"]) == ("complete", None, 21.754)
    assert (damaged["status"], damaged["damage"], damaged["bytes"]) == ("damaged", "the seal is damaged", 5)
