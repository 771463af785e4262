import json
import math

import pytest

from restore.cli.output import check_file, print_json, show_path, write_file
from restore.errors import RequestError, WorkError


def test_json_is_one_document_and_strict(capsys):
    print_json({"a": [1, None, "ü\udcff"]})
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == {"a": [1, None, "ü\udcff"]}
    with pytest.raises(ValueError, match="not JSON compliant"):
        print_json({"a": math.nan})


def test_a_file_is_written_whole_and_never_over_another_unasked(tmp_path):
    path = tmp_path / "a.csv"
    check_file(path, overwrite=False)
    write_file(path, "one\n")
    with pytest.raises(RequestError, match="exists"):
        check_file(path, overwrite=False)
    check_file(path, overwrite=True)
    write_file(path, "two\n")
    assert path.read_bytes() == b"two\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_told_before_and_after(tmp_path):
    with pytest.raises(RequestError, match="there is no such folder") as refused:
        check_file(tmp_path / "no" / "a.csv", overwrite=False)
    assert refused.value.hint
    with pytest.raises(WorkError, match="cannot be written"):
        write_file(tmp_path / "no" / "a.csv", "")


def test_paths_are_shown_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert show_path(tmp_path / "a") == "a"
    assert show_path(tmp_path.parent) == str(tmp_path.parent)
    assert show_path(tmp_path / "a\n\x1b[2J") == r"a\n\x1b[2J"
