import pytest
from rich.table import Table

from restore.show.console import render
from restore.show.scores import score_parts, score_sheet

GOLDEN_80 = """\
box@easy: 9 images of 3 groups
metric       region  damaged  median *  restored  95 %
──────────────────────────────────────────────────────────────────
psnr dB   ↑  full      14.36     18.15     21.75  19.57 to 23.93

mse       ↓  full     0.0366         0    0.0067  0.0060 to 0.0073

mask.iou  ↑  full          -     1.000     0.991  0.892 to 1.090

box@easy|noise: 9 images of 3 groups
metric      region  damaged  median *  restored  95 %
───────────────────────────────────────────────────────────────
psnr dB  ↑  full      12.00         -     11.50  10.35 to 12.65
median: the mask covers over 90 %

bold: best in the row; 95 %: bootstrap interval over groups
more intervals: in a wider window, or --json
* non-blind: given the true mask
"""


def bold(parts):
    """Return the bold cells of each row of every table."""
    tables = [part for part in parts if isinstance(part, Table)]
    rows = [list(row) for one in tables for row in zip(*(column.cells for column in one.columns), strict=True)]
    return [[str(cell) for cell in row if getattr(cell, "style", "") == "bold"] for row in rows]


def test_the_table_at_80_columns(rows):
    assert render(*score_parts(rows, 80), width=80).replace("\N{EN DASH}", "-") == GOLDEN_80


@pytest.mark.parametrize(("width", "intervals"), [(50, 0), (66, 1), (80, 1), (10_000, 3)])
def test_intervals_stand_where_they_fit(rows, width, intervals):
    text = render(*score_parts(rows, width), width=width)
    assert text.splitlines()[1].count("95 %") == intervals
    assert max(map(len, text.splitlines())) <= max(width, 62)


def test_the_best_of_a_row_is_bold_lower_or_higher(rows):
    assert bold(score_parts(rows, 80)) == [["21.75"], ["0"], ["1.000"], ["12.00"]]


def test_equally_good_ones_are_all_bold(row):
    rows = [row("psnr", "full", what, mean) for what, mean in (("damaged", 9.0), ("a", 9.0), ("restored", 8.0))]
    assert bold(score_parts(rows, 80)) == [["9.000", "9.000"]]


def test_the_clean_images_stand_first_whichever_metric_comes_first(row):
    rows = [row("psnr", "full", "damaged", 9.0), row("mse", "full", "clean", 0.0), row("mse", "full", "damaged", 0.5)]
    for case in (rows, rows[::-1]):
        header = render(*score_parts(case, 80), width=80).splitlines()[1]
        assert header.index("clean") < header.index("damaged")


def test_a_row_without_any_value_is_left_out(rows):
    assert "clean" not in render(*score_parts(rows, 80), width=80)


def test_nothing_is_marked_where_no_model_is_given_the_mask(row):
    text = render(*score_parts([row("psnr", "full", "damaged", 9.0)], 80), width=80)
    assert "*" not in text


def test_a_sheet_is_plain_data(rows):
    sheet = score_sheet([row for row in rows if row["level"] == "easy"], "restored")
    assert [column.name for column in sheet.columns] == [
        "metric",
        "",
        "region",
        "damaged",
        "median *",
        "restored",
        "95 %",
    ]
    assert sheet.rows[1] == ["mse", "↓", "full", ("0.0366", ""), ("0", "bold"), ("0.0067", ""), "0.0060 to 0.0073"]
    assert sheet.sections == {1, 2}


def test_paired_data_is_named_with_its_level(row):
    rows = [row("psnr", "full", "restored", 9.0, corruption="cut", level="hard")]
    assert "cut@hard: 9 images" in render(*score_parts(rows, 80), width=80)
    rows = [row("psnr", "full", "restored", 9.0, corruption="", level=None)]
    assert "as in the dataset: 9 images" in render(*score_parts(rows, 80), width=80)


def test_no_scores_are_said():
    assert score_parts([], 80) == ["no scores"]


def test_without_any_interval_there_are_no_columns_of_them(rows):
    alone = [{**row, "low": None, "high": None} for row in rows]
    assert "95 %" not in render(*score_parts(alone, 10_000), width=10_000)
