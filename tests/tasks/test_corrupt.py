from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from restore.errors import RequestError, WorkError
from restore.images import Picture, read, write
from restore.plugins.catalogue import Catalogue
from restore.plugins.folder_source import state_of
from restore.tasks.batch import Job
from restore.tasks.corrupt import check_jobs, corrupt_picture, make_corruptor, mask_path


@pytest.fixture
def job(tmp_path):
    write(tmp_path / "a.png", np.full((32, 32, 1), 0.5, np.float32))
    return Job(tmp_path / "a.png", "a.png", tmp_path / "out" / "a.png", state_of(tmp_path / "a.png"))


def corruptor(text, **more):
    return make_corruptor(text, Catalogue.installed(), **more)


def test_levels_and_options_over_them(job):
    _, level = corruptor("box@easy").damage(job)
    _, other = corruptor("box@easy:size=3").damage(job)
    assert level.mask.sum() > other.mask.sum() == 9


def test_steps_are_done_one_after_the_other_and_their_masks_joined(job):
    _, both = corruptor("box:size=8|noise").damage(job)
    _, box = corruptor("box:size=8").damage(job)
    assert (both.mask >= box.mask).all()
    assert both.mask.sum() > box.mask.sum() == 64


def test_what_is_damaged_depends_on_the_name_and_the_seed_alone(job, tmp_path):
    elsewhere = replace(job, name="b.png", target=tmp_path / "b.png")
    box = corruptor("box:size=4")
    same, again = (box.damage(job)[1].mask for _ in range(2))
    assert (same == again).all()
    assert (same != box.damage(elsewhere)[1].mask).any()
    assert (same != corruptor("box:size=4", seed=1).damage(job)[1].mask).any()


@pytest.mark.parametrize(
    ("text", "hint"),
    [("bxo", "box"), ("box@esay", "easy"), ("noise:amuont=1", "amount"), ("box@", "reads"), ("box:size=x", "")],
)
def test_what_is_wrong_with_a_spec_is_told_with_the_nearest_name(text, hint):
    with pytest.raises(RequestError) as caught:
        corruptor(text)
    assert hint in caught.value.hint


def test_checking_writes_nothing_and_tells_good_from_bad(job, tmp_path):
    bad = replace(job, source=tmp_path / "missing.png")
    steps = []
    good, faults, notes = check_jobs(corruptor("box:size=4"), (job, bad), on_job=lambda: steps.append(1))
    assert (good, len(faults), notes, len(steps)) == ([job], 1, [f"{job.source}: of one colour"], 2)
    assert not (tmp_path / "out").exists()


def test_a_picture_over_the_limit_is_refused(job):
    _, faults, _ = check_jobs(corruptor("box:size=4", max_pixels=1023), (job,), on_job=lambda: None)
    assert "1,023 pixels" in faults[0].what


@pytest.mark.parametrize(
    ("said", "told"), [({"seed": -1}, "--seed"), ({"max_pixels": 0}, "--max-pixels"), ({"alpha": "no"}, "--alpha")]
)
def test_what_is_out_of_range_is_refused(said, told):
    with pytest.raises(RequestError, match=told):
        corruptor("box", **said)


def with_alpha(job, level):
    """Return a job whose picture has an alpha channel of one level."""
    picture = read(job.source)
    write(
        job.source,
        picture.pixels,
        like=Picture(picture.pixels, np.full((32, 32), level, np.float32), 8, "PNG"),
        overwrite=True,
    )
    return replace(job, state=state_of(job.source))


def test_opaque_alpha_is_dropped(job):
    job = with_alpha(job, 1)
    assert read(job.source).alpha is not None
    corrupt_picture(corruptor("box:size=4"), job, save_mask=False, overwrite=False)
    assert read(job.target).alpha is None


@pytest.mark.parametrize(("alpha", "value"), [("drop", 128), ("white", 204), ("black", 51)])
def test_a_see_through_picture_is_written_as_it_was_said(job, alpha, value):
    job = with_alpha(job, 0.4)
    _, faults, _ = check_jobs(corruptor("box:size=4"), (job,), on_job=lambda: None)
    assert "see-through" in faults[0].what
    corrupt_picture(corruptor("box:size=4", alpha=alpha), job, save_mask=False, overwrite=False)
    written = read(job.target)
    assert written.alpha is None
    assert set(np.unique(np.rint(written.pixels * 255))) == {0, value}


def test_the_mask_is_white_where_the_picture_is_damaged(job):
    share = corrupt_picture(corruptor("box:size=4"), job, save_mask=True, overwrite=False)
    assert share == 16 / 1024
    mask, picture = read(mask_path(job.target)).pixels, read(job.target).pixels
    assert set(np.unique(mask)) == {0, 1}
    assert ((picture == 0) == (mask == 1)).all()
    assert mask_path(Path("a.b.tif")) == Path("a.b.mask.png")


def test_a_picture_that_changes_is_told_before_and_after_the_check(job):
    box = corruptor("box:size=4")
    write(job.source, np.zeros((32, 31, 1), np.float32), overwrite=True)
    _, faults, _ = check_jobs(box, (job,), on_job=lambda: None)
    assert "has changed" in faults[0].what
    with pytest.raises(WorkError, match="has changed") as error:
        corrupt_picture(box, job, save_mask=False, overwrite=False)
    assert error.value.exit_code == 1
    assert not job.target.exists()


def test_what_the_format_does_not_hold_is_told_by_the_check(job):
    write(job.source.with_name("b.png"), np.zeros((32, 32, 1), np.float32), depth=16)
    deep = job.source.with_name("b.png").rename(job.source.with_name("b.jpg"))
    wrong = Job(deep, "b.jpg", job.target.with_name("b.jpg"), state_of(deep))
    good, faults, _ = check_jobs(corruptor("box:size=4"), (job, wrong), on_job=lambda: None)
    assert good == [job]
    assert [one.line for one in faults] == [f"{deep}: JPEG does not hold 16 bits a value"]
