"""Images restored from file to file: what is kept, what is refused, and what the ledger says."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

import restore
from restore.errors import RequestError, Stopped, WorkError
from restore.images import read, write
from restore.images.libtiff import leaves_lines
from restore.images.metadata import xmp
from restore.planning.options import make_request
from restore.running.how import How
from restore.running.run import execute, make_plan
from restore.tasks import apply as task
from restore.tasks import finding, restoration
from restore.tasks.batch import Handling
from restore.tasks.ledger import NAME
from restore.tasks.restoration import Settings

ROWS, COLUMNS = np.mgrid[:103, :96]
GREY = (ROWS + COLUMNS + 20).astype(np.uint8)
GREY[30:50, 20:45] = 0
COLOUR = np.stack([GREY, GREY // 2 + 5, 255 - GREY // 3], axis=-1)
COLOUR[GREY == 0] = 0
HOLE = GREY == 0
ALPHA = np.full((103, 96, 1), 255, np.uint8)
ALPHA[:4] = 0
NOTICE = "A restored image is a hypothesis."


@pytest.fixture
def run(stand_in, tmp_path):
    plan = make_plan(make_request("small", corrupt="box:size=5", model="filler-optional")).plan
    return execute(replace(plan, notice=NOTICE), How(cache=False), runs=tmp_path / "runs", name="tiny")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "in"
    (made / "deep").mkdir(parents=True)
    return made


def apply(run, *inputs, output, settings=None, jobs=1, listed=(), **how):
    return task.apply_files(
        run, list(map(str, inputs)), Path(output), settings or Settings(), Handling(**how), listed=listed, jobs=jobs
    )


def lines_of(folder):
    return [json.loads(line) for line in (folder / NAME).read_text().splitlines()]


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def code_of(function, *arguments, **more):
    with pytest.raises(RequestError) as error:
        function(*arguments, **more)
    return error.value.code


def rotated(orientation):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Camera"
    return exif


def save_bmp(path):
    from restore.images.bmp import encode_bmp

    path.write_bytes(encode_bmp(np.concatenate([COLOUR, ALPHA], axis=2), (500.0, 500.0)))


def text():
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "a print")
    return info


FORMATS = {
    "rgba.bmp": save_bmp,
    "dpi.tif": lambda path: Image.fromarray(GREY).save(path, dpi=(500, 500), compression="tiff_lzw"),
    "deep.png": lambda path: Image.fromarray(GREY.astype(np.uint16) * 257).save(path, pnginfo=text()),
    "turned.webp": lambda path: Image.fromarray(COLOUR).save(path, lossless=True, exif=rotated(6)),
    "palette.png": lambda path: Image.fromarray(GREY // 8 * 8).convert("P").save(path),
    "alpha.png": lambda path: Image.fromarray(np.concatenate([COLOUR, ALPHA], axis=2)).save(path),
    "grey as colour.png": lambda path: Image.fromarray(np.repeat(GREY[..., None], 3, axis=2)).save(path),
}


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_file_holds_is_in_its_result(name, run, folder, tmp_path):
    FORMATS[name](folder / name)
    (row,) = apply(run, folder, output=tmp_path / "out", settings=Settings(save_mask=True)).rows
    assert row.status == "restored"
    before, after = read(folder / name), read(tmp_path / "out" / name)
    mask = read((tmp_path / "out" / name).with_suffix(".mask.png")).pixels[..., 0] == 1
    assert 0 < mask.mean() == row.used < 1
    assert (after.pixels[~mask] == before.pixels[~mask]).all()
    assert (after.pixels[mask] != before.pixels[mask]).any()
    assert (after.format, after.depth, after.dpi) == (before.format, before.depth, before.dpi)
    assert after.pixels.shape == before.pixels.shape
    assert (after.alpha is None) == (before.alpha is None)
    assert after.alpha is None or (after.alpha == before.alpha).all()
    kept = {name: getattr(after.properties, name) for name in ("icc", "exif", "bits", "palette", "coding", "text")}
    assert kept == {name: getattr(before.properties, name) for name in kept}
    with Image.open(folder / name) as source, Image.open(tmp_path / "out" / name) as result:
        assert source.mode == result.mode


@pytest.mark.skipif(bool(leaves_lines({259: 4})), reason="libtiff is too old")
def test_a_page_of_one_bit_stays_one(run, folder, tmp_path):
    Image.fromarray(GREY > 90).save(folder / "page.tif", compression="group4", dpi=(300, 300))
    mask = np.zeros((103, 96, 1), np.float32)
    mask[80:90, 70:80] = 1
    write(tmp_path / "mask.png", mask)
    (row,) = apply(run, folder, output=tmp_path / "out", settings=Settings(mask=str(tmp_path / "mask.png"))).rows
    with Image.open(tmp_path / "out/page.tif") as opened:
        assert (opened.mode, opened.info["compression"], opened.info["dpi"]) == ("1", "group4", (300, 300))
        assert ((np.asarray(opened) != (GREY > 90)) == (mask[..., 0] > 0)).all()
    assert row.notes == ()


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.jpg", "a.webp"])
def test_a_result_says_that_it_was_restored_and_what_the_file_said_stays(name, run, folder, tmp_path):
    said = xmp.marked(b"", xmp.Mark("algorithmicallyEnhanced", "a camera", "2", "Keep dry."))
    Image.fromarray(GREY).save(folder / name)
    source = read(folder / name)
    like = replace(source, properties=replace(source.properties, xmp=said))
    write(folder / name, source.pixels, like=like, overwrite=True)
    apply(run, folder / name, output=tmp_path / name)
    packet = read(tmp_path / name).properties.xmp
    assert xmp.source_type_in(packet) == f"{xmp.VOCABULARY}compositeWithTrainedAlgorithmicMedia"
    assert f"Keep dry. {NOTICE}".encode() in packet
    assert f"run tiny ({run.id})".encode() in packet
    apply(run, folder / name, output=tmp_path / f"open.{name}", settings=Settings(fill="leave"))
    packet = read(tmp_path / f"open.{name}").properties.xmp
    assert xmp.source_type_in(packet) == f"{xmp.VOCABULARY}algorithmicallyEnhanced"


def test_undamaged_images_are_copied_byte_for_byte(run, folder, tmp_path):
    for name in ("a.png", "a.jpg", "a.bmp"):
        Image.fromarray(GREY + 30).save(folder / name)
    done = apply(run, folder, output=tmp_path / "out")
    assert done.counts == {"untouched": 3}
    for row in done.rows:
        assert done.path_of(row).read_bytes() == (folder / row.input).read_bytes()
        assert row.output_sha256 == row.input_sha256
    converted = apply(run, folder / "a.png", output=tmp_path / "a.tif")
    assert (converted.counts, read(tmp_path / "a.tif").properties.xmp) == ({"untouched": 1}, b"")
    assert (read(tmp_path / "a.tif").pixels == read(folder / "a.png").pixels).all()


def test_jpeg_pixels_away_from_the_mask_stay(run, folder, tmp_path):
    image = np.repeat(np.repeat(COLOUR, 2, axis=0), 2, axis=1)
    Image.fromarray(image).save(folder / "a.jpg", quality=85, exif=rotated(8))
    mask = np.zeros(image.shape[:2], np.float32)
    mask[64:100, 48:90] = 1
    mask = np.rot90(mask)
    write(tmp_path / "mask.png", np.ascontiguousarray(mask[..., None]))
    apply(run, folder / "a.jpg", output=tmp_path / "a.jpg", settings=Settings(mask=str(tmp_path / "mask.png")))
    before, after = read(folder / "a.jpg"), read(tmp_path / "a.jpg")
    differ = np.argwhere((before.pixels != after.pixels).any(axis=2))
    inside = np.argwhere(mask)
    assert differ.size
    assert (differ.min(axis=0) >= inside.min(axis=0) - 32).all()
    assert (differ.max(axis=0) <= inside.max(axis=0) + 32).all()
    with Image.open(tmp_path / "a.jpg") as opened:
        assert opened.getexif() == rotated(8)


def test_masks_come_from_a_folder_by_name_or_from_a_colour(run, folder, tmp_path):
    mask = np.zeros((103, 96), bool)
    mask[60:70, 5:25] = True
    painted = COLOUR.copy()
    painted[mask] = (255, 0, 16)
    Image.fromarray(painted).save(folder / "deep" / "a.png")
    Image.fromarray(GREY).save(folder / "b.tif")
    (tmp_path / "masks" / "deep").mkdir(parents=True)
    for name in ("deep/a.mask.png", "b.png"):
        Image.fromarray(mask).save(tmp_path / "masks" / name)
    by_name = Settings(mask=str(tmp_path / "masks"))
    assert apply(run, folder, output=tmp_path / "one", settings=by_name).counts == {"restored": 2}
    by_colour = Settings(mask="color=#ff0010")
    (row,) = apply(run, folder / "deep", output=tmp_path / "two", settings=by_colour).rows
    assert row.used == mask.mean()
    one, two = read(tmp_path / "one/deep/a.png"), read(tmp_path / "two/a.png")
    assert (one.pixels == two.pixels).all()
    assert (one.pixels[~mask] * 255 == painted[~mask]).all()
    assert code_of(apply, run, folder, output=tmp_path / "three", settings=by_colour) == "empty-mask"
    (tmp_path / "masks/b.png").unlink()
    assert code_of(apply, run, folder, output=tmp_path / "three", settings=by_name) == "no-mask"
    several = Settings(mask=str(tmp_path / "masks/deep/a.mask.png"))
    assert code_of(apply, run, folder, output=tmp_path / "three", settings=several) == "bad-option"
    assert not (tmp_path / "three").exists()


def test_masks_beside_images_are_not_restored(run, folder, tmp_path):
    for name in ("a.png", "a.mask.png", "b.mask.png", "deep/a.strip.png"):
        Image.fromarray(GREY).save(folder / name)
    notes = []
    apply(run, folder, output=tmp_path / "out", warn=notes.append)
    assert files(tmp_path / "out") == ["a.png", "b.mask.png", "deep/a.strip.png", NAME]
    assert notes[0].endswith("a.mask.png")
    assert apply(run, folder / "a.mask.png", output=tmp_path / "b.png").counts == {"restored": 1}


def test_damage_is_left_open_in_one_grey_and_companions_show_it(run, folder, tmp_path):
    Image.fromarray(GREY).save(folder / "a.png")
    settings = Settings(fill="leave", save_mask=True, save_confidence=True, strip=True)
    apply(run, folder, output=tmp_path / "out", settings=settings)
    after = read(tmp_path / "out/a.png").pixels[..., 0] * 255
    assert set(after[HOLE]) == {127.0}
    assert (after[~HOLE] == GREY[~HOLE]).all()
    assert files(tmp_path / "out") == ["a.confidence.png", "a.mask.png", "a.png", "a.strip.png", NAME]
    assert read(tmp_path / "out/a.strip.png").pixels.shape == (103, 3 * 96 + 2 * 8, 1)
    confidence = read(tmp_path / "out/a.confidence.png").pixels[..., 0]
    assert (confidence[~HOLE] == 1).all()
    assert confidence[HOLE] == pytest.approx(0.5, abs=0.01)


def test_the_ledger_is_true_and_a_second_call_does_what_is_missing(run, folder, tmp_path):
    for name in ("a.png", "deep/b.png"):
        Image.fromarray(GREY).save(folder / name)
    first = apply(run, folder, output=tmp_path / "out")
    head, *rows = lines_of(tmp_path / "out")
    assert head["run"]["id"] == run.id
    assert len(head["run"]["content"]) == 64
    assert [row["status"] for row in rows] == ["started"] * 2 + ["restored"] * 2
    import hashlib

    for row in first.rows:
        assert row.input_sha256 == hashlib.sha256((folder / row.input).read_bytes()).hexdigest()
        assert row.output_sha256 == hashlib.sha256(first.path_of(row).read_bytes()).hexdigest()
        assert row.output_size == first.path_of(row).stat().st_size
    Image.fromarray(GREY).save(folder / "c.png")
    (tmp_path / "out/a.png").unlink()
    before = (tmp_path / "out/deep/b.png").stat().st_mtime_ns
    again = apply(run, folder, output=tmp_path / "out")
    assert (again.fresh, len(again.rows)) == (2, 3)
    assert (tmp_path / "out/deep/b.png").stat().st_mtime_ns == before


def test_another_run_or_setting_is_not_mixed_in(run, folder, tmp_path):
    Image.fromarray(GREY).save(folder / "a.png")
    Image.fromarray(GREY).save(folder / "b.png")
    apply(run, folder, output=tmp_path / "out")
    other = Settings(fill="leave")
    assert code_of(apply, run, folder, output=tmp_path / "out", settings=other) == "other-ledger"
    one = folder / "a.png"
    assert code_of(apply, run, one, output=tmp_path / "out", settings=other, overwrite=True) == "other-ledger"
    assert apply(run, folder, output=tmp_path / "out", settings=other, overwrite=True).fresh == 2
    (tmp_path / "out" / NAME).write_text("{}\n")
    assert code_of(apply, run, folder, output=tmp_path / "out") == "bad-ledger"


def test_requests_are_refused_before_work(run, folder, tmp_path):
    Image.fromarray(GREY).save(folder / "a.png")
    Image.fromarray(GREY).save(folder / "a.tif")
    png = Settings(format="png")
    assert code_of(apply, run, folder, output=tmp_path / "out", settings=png) == "target-clash"
    assert code_of(apply, run, folder, output=folder / "out") == "output-in-input"
    assert code_of(apply, run, folder / "a.png", output=folder, overwrite=True) == "replaces-input"
    assert code_of(apply, run, folder / "a.png", output=folder / "a.png", overwrite=True) == "replaces-input"
    assert code_of(apply, run, folder / "a.png", output=tmp_path / "b.tif", settings=png) == "conflict"
    assert code_of(apply, run, folder / "*.gif", output=tmp_path / "out") == "no-images"
    assert code_of(apply, run, folder, output=tmp_path / "out", settings=Settings(mask="color=red")) == "unknown-value"
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a.tif").write_bytes(b"mine")
    assert code_of(apply, run, folder, output=tmp_path / "out") == "file-exists"
    (folder / "bad.png").write_bytes(b"text")
    assert code_of(apply, run, folder, output=tmp_path / "new") == "not-an-image"
    assert files(tmp_path / "out") == ["a.tif"]
    assert not (tmp_path / "new").exists()


def test_a_model_that_needs_a_mask_is_not_loaded_without(stand_in, folder, tmp_path):
    plan = make_plan(make_request("small", corrupt="box:size=5", model="filler-needed")).plan
    made = execute(plan, How(cache=False), runs=tmp_path / "runs", name="needs")
    Image.fromarray(GREY).save(folder / "a.png")
    assert code_of(apply, made, folder, output=tmp_path / "out") == "mask-needed"


def test_of_many_images_only_headers_are_read_first_and_bad_ones_are_refused_later(run, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(finding, "READ_WHOLE", GREY.size)
    Image.fromarray(GREY).save(folder / "a.png")
    Image.fromarray(GREY).save(folder / "b.png")
    data = (folder / "b.png").read_bytes()
    (folder / "b.png").write_bytes(data[: len(data) // 2])
    done = apply(run, folder, output=tmp_path / "out")
    assert [(row.status, row.code) for row in done.rows] == [("restored", ""), ("refused", "truncated")]
    assert files(tmp_path / "out") == ["a.png", NAME]
    (folder / "b.png").write_bytes(data)
    assert apply(run, folder, output=tmp_path / "out").counts == {"restored": 2}


def test_bad_images_are_skipped_on_demand_and_stand_in_the_ledger(run, folder, tmp_path):
    Image.fromarray(GREY).save(folder / "a.png")
    (folder / "deep/bad.png").write_bytes(b"text")
    notes = []
    done = apply(run, folder, output=tmp_path / "out", skip_bad=True, warn=notes.append)
    assert done.counts == {"restored": 1, "refused": 1}
    assert lines_of(tmp_path / "out")[1]["code"] == "not-an-image"
    assert "deep/bad.png" in notes[0]
    assert len(notes) == 1


def test_patterns_and_lists_keep_the_tree(run, folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "deep/b.png", "deep/c.txt"):
        Image.fromarray(GREY).save(folder / name, "PNG")
    apply(run, "in/**/*.png", output="out")
    assert files(tmp_path / "out") == ["a.png", "deep/b.png", NAME]
    apply(run, output="listed", listed=["in/deep/b.png", str(folder / "a.png")])
    assert files(tmp_path / "listed") == ["a.png", "in/deep/b.png", NAME]
    for fresh in (6, 0):  # results are no inputs of the next call
        assert apply(run, "**/*.png", output="below").fresh == fresh


def test_a_failure_while_writing_leaves_whole_results_and_is_resumed(run, folder, tmp_path, monkeypatch):
    for name in "abc":
        Image.fromarray(GREY).save(folder / f"{name}.png")
    real = restoration.write_whole

    def fails(file, *arguments, **more):
        if file.name == "b.png":
            raise WorkError("cannot write the file: disk full", code="disk-full")
        real(file, *arguments, **more)

    monkeypatch.setattr(restoration, "write_whole", fails)
    with pytest.raises(WorkError) as error:
        apply(run, folder, output=tmp_path / "out")
    assert "1 of 3" in error.value.hint
    assert {"a.png", NAME} <= {*files(tmp_path / "out")} <= {"a.png", "c.png", NAME}
    # A result that was written, but not its row, as after a kill between both, is ours to replace.
    (tmp_path / "out/b.png").write_bytes(b"half")
    with (tmp_path / "out" / NAME).open("a") as ledger:
        ledger.write('{"input": "c.p')
    monkeypatch.setattr(restoration, "write_whole", real)
    again = apply(run, folder, output=tmp_path / "out")
    assert (again.counts, again.fresh) == ({"restored": 3}, 2)
    assert len({(tmp_path / "out" / f"{name}.png").read_bytes() for name in "abc"}) == 1
    lines_of(tmp_path / "out")


def test_ctrl_c_says_how_to_go_on(run, folder, tmp_path, monkeypatch):
    Image.fromarray(GREY).save(folder / "a.png")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(task, "restore_files", interrupted)
    with pytest.raises(Stopped) as stop:
        apply(run, folder, output=tmp_path / "out")
    assert stop.value.exit_code == 130
    assert "0 of 1" in stop.value.hint


def test_out_of_memory_refuses_one_image(run, folder, tmp_path, monkeypatch):
    Image.fromarray(GREY).save(folder / "a.png")

    def exhausted(*_):
        raise MemoryError

    monkeypatch.setattr("restore.pipeline.restorer.restorer.Restorer.restore", exhausted)
    (row,) = apply(run, folder, output=tmp_path / "out").rows
    assert (row.status, row.code) == ("refused", "out-of-memory")


@pytest.mark.parametrize("image", [GREY, GREY[..., None], COLOUR, GREY.astype(np.uint16) * 257, GREY / np.float32(255)])
def test_arrays_are_restored_in_their_own_type(run, image):
    made = restore.apply(run, image)
    assert (made.image.dtype, made.image.shape) == (image.dtype, image.shape)
    assert (made.mask == HOLE).all() or image.ndim == 3
    one, two = restore.apply(run.path, [image, image], [HOLE, None])
    assert (one.image == made.image).all()
    assert (two.image == made.image).all()


def test_python_restores_files_too(run, folder, tmp_path):
    Image.fromarray(GREY).save(folder / "a.png")
    done = restore.apply(run, folder, output=tmp_path / "out")
    assert done.counts == {"restored": 1}
    assert restore.apply(run, [folder / "a.png"], output=tmp_path / "b.png").counts == {"restored": 1}
    assert code_of(restore.apply, run, folder) == "bad-option"
