"""Every bad picture, folder and path, given to every command that takes pictures."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from bad_input import corpus
from bad_input.commands import RUN, TAKING_PICTURES, TOO_LARGE, About
from bad_input.corpus import beside, cut
from PIL import Image

import restore as library
from restore.images import read

Case = Callable[[Path], Path]


@dataclass(frozen=True)
class Row:
    """A row of the table: a case, and what a user reads of it.

    `told`, `where` and `hint` are parts of the three lines; `instead` is what single commands tell, by their name.
    """

    number: int
    name: str
    case: Case
    told: str
    where: str = "bad"
    hint: str = ""
    about: About = "picture"
    instead: Mapping[str, str] = field(default_factory=dict)


def unwritten(ending: str) -> Mapping[str, str]:
    """Return what a command says that writes results in the format of their inputs."""
    return {"corrupt": f"{ending} is not written"}


CUT = {"png": corpus.PNG, "jpg": corpus.JPEG, "bmp": corpus.BMP, "tif": corpus.TIFF, "webp": corpus.WEBP}
REFUSED = (
    Row(1, "mistyped", corpus.mistyped, "there is no such file or folder", "prinst", "did you mean prints?", "path"),
    Row(1, "nowhere", corpus.nowhere, "there is no such file or folder", "no/such/folder", about="path"),
    Row(1, "too long", corpus.too_long, "the path cannot be followed: File name too long", "xxx", about="path"),
    Row(1, "below a file", corpus.below_a_file, "there is no such file or folder", "a.txt/in", about="path"),
    Row(1, "link to itself", corpus.a_loop, "the path cannot be followed: Too many levels", "loop", about="path"),
    Row(2, "empty folder", corpus.empty_folder, "the folder holds no pictures", "in", "looked for .bmp"),
    Row(2, "no pictures", corpus.no_pictures, "the folder holds no pictures", "in", "looked for .bmp"),
    Row(3, "text", beside("bad.png", b"no picture"), "this is no picture", hint="read: BMP, GIF"),
    Row(3, "PDF", beside("bad.jpg", b"%PDF-1.4 and so on"), "this is no picture"),
    Row(3, "empty file", beside("bad.tif", b""), "the file is empty"),
    *(
        Row(4, f"half a {ending}", cut(f"bad.{ending}", data), "the picture is truncated or damaged", hint="fetch or write")
        for ending, data in CUT.items()
        if ending != "webp"
    ),
    Row(4, "half a webp", cut("bad.webp", corpus.WEBP), "truncated or damaged", instead=unwritten(".webp")),
    Row(4, "half a gif", cut("bad.gif", corpus.GIF, 0.99), "truncated or damaged", instead=unwritten(".gif")),
    Row(5, "bomb, BMP", corpus.bomb, "20000x20000 are over 100,000,000 pixels", hint="raise --max-pixels"),
    Row(5, "bomb, PNG", corpus.bomb_png, "30000x30000 are over 100,000,000 pixels", hint="raise --max-pixels"),
    Row(6, "zero width", corpus.no_width, "this is no picture"),
    Row(6, "zero height", corpus.no_height, "this is no picture", instead=unwritten(".pgm")),
    Row(7, "see-through", corpus.see_through, "the picture is see-through (alpha)", hint="--alpha drop, white or black"),
    Row(7, "see-through BMP", corpus.see_through_bmp, "the picture is see-through (alpha)", hint="--alpha drop"),
    Row(8, "float over 1", corpus.float_tiff(1.5), "floating-point values from 0 to 1.5, not", hint="scale it"),
    Row(8, "float below 0", corpus.float_tiff(-0.5), "floating-point values from -0.5 to 1, not"),
    Row(8, "NaN", corpus.float_tiff(float("nan")), "holds NaN or infinity"),
    Row(8, "infinity", corpus.float_tiff(float("inf")), "holds NaN or infinity"),
    Row(8, "16-bit planes", corpus.deep_planes, "16-bit pictures are read as grey, RGB or RGBA only"),
    Row(13, "links in a circle", corpus.link_loop, "the path cannot be followed: Too many levels"),
    Row(13, "broken link", corpus.broken_link, "the link leads to nothing", "bad.png -> "),
    Row(13, "pipe", corpus.pipe, "this is no regular file"),
    Row(13, "socket", corpus.a_socket, "this is no regular file"),
    Row(13, "device", corpus.a_device, "this is no regular file"),
    Row(13, "unreadable file", corpus.locked_file, "the file cannot be read: Permission denied"),
    Row(13, "unreadable folder inside", corpus.locked_folder, "the folder cannot be read: Permission denied"),
    Row(13, "unreadable folder", corpus.locked, "the folder cannot be read: Permission denied", "in"),
    Row(13, "folder out of reach", corpus.below_locked, "cannot be followed: Permission denied", "outer", about="path"),
    Row(14, "empty files of any name", corpus.odd_bad_names, "5 of 11 ", r"\x1b[2J.png: the file is empty"),
    Row(16, "too few groups", corpus.too_few, "a split needs 3 groups, and there are 2", "give more", about="set"),
    Row(3, "30 bad files", corpus.many, "30 of 36 ", "bad 19.png: the file is empty; and 10 more", "--skip-bad"),
)  # fmt: skip


def applying(rows: Sequence[Row]) -> list[object]:
    """Return every row with every command that looks at what it is about."""
    return [
        pytest.param(row, command, id=f"{row.number} {row.name}, {command.name}")
        for row in rows
        for command in TAKING_PICTURES
        if row.about in command.looks_at
    ]


@pytest.mark.parametrize(("row", "command"), applying(REFUSED))
def test_is_refused_in_three_lines_and_nothing_is_written(row, command, refused, rights, tmp_path):
    path = row.case(tmp_path)
    answer = refused(*command.arguments(path), within=rights, prepared=row.about == "set")
    what, *more = answer.error
    assert row.instead.get(command.name, row.told) in what
    if command.name not in row.instead:
        assert row.where in more[0]
        assert row.hint in more[-1]


WARNED = (
    Row(6, "of one colour", corpus.one_colour, "of one colour"),
    Row(9, "CMYK", corpus.cmyk, "CMYK converted to RGB"),
    Row(9, "LAB", corpus.lab, "LAB converted to RGB"),
    Row(9, "three pages", corpus.paged("odd.tif"), "first of 3 pages"),
    Row(9, "animated PNG", corpus.paged("odd.png"), "first of 3 pages"),
    Row(9, "animated GIF", corpus.paged("odd.gif"), "first of 3 pages", instead=unwritten(".gif")),
    Row(9, "animated WebP", corpus.paged("odd.webp"), "first of 3 pages", instead=unwritten(".webp")),
    Row(10, "turned by EXIF", corpus.turned, "turned upright as its EXIF orientation says"),
    Row(11, "colour among grey", corpus.coloured, "2 pictures: colour made grey (odd 0.png, odd 1.png)", about="set"),
    Row(12, "mixed sizes", corpus.mixed_sizes, "2 sizes, brought to one: 6 of 25x24, 1 of 34x32", about="set"),
    Row(13, "links that leave", corpus.links, "3 links were not followed: away, away.png, loop"),
    Row(15, "twice, in two groups", corpus.twins, "1 picture in several groups, which are kept on one side", about="set"),
    Row(19, "changed by nothing", corpus.black, "the damage box:size=4 changes nothing in", instead={"corrupt": "the damage changes nothing"}),
)  # fmt: skip


TAKEN = (
    Row(3, "PNG named JPEG", corpus.misnamed, ""),
    Row(7, "opaque alpha", corpus.opaque, ""),
    Row(7, "opaque alpha in a BMP", corpus.opaque_bmp, ""),
    Row(8, "16 bits", corpus.deep, ""),
    Row(8, "floating point", corpus.floating, ""),
    Row(8, "palette of grey", corpus.palette, ""),
    Row(13, "a folder by a link", corpus.named_link, ""),
    Row(14, "names of all kinds", corpus.odd_names, ""),
)
LITTLE = "colour made grey"
"""What may be said of a picture that was taken: colours are no fault."""


def warnings_of(command, answer):
    """Return the warnings of a command that did its work, or came to its brief end."""
    lines = answer.err.splitlines()
    if command.briefly:
        assert (answer.code, answer.out) == (2, "")
        assert lines[-3].startswith("error: a box of 33x33 pixels does not fit")
        lines = lines[:-3]
    else:
        assert answer.code == 0
    assert all(line.startswith("warning: ") for line in lines)
    return lines


@pytest.mark.parametrize(("row", "command"), applying(WARNED))
def test_is_a_warning(row, command, restore, refused, tmp_path):
    path, told = row.case(tmp_path), row.instead.get(command.name, row.told)
    if "not written" in told:
        assert told in refused(*command.arguments(path)).error[0]
        return
    warnings = warnings_of(command, restore(*command.arguments(path), *command.briefly))
    assert sum(told in line for line in warnings) >= 1
    assert len(warnings) == len(set(warnings))


@pytest.mark.parametrize(("row", "command"), applying(TAKEN))
def test_is_taken_without_a_word(row, command, restore, tmp_path):
    answer = restore(*command.arguments(row.case(tmp_path)), *command.briefly)
    assert [line for line in warnings_of(command, answer) if LITTLE not in line] == []


@pytest.mark.trains
def test_a_run_is_made_from_odd_pictures_and_remembers_what_was_said(restore, tmp_path):
    folder = corpus.good(tmp_path)
    rows = [row for row in (*WARNED, *TAKEN) if row.case not in (corpus.black, corpus.named_link, corpus.links)]
    for number, row in enumerate(rows):
        (tmp_path / str(number)).mkdir()
        for path in row.case(tmp_path / str(number)).iterdir():
            if not path.name.startswith("good"):
                path.rename(folder / f"{number}{path.name}")
    answer = restore(*RUN, "--data", folder)
    assert answer.code == 0
    said = " ".join(event.text for event in library.open("a").record.events if event.level == "warning")
    for told in ("of one colour", "CMYK", "LAB", "first of 3 pages", "turned upright", "made grey", "sizes", "several"):
        assert told in said
    assert all(line.removeprefix("warning: ") in said for line in answer.err.splitlines() if "warning: " in line)


@pytest.mark.parametrize(
    "command", [one for one in TAKING_PICTURES if "picture" in one.looks_at], ids=lambda one: one.name
)
class TestOptions:
    """The options that all commands have that read pictures."""

    @pytest.mark.parametrize("alpha", ["drop", "white", "black"])
    @pytest.mark.parametrize("case", [corpus.see_through, corpus.see_through_bmp])
    def test_see_through_pictures_are_taken_as_it_was_said(self, case, alpha, command, restore, tmp_path):
        answer = restore(*command.arguments(case(tmp_path)), "--alpha", alpha, *command.briefly)
        assert [line for line in warnings_of(command, answer) if LITTLE not in line] == []

    def test_the_most_pixels_are_as_many_as_it_was_said(self, command, refused, restore, tmp_path):
        folder = corpus.good(tmp_path)
        answer = refused(*command.arguments(folder), "--max-pixels", 24 * 25 - 1)
        assert answer.error[0].startswith("error: 6 of 6 ")
        assert "25x24 are over 599 pixels" in answer.error[1]
        assert "--max-pixels" in answer.error[2]
        warnings_of(command, restore(*command.arguments(folder), "--max-pixels", 24 * 25, *command.briefly))

    def test_bad_pictures_are_left_out_named_and_never_all(self, command, refused, restore, tmp_path):
        folder = corpus.many(tmp_path)
        answer = restore(*command.arguments(folder), "--skip-bad", *command.briefly)
        (warning,) = warnings_of(command, answer)
        assert warning.startswith("warning: 30 of 36 ")
        assert "bad 00.png: the file is empty; " in warning
        assert warning.endswith("and 10 more")
        for path in folder.glob("good*"):
            path.write_bytes(b"")
        answer = refused(*command.arguments(folder), "--skip-bad", prepared=True)
        assert "36 of 36" in answer.error[0]
        assert "--skip-bad" not in answer.err

    def test_a_picture_that_changes_while_it_is_read_is_told(self, command, refused, monkeypatch, tmp_path):
        from restore.images import reader

        decode, folder = reader.decode, corpus.good(tmp_path)

        def decode_and_touch(file, path, *more, **options):
            picture = decode(file, path, *more, **options)
            if path.name == "good 2.png":
                os.utime(path, ns=(1, 1))
            return picture

        monkeypatch.setattr(reader, "decode", decode_and_touch)
        answer = refused(*command.arguments(folder))
        assert "the picture has changed since" in answer.error[0]
        assert "good 2.png" in answer.error[1]


@pytest.mark.trains
def test_what_was_left_out_stands_in_the_run(restore, tmp_path):
    folder = corpus.many(tmp_path)
    answer = restore(*RUN, "--data", folder, "--skip-bad", "--json")
    assert answer.code == 0
    skipped = answer.json["data"]["skipped"]
    assert skipped[7] == {"id": "bad 07.png", "reason": "the file is empty"}
    assert len(skipped) == 30
    assert "30 left out" in " ".join(restore("show", "a").out.split())
    assert sum(answer.json["data"][part]["images"] for part in ("train", "validation", "test")) == corpus.GOOD


def test_all_faults_of_all_inputs_come_at_once(refused, tmp_path):
    folder = corpus.see_through(tmp_path)
    for name, data in (("cut.png", corpus.PNG[:200]), ("empty.tif", b""), ("old.gif", corpus.GIF)):
        (folder / name).write_bytes(data)
    os.mkfifo(folder / "pipe.bmp")
    other = tmp_path / "other"
    other.mkdir()
    what, where, hint = refused(
        "corrupt", "box:size=4", folder, "gone", other, folder / "good 1.png", "-o", "out"
    ).error
    assert what == "error: 7 of 14 inputs cannot be used"
    for name in ("bad.png", "cut.png", "empty.tif", "old.gif", "pipe.bmp", "gone", "other"):
        assert f"{name}: " in where
    assert hint == "  say what to do with it: --alpha drop, white or black, or leave them out: --skip-bad"
    what, where, _ = refused(*RUN, "--data", folder).error
    assert what == "error: 4 of 11 pictures cannot be used"
    assert all(f"{name}: " in where for name in ("bad.png", "cut.png", "empty.tif", "pipe.bmp"))


def test_grey_pictures_for_a_colour_recipe_are_told_once(restore, tmp_path):
    arguments = ["run", "face", "--size=32", "--data", corpus.good(tmp_path), "--dataset=folder:group=file", TOO_LARGE]
    lines = restore(*arguments).err.splitlines()
    assert [line for line in lines if "grey" in line] == [
        "warning: 6 pictures: grey made three equal channels (good 0.png, good 1.png, good 2.png and 3 more)"
    ]


def test_a_frame_that_is_see_through_is_cut_before_it_is_judged(restore, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(9):
        values = np.concatenate([corpus.noise(number, 3), np.full((*corpus.SHAPE, 1), 255, np.uint8)], 2)
        values[:2] = values[:, -3:] = 0
        (folder / f"{number}.bmp").write_bytes(corpus.bmp_with_alpha(values))
    run = next(command for command in TAKING_PICTURES if command.name == "run")
    answer = restore(*run.arguments(folder), *run.briefly)
    assert [line for line in warnings_of(run, answer) if LITTLE not in line] == []


def test_results_have_the_odd_names_depth_and_form_of_their_inputs(restore, tmp_path):
    folder = corpus.odd_names(tmp_path)
    for case, name in ((corpus.deep, "deep.png"), (corpus.floating, "float.tif"), (corpus.turned, "turned.png")):
        (tmp_path / name).mkdir()
        next(case(tmp_path / name).glob("odd*")).rename(folder / name)
    assert restore("corrupt", "box:size=4", folder, "-o", "out", "--save-mask").code == 0
    for name in (*corpus.ODD_NAMES, "deep.png", "float.tif", "turned.png"):
        before, after = read(folder / name), read(Path("out") / name)
        untouched = read(Path("out") / Path(name).with_suffix(".mask.png")).pixels[..., 0] == 0
        assert (before.depth, before.format) == (after.depth, after.format)
        assert np.array_equal(before.pixels[untouched], after.pixels[untouched])
    with Image.open("out/turned.png") as image:
        assert image.getexif().get(0x0112, 1) == 1  # upright already, so that nobody turns it once more


NO_BACKEND = """
import contextlib, sys
from restore.cli import main
for arguments in (sys.argv[1:], [*sys.argv[1:-1], "--limit=2"], [*sys.argv[1:-1], "--runs=/proc/runs"]):
    with contextlib.suppress(SystemExit):
        main(arguments)
print(sorted({"keras", "tensorflow", "torch", "jax"} & set(sys.modules)))
"""


def test_bad_data_is_told_without_loading_the_backend(tmp_path):
    folder = corpus.black(tmp_path)
    arguments = [*RUN, "--data", folder, TOO_LARGE]
    environment = {**os.environ, "RESTORE_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", NO_BACKEND, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )
    assert [line for line in done.stderr.splitlines() if line.startswith("error: ")] == [
        "error: a box of 33x33 pixels does not fit into a picture of 32x32",
        "error: a split needs 3 groups, and there are 2 pictures in 2 groups, called good 2.png, good 3.png",
        "error: the runs folder cannot be written: No such file or directory",
    ]
    assert done.stdout == "[]\n"
