from datetime import UTC, datetime
from pathlib import Path

import pytest

from restore.runfile.summary import Summary
from restore.show.console import render
from restore.show.runs import runs_document, runs_parts

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
    assert render(*runs_parts(runs_document(summaries, 3), folder=Path("runs"), now=NOW), width=80) == (
        "name  status    corruption              model          score  created\n"
        "─────────────────────────────────────────────────────────────────────\n"
        "a     complete  box, noise, and 7 more  unet   psnr 21.75 dB  2 h ago\n"
        f"b     damaged   the seal is damaged     {NOTHING}                  {NOTHING}  {NOTHING}\n"
        "and 1 older run: restore runs --all\n"
    )


def test_an_empty_folder_has_no_table():
    assert runs_parts(runs_document([], 0), folder=Path("runs"), now=NOW) == ["no runs in runs"]


def test_a_long_name_is_folded_and_never_cut(summaries):
    from dataclasses import replace

    named = [replace(summaries[0], name="n" * 100)]
    text = render(*runs_parts(runs_document(named, 1), folder=Path("runs"), now=NOW), width=80)
    assert text.count("n") >= 100
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_document_separates_damaged_files(summaries):
    document = runs_document(summaries, 3)
    assert (document["schema"], document["total"]) == (1, 3)
    whole, damaged = document["runs"]
    assert (whole["status"], whole["damage"], whole["score"]["mean"]) == ("complete", None, 21.754)
    assert (damaged["status"], damaged["damage"], damaged["bytes"]) == ("damaged", "the seal is damaged", 5)


def test_kinds_are_shown_where_one_is_not_a_run(summaries):
    from dataclasses import replace

    other = replace(summaries[0], name="c", kind="evaluation", parent={"id": "0123456789ab", "content": ""})
    document = runs_document([other, *summaries], 3)
    text = render(*runs_parts(document, folder=Path("runs"), now=NOW), width=100)
    assert [line.split()[:3] for line in text.splitlines()] == [
        ["name", "kind", "status"],
        ["─" * len(text.splitlines()[1])],
        ["c", "evaluation", "complete"],
        ["a", "run", "complete"],
        ["b", "run", "damaged"],
    ]
    first, second, _ = document["runs"]
    assert (first["kind"], first["parent"]["id"]) == ("evaluation", "0123456789ab")
    assert (second["kind"], second["parent"]) == ("run", None)
