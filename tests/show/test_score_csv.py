import csv
import io

from restore.show.score_csv import COLUMNS, to_csv


def test_the_table_comes_back_with_every_value(rows):
    rows[0]["corruption"] = 'box:fill="a,b"\n|noise'
    read = list(csv.DictReader(io.StringIO(to_csv(rows))))
    assert tuple(read[0]) == COLUMNS
    assert [one["corruption"] for one in read] == [one["corruption"] for one in rows]
    assert [float(one["mean"]) if one["mean"] else None for one in read] == [one["mean"] for one in rows]
    assert {one["given_mask"] for one in read} == {"True", "False"}


def test_every_column_of_the_score_table_is_written(rows):
    assert set(rows[0]) == set(COLUMNS)


def test_no_rows_leave_the_header():
    assert to_csv([]) == ",".join(COLUMNS) + "\n"
