from pathlib import Path

import numpy as np
import pytest

from restore.batch import Job, check_targets, plan_batch
from restore.errors import RequestError
from restore.images import write
from restore.sources import state_of


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
        check_targets([(job, job.target) for job in batch.jobs], overwrite=True)


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
        check_targets([(job, job.target)], overwrite=False)


def test_a_result_never_replaces_its_input_even_through_a_link(tree):
    (tree / "link").symlink_to(tree / "in")
    job = job_of(tree / "in" / "a.png", "a.png", tree / "link" / "a.png")
    with pytest.raises(RequestError, match="replace its input"):
        check_targets([(job, job.target)], overwrite=True)
    assert Path(job.source).exists()
