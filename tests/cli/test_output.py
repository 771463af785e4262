import json
import math

import pytest

from restore.cli.output import check_file, print_json, show_path
from restore.errors import RequestError


def test_json_is_one_document_and_strict(capsys):
    print_json({"a": [1, None, "ü\udcff"]})
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == {"a": [1, None, "ü\udcff"]}
    with pytest.raises(ValueError, match="not JSON compliant"):
        print_json({"a": math.nan})


def test_a_result_needs_its_folder_and_a_free_name(tmp_path):
    check_file(tmp_path / "a.csv", overwrite=False)
    (tmp_path / "a.csv").touch()
    for path, code in ((tmp_path / "a.csv", "file-exists"), (tmp_path / "no" / "a.csv", "no-such-folder")):
        with pytest.raises(RequestError) as refused:
            check_file(path, overwrite=False)
        assert refused.value.code == code
        assert refused.value.hint
    check_file(tmp_path / "a.csv", overwrite=True)


def test_paths_are_shown_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert show_path(tmp_path / "a") == "a"
    assert show_path(tmp_path.parent) == str(tmp_path.parent)
    assert show_path(tmp_path / "a\n\x1b[2J") == r"a\n\x1b[2J"
