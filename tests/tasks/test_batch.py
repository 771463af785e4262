"""Everything is read and settled before anything is written, and what ends the work says how far it came."""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from restore.errors import ComponentError, InputError, RequestError, Stopped, WorkError
from restore.images import mask_path, state_of, write
from restore.system.files import write_whole
from restore.tasks.batch import Handling, Job, accept, find, run_batch, settle


def job_of(source, name, target):
    return Job(source, name, target, state_of(source))


@pytest.fixture
def tree(tmp_path):
    for name in ("in/a.png", "in/deep/b.tif", "other/a.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        write(tmp_path / name, np.zeros((4, 4, 1), np.float32))
    return tmp_path


def refused(function, *arguments, **more):
    with pytest.raises(RequestError) as error:
        function(*arguments, **more)
    return error.value.code


def targets_of(batch):
    return [(job, job.target) for job in batch.jobs]


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def reading(job):
    """Check a job by reading its image; a note says its name."""
    job.read(max_pixels=100)
    return [job.name]


def copying(job):
    """Write a job's target."""
    write_whole(job.target, b"done")
    return job.name


def run(tree, *, check=reading, work=copying, how=None, inputs=("in",), **more):
    return run_batch([tree / one for one in inputs], tree / "out", check, work, how or Handling(), **more)


def test_results_come_in_the_order_of_the_inputs_with_progress_and_notes(tree):
    seen, notes = [], []

    @contextmanager
    def watch(name, total):
        seen.append((name, total))
        yield lambda: seen.append(name)

    assert run(tree, how=Handling(watch=watch, warn=notes.append)) == ["a.png", "deep/b.tif"]
    assert names(tree / "out") == ["a.png", "deep/b.tif"]
    assert seen == [("reading", 2), "reading", "reading", ("writing", 2), "writing", "writing"]
    assert notes == [f"{tree}/in/{name}: {name}" for name in ("a.png", "deep/b.tif")]


def test_a_note_on_several_images_is_one(tree):
    notes = []
    write(tree / "in" / "b.png", np.zeros((4, 4, 1), np.float32))
    run(tree, check=lambda job: ["odd", job.name] if job.name != "b.png" else ["odd"], how=Handling(warn=notes.append))
    names = ", ".join(f"{tree}/in/{name}" for name in ("a.png", "b.png", "deep/b.tif"))
    assert notes[0].startswith("3 images: odd (")
    assert names in notes[0]
    assert notes[1:] == [f"{tree}/in/{name}: {name}" for name in ("a.png", "deep/b.tif")]


def test_nothing_is_written_before_every_image_was_read(tree):
    (tree / "in" / "deep" / "b.tif").write_bytes(b"broken")
    with pytest.raises(InputError) as error:
        run(tree, inputs=("in", "missing"))
    assert "b.tif" in error.value.where
    assert "missing" in error.value.where
    assert not (tree / "out").exists()


def test_bad_images_are_left_out_on_demand_unless_none_is_left(tree):
    notes = []
    (tree / "in" / "deep" / "b.tif").write_bytes(b"broken")
    assert run(tree, how=Handling(skip_bad=True, warn=notes.append)) == ["a.png"]
    assert "b.tif" in notes[0]
    (tree / "in" / "a.png").write_bytes(b"broken")
    with pytest.raises(InputError):
        run(tree, how=Handling(skip_bad=True, overwrite=True))


@pytest.mark.parametrize("code", ["format-unfit", "own"])
def test_what_a_check_refuses_is_a_fault_of_its_image(tree, code):
    def check(job):
        if job.name == "a.png":
            raise RequestError("no", code=code, where="elsewhere", hint="do this")
        return ()

    with pytest.raises(InputError) as error:
        run(tree, check=check)
    assert (error.value.code, error.value.where, error.value.hint) == (code, f"{tree}/in/a.png", "do this")


def test_a_result_has_the_format_of_the_content_whatever_the_name_or_of_the_ending_that_it_was_given(tree):
    (tree / "in" / "a.png").rename(tree / "in" / "a.jpg")
    (job, *_) = find([tree / "in"], tree / "out").jobs
    image = job.read(max_pixels=100)
    assert (job.target.name, job.format_for(image, image.pixels)) == ("a.jpg", "PNG")
    (job, *_) = find([tree / "in"], tree / "out", ".tif").jobs
    assert (job.target.name, job.format_for(image, image.pixels)) == ("a.tif", "TIFF")


def test_what_is_not_jpeg_does_not_become_jpeg(tree):
    (job, *_) = find([tree / "in"], tree / "out", ".jpg").jobs
    image = job.read(max_pixels=100)
    with pytest.raises(RequestError) as error:
        job.format_for(image, image.pixels)
    assert (error.value.code, error.value.where) == ("format-unfit", f"{tree}/in/a.png")
    assert "--format" in error.value.hint
    assert job.format_for(replace(image, format="JPEG"), image.pixels) == "JPEG"
    with pytest.raises(RequestError) as error:
        replace(job, ending="").format_for(replace(image, format="JPEG2000"), image.pixels)
    assert error.value.code == "format-not-written"


def test_results_of_formats_that_are_only_read_are_png(tree):
    (tree / "in" / "c.wsq").touch()
    assert names(tree / "in") == ["a.png", "c.wsq", "deep/b.tif"]
    jobs = find([tree / "in"], tree / "out", formats={".wsq": str}).jobs
    assert [(job.target.name, job.ending) for job in jobs] == [("a.png", ""), ("c.png", ".png"), ("b.tif", "")]


def test_results_may_have_another_ending(tree):
    (tree / "in" / "c.webp").touch()
    run(tree, check=lambda job: (), how=Handling(ending=".tif"))
    assert names(tree / "out") == ["a.tif", "c.tif", "deep/b.tif"]
    write(tree / "in" / "c.png", np.zeros((4, 4, 1), np.float32))
    with pytest.raises(RequestError) as error:
        run(tree, check=lambda job: (), how=Handling(ending=".tif", overwrite=True))
    assert error.value.code == "target-clash"


def test_images_may_be_read_alone_whatever_format_is_written(tree):
    (tree / "in" / "c.webp").touch()
    batch = accept(find([tree / "in"], tree / "out"), lambda job: [job.name], Handling())
    assert [job.name for job in batch.jobs] == ["a.png", "c.webp", "deep/b.tif"]
    assert not (tree / "out").exists()


def test_files_beside_a_result_are_settled_with_it(tree):
    write(tree / "other" / "a.bmp", np.zeros((4, 4, 1), np.float32))
    assert run(tree, inputs=("other",)) == ["a.bmp", "a.png"]
    more = {"beside": [mask_path], "how": Handling(overwrite=True)}
    assert refused(run, tree, inputs=("other",), **more) == "target-clash"


@pytest.mark.parametrize("length", [251, 255])
def test_a_name_too_long_for_what_is_written_beside_is_refused_before_anything_is_written(tree, length):
    (tree / "in" / "a.png").rename(tree / "in" / ("a" * (length - 4) + ".png"))
    assert refused(run, tree, beside=[mask_path]) == "name-too-long"
    assert not (tree / "out").exists()
    assert len(run(tree)) == 2


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (WorkError("full", code="disk-full", where="a"), "disk-full"),
        (InputError("changed", code="file-changed", where="a"), "file-changed"),
        (RequestError("there", code="file-exists", where="a"), "file-exists"),
    ],
)
def test_what_fails_after_the_first_result_says_how_many_are_written(raised, code, tree):
    def work(job):
        if job.name != "a.png":
            raise raised
        return copying(job)

    with pytest.raises(WorkError) as error:
        run(tree, work=work)
    assert (error.value.code, error.value.where, error.value.exit_code) == (code, "a", 1)
    assert "1 of 2" in error.value.hint


def test_a_fault_of_a_component_stays_one(tree):
    def work(job):
        raise ComponentError("its fault", where="its owner")

    with pytest.raises(ComponentError):
        run(tree, work=work)


@pytest.mark.parametrize("signum", [2, 15])
def test_a_signal_ends_the_work_with_what_is_written(tree, signum):
    def work(job):
        if job.name != "a.png":
            raise KeyboardInterrupt(signum)
        return copying(job)

    with pytest.raises(Stopped) as error:
        run(tree, work=work)
    assert (error.value.signum, error.value.where) == (signum, f"{tree}/out")
    assert "1 of 2" in error.value.hint
    assert names(tree / "out") == ["a.png"]


def test_the_work_may_be_distributed(tree):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        assert run(tree, how=Handling(mapper=pool.map)) == ["a.png", "deep/b.tif"]


def test_an_image_that_changes_after_it_was_found(tree):
    job = find([tree / "in"], tree / "out").jobs[0]
    write(job.source, np.zeros((5, 5, 1), np.float32), overwrite=True)
    assert refused(job.read, max_pixels=100) == "file-changed"


def test_a_folder_keeps_its_tree_and_a_file_its_name(tree):
    batch = find([tree / "in", tree / "other" / "a.png"], tree / "out")
    assert [(job.name, job.target.relative_to(tree / "out").as_posix()) for job in batch.jobs] == [
        ("a.png", "a.png"),
        ("deep/b.tif", "deep/b.tif"),
        ("a.png", "a.png"),
    ]
    assert not batch.faults


def test_two_inputs_for_one_output_are_refused(tree):
    batch = find([tree / "in", tree / "other"], tree / "out")
    assert refused(settle, targets_of(batch), batch.jobs, overwrite=True) == "target-clash"


def test_faults_of_inputs_are_gathered(tree):
    (tree / "empty").mkdir()
    batch = find([tree / "empty", tree / "missing", tree / "in"], tree / "out")
    assert len(batch.jobs) == 2
    assert [fault.where for fault in batch.faults] == [str(tree / "empty"), str(tree / "missing")]


@pytest.mark.parametrize("out", ["in", "in/new", "in/deep/../new", "link/new"])
def test_the_output_may_not_lie_in_an_input_folder(tree, out):
    (tree / "link").symlink_to(tree / "in")
    assert refused(find, [tree / "in"], tree / out) == "output-in-input"


def test_a_neighbour_whose_name_begins_alike_is_another_folder(tree):
    assert len(find([tree / "in"], tree / "inner").jobs) == 2


def test_a_dangling_link_counts_as_existing(tree):
    (tree / "out").mkdir()
    (tree / "out" / "a.png").symlink_to(tree / "nowhere")
    job = job_of(tree / "in" / "a.png", "a.png", tree / "out" / "a.png")
    assert refused(settle, [(job, job.target)], [job], overwrite=False) == "file-exists"


def test_a_result_never_replaces_its_input_even_through_a_link(tree):
    (tree / "link").symlink_to(tree / "in")
    job = job_of(tree / "in" / "a.png", "a.png", tree / "link" / "a.png")
    assert refused(settle, [(job, job.target)], [job], overwrite=True) == "replaces-input"
    assert Path(job.source).exists()


def test_a_result_never_replaces_another_input_also_one_that_is_left_out(tree):
    (tree / "out" / "deep").mkdir(parents=True)
    (tree / "out" / "deep" / "b.tif").write_bytes(b"an input")
    batch = find([tree / "in", tree / "out" / "deep" / "b.tif"], tree / "out")
    assert refused(settle, targets_of(batch)[:2], batch.jobs, overwrite=True) == "replaces-input"


def test_names_that_differ_in_case_are_one_where_the_file_system_says_so(tree, monkeypatch):
    write(tree / "other" / "A.PNG", np.zeros((4, 4, 1), np.float32))
    batch = find([tree / "other"], tree / "out")
    settle(targets_of(batch), batch.jobs, overwrite=False)
    monkeypatch.setattr("restore.tasks.batch.ignores_case", lambda folder: True)
    assert refused(settle, targets_of(batch), batch.jobs, overwrite=False) == "target-clash"


def test_a_result_below_another_is_refused(tree):
    (tree / "more" / "a.png").mkdir(parents=True)
    write(tree / "more" / "a.png" / "b.png", np.zeros((4, 4, 1), np.float32))
    batch = find([tree / "in" / "a.png", tree / "more"], tree / "out")
    assert refused(settle, targets_of(batch), batch.jobs, overwrite=False) == "target-clash"


def test_a_file_where_a_folder_should_be(tree):
    (tree / "out").mkdir()
    (tree / "out" / "deep").touch()
    batch = find([tree / "in"], tree / "out")
    with pytest.raises(RequestError) as error:
        settle(targets_of(batch), batch.jobs, overwrite=True)
    assert (error.value.code, error.value.where) == ("not-writable", str(tree / "out" / "deep"))


def test_a_folder_where_a_file_should_be(tree):
    (tree / "out" / "a.png").mkdir(parents=True)
    batch = find([tree / "in"], tree / "out")
    assert refused(settle, targets_of(batch), batch.jobs, overwrite=True) == "is-a-directory"
