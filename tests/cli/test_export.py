import csv
import io
from pathlib import Path


def test_the_flat_table(restore, make_run):
    make_run()
    answer = restore("export", "last", "--csv", "scores.csv")
    assert (answer.code, answer.out, answer.err) == (0, "", "15 scores: scores.csv\n")
    assert len(list(csv.DictReader(io.StringIO(Path("scores.csv").read_text())))) == 15
    assert restore("export", "last", "--csv", "scores.csv").code == 2
    assert restore("export", "last", "--csv", "scores.csv", "--overwrite").code == 0


def test_stdout(restore, make_run):
    make_run()
    rows = list(csv.DictReader(io.StringIO(restore("export", "last", "--csv", "-").out)))
    assert rows[2]["what"] == "restored"
    assert float(rows[2]["mean"]) == 21.75


def test_a_folder_that_is_not_there_is_told_before_the_run_is_looked_for(restore):
    answer = restore("export", "nosuch", "--csv", "no/scores.csv")
    assert (answer.code, answer.error[0]) == (2, "error: there is no such folder")
