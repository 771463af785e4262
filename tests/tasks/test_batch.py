from pathlib import Path

import numpy as np
import pytest

from restore.errors import RequestError
from restore.images import write
from restore.plugins.folder_source import state_of
from restore.tasks.batch import Job, check_targets, plan_batch


def job_of(source, name, target):
    return Job(source, name, target, state_of(source))


@pytest.fixture
def tree(tmp_path):
    for name in ("in/a.png", "in/deep/b.tif", "other/a.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        write(tmp_path / name, np.zeros((4, 4, 1), np.float32))
    return tmp_path


def test_a_folder_keeps_its_tree_and_a_file_its_name(tree):
    batch = plan_batch([tree / "in", tree / "other" / "a.png"], tree / "out")
    assert [(job.name, job.target.relative_to(tree / "out").as_posix()) for job in batch.jobs] == [
        ("a.png", "a.png"),
        ("deep/b.tif", "deep/b.tif"),
        ("a.png", "a.png"),
    ]
    assert not batch.faults


def test_two_inputs_for_one_output_are_refused(tree):
    batch = plan_batch([tree / "in", tree / "other"], tree / "out")
    with pytest.raises(RequestError, match="two results have one name"):
        check_targets([(job, job.target) for job in batch.jobs], batch.jobs, overwrite=True)


def test_faults_of_inputs_are_gathered(tree):
    (tree / "empty").mkdir()
    (tree / "a.webp").write_bytes(b"x")
    batch = plan_batch([tree / "empty", tree / "a.webp", tree / "in"], tree / "out")
    assert len(batch.jobs) == 2
    assert ["holds no pictures" in batch.faults[0].what, ".webp is not written" in batch.faults[1].what] == [True, True]


@pytest.mark.parametrize("out", ["in", "in/new", "in/deep/../new", "link/new"])
def test_the_output_may_not_lie_in_an_input_folder(tree, out):
    (tree / "link").symlink_to(tree / "in")
    with pytest.raises(RequestError, match="lies in an input folder"):
        plan_batch([tree / "in"], tree / out)


def test_a_neighbour_whose_name_begins_alike_is_no_input_folder(tree):
    assert len(plan_batch([tree / "in"], tree / "inner").jobs) == 2


def test_a_dangling_link_counts_as_existing(tree):
    (tree / "out").mkdir()
    (tree / "out" / "a.png").symlink_to(tree / "nowhere")
    job = job_of(tree / "in" / "a.png", "a.png", tree / "out" / "a.png")
    with pytest.raises(RequestError, match="exists"):
        check_targets([(job, job.target)], [job], overwrite=False)


def test_a_result_never_replaces_its_input_even_through_a_link(tree):
    (tree / "link").symlink_to(tree / "in")
    job = job_of(tree / "in" / "a.png", "a.png", tree / "link" / "a.png")
    with pytest.raises(RequestError, match="replace an input"):
        check_targets([(job, job.target)], [job], overwrite=True)
    assert Path(job.source).exists()


def targets_of(batch):
    return [(job, job.target) for job in batch.jobs]


def test_a_result_never_replaces_another_input_also_one_that_is_left_out(tree):
    (tree / "out" / "deep").mkdir(parents=True)
    (tree / "out" / "deep" / "b.tif").write_bytes(b"an input")
    batch = plan_batch([tree / "in", tree / "out" / "deep" / "b.tif"], tree / "out")
    with pytest.raises(RequestError, match="replace an input"):
        check_targets(targets_of(batch)[:2], batch.jobs, overwrite=True)


def test_names_that_differ_in_case_are_one_where_the_file_system_says_so(tree, monkeypatch):
    write(tree / "other" / "A.PNG", np.zeros((4, 4, 1), np.float32))
    batch = plan_batch([tree / "other"], tree / "out")
    check_targets(targets_of(batch), batch.jobs, overwrite=False)
    monkeypatch.setattr("restore.tasks.batch.ignores_case", lambda folder: True)
    with pytest.raises(RequestError, match="two results have one name"):
        check_targets(targets_of(batch), batch.jobs, overwrite=False)


def test_a_result_below_another_is_refused(tree):
    (tree / "more" / "a.png").mkdir(parents=True)
    write(tree / "more" / "a.png" / "b.png", np.zeros((4, 4, 1), np.float32))
    batch = plan_batch([tree / "in" / "a.png", tree / "more"], tree / "out")
    with pytest.raises(RequestError, match="two results have one name"):
        check_targets(targets_of(batch), batch.jobs, overwrite=False)


def test_a_file_where_a_folder_should_be_is_told_before(tree):
    (tree / "out").mkdir()
    (tree / "out" / "deep").touch()
    batch = plan_batch([tree / "in"], tree / "out")
    with pytest.raises(RequestError, match="cannot be written: Not a directory") as refused:
        check_targets(targets_of(batch), batch.jobs, overwrite=True)
    assert refused.value.where == str(tree / "out" / "deep")


def test_a_folder_where_a_file_should_be_is_told_before(tree):
    (tree / "out" / "a.png").mkdir(parents=True)
    batch = plan_batch([tree / "in"], tree / "out")
    with pytest.raises(RequestError, match="this is a folder") as refused:
        check_targets(targets_of(batch), batch.jobs, overwrite=True)
    assert refused.value.hint
