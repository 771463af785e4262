"""Files are written whole; folders and names are tried without a trace (bad_input has every kind of folder)."""

import errno
import os
from pathlib import Path

import pytest

from restore.errors import RequestError, WorkError
from restore.system.files import ignores_case, nearest, require_free, require_writable, write_whole

LONGEST = os.pathconf("/", "PC_NAME_MAX")


def refused(function, *arguments, **more):
    with pytest.raises((RequestError, WorkError)) as error:
        function(*arguments, **more)
    return error.value.code, error.value.where


def test_a_file_is_written_whole_and_replaced_on_demand_alone(tmp_path):
    path = tmp_path / "a"
    write_whole(path, b"one")
    assert refused(write_whole, path, b"two") == ("file-exists", str(path))
    assert path.read_bytes() == b"one"
    write_whole(path, b"two", overwrite=True)
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("call", ["os.fsync", "pathlib.Path.replace"])
@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "disk-full"), (errno.EDQUOT, "disk-full"), (errno.EIO, "not-written")]
)
def test_a_failing_write_leaves_the_old_file_and_nothing_else(call, number, code, tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(call, fail)
    assert refused(write_whole, path, b"new", overwrite=True) == (code, str(path))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupt_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", b"new")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("folder", ["missing", "file"])
def test_a_folder_that_is_missing_or_none_is_the_error_that_is_raised(folder, tmp_path):
    (tmp_path / "file").touch()
    assert refused(write_whole, tmp_path / folder / "a", b"") == ("not-written", str(tmp_path / folder / "a"))


def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path):
    write_whole(tmp_path / ("a" * LONGEST), b"whole")
    assert (tmp_path / ("a" * LONGEST)).read_bytes() == b"whole"
    for path in (tmp_path / ("a" * (LONGEST + 1)), tmp_path / ("é" * LONGEST) / "new" / "a"):
        for overwrite in (False, True):
            assert refused(require_free, path, overwrite=overwrite) == ("name-too-long", str(path))


def test_a_path_may_be_as_long_as_the_system_allows_with_the_name_under_which_it_is_written(tmp_path):
    long = Path(*["a" * 200] * (os.pathconf("/", "PC_PATH_MAX") // 201))
    assert refused(require_free, tmp_path / long / "a.png", overwrite=False)[0] == "name-too-long"
    assert refused(require_writable, tmp_path / long / ("a" * 200), "it", hint="")[0] == "name-too-long"
    require_free(tmp_path / Path(*long.parts[:-2]) / "a.png", overwrite=False)


def test_nothing_stays_behind(tmp_path):
    (tmp_path / "there").mkdir()
    for folder in (tmp_path / "there", tmp_path / "new" / "deep"):
        require_writable(folder, "it", hint="")
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "a.txt").touch()
    folder = tmp_path / "a.txt" / "new"
    with pytest.raises(RequestError) as error:
        require_writable(folder, "the shelf", hint="choose another")
    assert (error.value.code, error.value.where, error.value.hint) == ("not-writable", str(folder), "choose another")
    assert "the shelf" in error.value.what
    long = tmp_path / ("x" * (LONGEST + 1))
    assert refused(require_writable, long, "it", hint="") == ("name-too-long", str(long))


def test_a_file_may_be_replaced_on_demand_and_a_folder_never(tmp_path):
    (tmp_path / "a.txt").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    require_free(tmp_path / "new", overwrite=False)
    for name in ("a.txt", "dangling"):
        require_free(tmp_path / name, overwrite=True)
        assert refused(require_free, tmp_path / name, overwrite=False) == ("file-exists", str(tmp_path / name))
    for overwrite in (False, True):
        assert refused(require_free, tmp_path, overwrite=overwrite) == ("is-a-directory", str(tmp_path))


def test_the_nearest_folder_that_exists(tmp_path):
    assert nearest(tmp_path) == tmp_path
    assert nearest(tmp_path / "new" / ("x" * 300)) == tmp_path
    assert nearest(Path("new")) == Path.cwd()


def test_whether_case_counts_is_tried_without_a_trace(tmp_path):
    answer = ignores_case(tmp_path / "new" / "deep")
    assert not list(tmp_path.iterdir())
    (tmp_path / "a").touch()
    assert (tmp_path / "A").exists() is answer
