"""A folder that can be written is tried without a trace; others are told (bad_input has every kind of them)."""

import pytest

from restore.errors import RequestError
from restore.system.files import ignores_case, require_free, require_writable


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


def test_a_file_may_be_replaced_where_it_is_said_and_a_folder_never(tmp_path):
    (tmp_path / "a.txt").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    require_free(tmp_path / "new", overwrite=False)
    for name in ("a.txt", "dangling"):
        require_free(tmp_path / name, overwrite=True)
        with pytest.raises(RequestError, match="the file exists"):
            require_free(tmp_path / name, overwrite=False)
    for overwrite in (False, True):
        with pytest.raises(RequestError, match="this is a folder"):
            require_free(tmp_path, overwrite=overwrite)


def test_whether_case_counts_is_tried_without_a_trace(tmp_path):
    answer = ignores_case(tmp_path / "new" / "deep")
    assert not list(tmp_path.iterdir())
    (tmp_path / "a").touch()
    assert (tmp_path / "A").exists() is answer
