from dataclasses import replace

import numpy as np
import pytest

from restore.errors import InputError, RequestError, WorkError
from restore.images import ImageFile, mask_path, read, state_of, write
from restore.plugins.catalogue import Catalogue
from restore.tasks.batch import Handling, Job
from restore.tasks.corrupt import corrupt_images, make_corruptor


@pytest.fixture
def job(tmp_path):
    write(tmp_path / "a.png", np.full((32, 32, 1), 0.5, np.float32))
    return Job(tmp_path / "a.png", "a.png", tmp_path / "out" / "a.png", state_of(tmp_path / "a.png"))


def corruptor(text, **more):
    return make_corruptor(text, Catalogue.installed(), **more)


def corrupt(job, text="box:size=4", *, save_mask=False, **more):
    """Damage the image of a job, and return what was written."""
    (done,) = corrupt_images(corruptor(text, **more), [job.source], job.target.parent, Handling(), save_mask=save_mask)
    return done


def code_of(function, *arguments, **more):
    with pytest.raises(RequestError) as error:
        function(*arguments, **more)
    return error.value.code


def test_levels_and_options_over_them(job):
    _, level = corruptor("box@easy").damage(job)
    _, other = corruptor("box@easy:size=3").damage(job)
    assert level.mask.sum() > other.mask.sum() == 9


def test_steps_are_done_one_after_the_other_and_their_masks_joined(job):
    _, both = corruptor("box:size=8|noise").damage(job)
    _, box = corruptor("box:size=8").damage(job)
    assert (both.mask >= box.mask).all()
    assert both.mask.sum() > box.mask.sum() == 64


def test_the_damage_depends_on_the_name_and_the_seed_alone(job, tmp_path):
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
def test_what_is_wrong_with_a_spec_is_said_with_the_nearest_name(text, hint):
    with pytest.raises(RequestError) as caught:
        corruptor(text)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("said", "option"), [({"seed": -1}, "--seed"), ({"max_pixels": 0}, "--max-pixels"), ({"alpha": "no"}, "--alpha")]
)
def test_what_is_out_of_range_is_refused(said, option):
    with pytest.raises(RequestError, match=option):
        corruptor("box", **said)


def test_a_check_writes_nothing_and_notes_a_constant_image_and_damage_that_changes_nothing(job):
    assert corruptor("box:size=4").check(job) == ["constant image"]
    write(job.source, np.zeros((32, 32, 1), np.float32), overwrite=True)
    job = replace(job, state=state_of(job.source))
    assert len(corruptor("box:size=4").check(job)) == 2
    assert not job.target.parent.exists()


def test_an_image_over_the_limit_is_refused(job):
    with pytest.raises(InputError) as error:
        corrupt(job, max_pixels=1023)
    assert error.value.where == str(job.source)
    assert corrupt(job, max_pixels=1024).target == job.target


def with_alpha(job, level):
    """Give the image of a job an alpha channel of one level."""
    like = ImageFile(read(job.source).pixels, np.full((32, 32), level, np.float32), 8, "PNG")
    write(job.source, like.pixels, like=like, overwrite=True)


def test_opaque_alpha_is_dropped(job):
    with_alpha(job, 1)
    assert read(job.source).alpha is not None
    corrupt(job)
    assert read(job.target).alpha is None


@pytest.mark.parametrize(("alpha", "value"), [("drop", 128), ("white", 204), ("black", 51)])
def test_a_transparent_image_is_treated_on_demand_alone(job, alpha, value):
    with_alpha(job, 0.4)
    with pytest.raises(InputError) as error:
        corrupt(job)
    assert "--alpha" in error.value.hint
    corrupt(job, alpha=alpha)
    written = read(job.target)
    assert written.alpha is None
    assert set(np.unique(np.rint(written.pixels * 255))) == {0, value}


def test_the_mask_is_white_where_the_image_is_damaged(job):
    done = corrupt(job, save_mask=True)
    assert (done.source, done.target, done.mask) == (job.source, job.target, mask_path(job.target))
    assert done.share == 16 / 1024
    mask, image = read(done.mask).pixels, read(done.target).pixels
    assert set(np.unique(mask)) == {0, 1}
    assert ((image == 0) == (mask == 1)).all()


def test_a_result_is_never_without_its_mask(job, monkeypatch):
    def full(path, *_, **__):
        raise WorkError("disk full", where=str(path))

    monkeypatch.setattr("restore.tasks.corrupt.write", full)
    with pytest.raises(WorkError) as error:
        corrupt(job, save_mask=True)
    assert error.value.where == str(mask_path(job.target))


def test_what_the_format_does_not_hold_is_found_by_the_check(job):
    wrong = replace(job, target=job.target.with_name("a.bmp"), ending=".bmp")
    assert corruptor("box:size=4").check(wrong) == ["constant image"]
    write(job.source, np.zeros((32, 32, 1), np.float32), depth=16, overwrite=True)
    assert code_of(corruptor("box:size=4").check, replace(wrong, state=state_of(job.source))) == "format-unfit"
