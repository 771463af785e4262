"""A folder that can be written is tried without a trace; others are told (bad_input has every kind of them)."""

import pytest

from restore.errors import RequestError
from restore.folders import require_writable


def test_nothing_stays_behind(tmp_path):
    (tmp_path / "there").mkdir()
    for folder in (tmp_path / "there", tmp_path / "new" / "deep"):
        require_writable(folder, "it", hint="")
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]


def test_what_cannot_be_written_is_told(tmp_path):
    (tmp_path / "a.txt").touch()
    with pytest.raises(RequestError) as error:
        require_writable(tmp_path / "a.txt" / "new", "the shelf", hint="name another")
    assert str(error.value) == f"the shelf cannot be written: Not a directory\n{tmp_path}/a.txt/new\nname another"
