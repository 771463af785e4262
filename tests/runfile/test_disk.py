"""The calls that touch the disk."""

import errno
import os

import pytest

from restore.errors import InputError
from restore.runfile import disk


def test_a_file_is_created_only_where_there_is_none(tmp_path):
    disk.close(disk.create(tmp_path / "new"))
    with pytest.raises(FileExistsError):
        disk.create(tmp_path / "new")


def test_each_new_folder_is_made_durable(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(disk, "sync_folder", synced.append)
    disk.make_folder(tmp_path / "a" / "b")
    disk.make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path, tmp_path / "a"]


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_cannot_sync_folders_is_left_alone(tmp_path, monkeypatch, code):
    def refuse(file):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(disk, "sync", refuse)
    disk.sync_folder(tmp_path)


def test_a_failing_sync_of_a_folder_is_an_error(tmp_path, monkeypatch):
    def refuse(file):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(disk, "sync", refuse)
    with pytest.raises(OSError, match="Input/output error"):
        disk.sync_folder(tmp_path)


def test_a_read_error_is_an_input_error(tmp_path):
    (tmp_path / "run.h5").touch()
    with pytest.raises(InputError) as refused, disk.regular(tmp_path / "run.h5"):
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    assert (refused.value.code, refused.value.where) == ("unreadable", str(tmp_path / "run.h5"))
    assert os.strerror(errno.EIO) in refused.value.what
