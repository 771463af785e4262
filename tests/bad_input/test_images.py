"""Every bad image, folder and path, given to every command that takes images."""

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
from bad_input.commands import RUN, TAKING_IMAGES, TOO_LARGE, About
from bad_input.corpus import beside, cut
from PIL import Image

import restore as library
from restore.images import read

Case = Callable[[Path], Path]


@dataclass(frozen=True)
class Refused:
    """A case, and the code and place of the error; `value` and `hint` are parts of its first and last line."""

    number: int
    name: str
    case: Case
    code: str
    where: str = "bad"
    hint: str = ""
    value: str = ""
    about: About = "image"


@dataclass(frozen=True)
class Taken:
    """A case that is used, and a value in one of the warnings; without one there are none.

    `instead` are values of single commands, by their name.
    """

    number: int
    name: str
    case: Case
    value: str = ""
    about: About = "image"
    instead: Mapping[str, str] = field(default_factory=dict)


CUT = {"png": corpus.PNG, "jpg": corpus.JPEG, "bmp": corpus.BMP, "tif": corpus.TIFF, "webp": corpus.WEBP}
REFUSED = (
    Refused(1, "mistyped", corpus.mistyped, "not-found", "prinst", "'prints'", about="path"),
    Refused(1, "nowhere", corpus.nowhere, "not-found", "no/such/folder", about="path"),
    Refused(1, "too long", corpus.too_long, "unreadable", "xxx", about="path"),
    Refused(1, "below a file", corpus.below_a_file, "not-found", "a.txt/in", about="path"),
    Refused(1, "link to itself", corpus.a_loop, "unreadable", "loop", about="path"),
    Refused(2, "empty folder", corpus.empty_folder, "no-images", "in", ".bmp"),
    Refused(2, "no images", corpus.no_images, "no-images", "in", ".bmp"),
    Refused(3, "text", beside("bad.png", b"text"), "not-an-image", hint="download it again"),
    Refused(3, "random bytes", beside("bad.png", bytes(range(128, 256))), "not-an-image", hint="BMP, GIF"),
    Refused(
        3,
        "Git LFS pointer",
        beside("bad.png", b"version https://git-lfs.github.com/spec/v1\n"),
        "not-an-image",
        hint="git lfs pull",
    ),
    Refused(
        3,
        "HTML page",
        beside("bad.png", b"<!DOCTYPE html><title>404</title>"),
        "not-an-image",
        hint="download it again",
    ),
    Refused(3, "JPEG XL", beside("bad.jpg", b"\xff\x0a\xfa\x1f"), "unsupported-format"),
    Refused(3, "flipped bit", corpus.flipped, "truncated", value="checksum"),
    Refused(3, "PDF", beside("bad.jpg", b"%PDF-1.4 and so on"), "not-an-image"),
    Refused(3, "empty file", beside("bad.tif", b""), "is-empty"),
    *(
        Refused(4, f"half a {ending}", cut(f"bad.{ending}", data), "truncated")
        for ending, data in CUT.items()
        if ending != "webp"
    ),
    Refused(4, "half a webp", cut("bad.webp", corpus.WEBP), "truncated"),
    Refused(4, "half a gif", cut("bad.gif", corpus.GIF, 0.99), "truncated"),
    Refused(5, "bomb, BMP", corpus.bomb, "too-large", hint="--max-pixels", value="20000x20000"),
    Refused(5, "bomb, PNG", corpus.bomb_png, "too-large", hint="--max-pixels", value="30000x30000"),
    Refused(6, "zero width", corpus.no_width, "no-pixels"),
    Refused(6, "zero height", corpus.no_height, "not-an-image"),
    Refused(7, "transparent", corpus.transparent, "transparent", hint="--alpha drop, white or black"),
    Refused(7, "transparent BMP", corpus.transparent_bmp, "transparent", hint="--alpha drop"),
    Refused(8, "float over 1", corpus.float_tiff(1.5), "out-of-range", value="0 to 1.5"),
    Refused(8, "float below 0", corpus.float_tiff(-0.5), "out-of-range", value="-0.5 to 1"),
    Refused(8, "NaN", corpus.float_tiff(float("nan")), "not-finite-pixels"),
    Refused(8, "infinity", corpus.float_tiff(float("inf")), "not-finite-pixels"),
    Refused(8, "signed integers", corpus.signed, "unsupported-mode", value="signed"),
    Refused(13, "links in a circle", corpus.link_loop, "unreadable"),
    Refused(13, "broken link", corpus.broken_link, "not-found", "bad.png -> "),
    Refused(13, "pipe", corpus.pipe, "not-a-regular-file"),
    Refused(13, "socket", corpus.a_socket, "not-a-regular-file"),
    Refused(13, "device", corpus.a_device, "not-a-regular-file"),
    Refused(13, "unreadable file", corpus.locked_file, "unreadable"),
    Refused(13, "unreadable folder inside", corpus.locked_folder, "unreadable"),
    Refused(13, "unreadable folder", corpus.locked, "unreadable", "in"),
    Refused(13, "folder out of reach", corpus.below_locked, "unreadable", "outer", about="path"),
    Refused(14, "empty files of any name", corpus.odd_bad_names, "is-empty", r"\x1b[2J.png: ", value="5 of 11 "),
    Refused(16, "too few groups", corpus.too_few, "too-few-groups", "2 images in 2 groups", "--limit", about="set"),
    Refused(3, "30 bad files", corpus.many, "is-empty", "bad 19.png: ", "--skip-bad", value="30 of 36 "),
)


def applying(rows: Sequence[Refused | Taken]) -> list[object]:
    """Return every row with every command that looks at what it is about."""
    return [
        pytest.param(row, command, id=f"{row.number} {row.name}, {command.name}")
        for row in rows
        for command in TAKING_IMAGES
        if row.about in command.looks_at and getattr(row, "code", row.name) not in command.keeps
    ]


@pytest.mark.parametrize(("row", "command"), applying(REFUSED))
def test_is_refused_in_three_lines_and_nothing_is_written(row, command, refused, rights, tmp_path):
    path = row.case(tmp_path)
    answer = refused(*command.arguments(path), within=rights, prepared=row.about == "set")
    assert answer.failure.code == row.code
    assert row.value in answer.failure.what
    assert row.where in answer.error[1]  # as it is printed
    assert row.hint in answer.failure.hint


WARNED = (
    Taken(6, "constant", corpus.constant, "bad.png"),
    Taken(9, "CMYK", corpus.cmyk, "CMYK"),
    Taken(9, "LAB", corpus.lab, "LAB"),
    Taken(9, "three pages", corpus.paged("odd.tif"), "3 pages"),
    Taken(9, "animated PNG", corpus.paged("odd.png"), "3 pages"),
    Taken(9, "animated GIF", corpus.paged("odd.gif"), "3 pages"),
    Taken(9, "animated WebP", corpus.paged("odd.webp"), "3 pages"),
    Taken(10, "turned by EXIF", corpus.turned, "EXIF"),
    Taken(11, "colour among grey", corpus.coloured, "odd 0.png, odd 1.png", about="set"),
    Taken(12, "mixed sizes", corpus.mixed_sizes, "6 of 25x24, 1 of 34x32", about="set"),
    Taken(13, "links that leave", corpus.links, "away, away.png, loop"),
    Taken(13, "files of another format", corpus.mixed, "2 files are not read: 1 .heic, 1 .txt"),
    Taken(15, "twice, in two groups", corpus.twins, "good 0.png, odd.png", about="set"),
    Taken(19, "changed by nothing", corpus.black, "box:size=4", instead={"corrupt": "good "}),
)
TAKEN = (
    Taken(3, "PNG named JPEG", corpus.misnamed),
    Taken(7, "opaque alpha", corpus.opaque),
    Taken(7, "opaque alpha in a BMP", corpus.opaque_bmp),
    Taken(8, "16 bits", corpus.deep),
    Taken(8, "16 bits, white is zero", corpus.deep_inverted),
    Taken(8, "floating point", corpus.floating),
    Taken(8, "palette of grey", corpus.palette),
    Taken(13, "a folder by a link", corpus.named_link),
    Taken(14, "names of all kinds", corpus.odd_names),
)
CONVERTED, BY_CHANNEL = "greyscale", "one channel"
"""In notes on the conversion of colours, which are sound."""


def warnings_of(command, answer):
    """Return the warnings of a command that did its work, or came to its brief end."""
    lines = answer.err.splitlines()
    if command.briefly:
        assert (answer.code, answer.out, answer.failure.code) == (2, "", "box-too-large")
        lines = lines[: -len([line for line in str(answer.failure).splitlines() if line])]
    else:
        assert answer.code == 0
    assert all(line.startswith("warning: ") for line in lines)
    return lines


@pytest.mark.parametrize(("row", "command"), applying(WARNED))
def test_is_a_warning(row, command, restore, tmp_path):
    path = row.case(tmp_path)
    warnings = warnings_of(command, restore(*command.arguments(path), *command.briefly))
    assert any(row.instead.get(command.name, row.value) in line for line in warnings)
    assert len(warnings) == len(set(warnings))


@pytest.mark.parametrize(("row", "command"), applying(TAKEN))
def test_is_taken_without_a_warning(row, command, restore, tmp_path):
    answer = restore(*command.arguments(row.case(tmp_path)), *command.briefly)
    assert not [line for line in warnings_of(command, answer) if CONVERTED not in line and BY_CHANNEL not in line]


@pytest.mark.trains
def test_a_run_of_odd_images_stores_its_warnings(restore, tmp_path):
    folder = corpus.good(tmp_path)
    rows = [row for row in (*WARNED, *TAKEN) if row.case not in (corpus.black, corpus.named_link, corpus.links)]
    for number, row in enumerate(rows):
        (tmp_path / str(number)).mkdir()
        for path in row.case(tmp_path / str(number)).iterdir():
            if not path.name.startswith("good"):
                path.rename(folder / f"{number}{path.name}")
    answer = restore(*RUN, "--data", folder)
    assert answer.code == 0
    stored = " ".join(event.text for event in library.open("a").record.events if event.level == "warning")
    for value in ("CMYK", "LAB", "3 pages", "EXIF", CONVERTED, " of 25x24", "odd.png"):
        assert value in stored
    assert all(line.removeprefix("warning: ") in stored for line in answer.err.splitlines() if "warning: " in line)


@pytest.mark.parametrize("command", [one for one in TAKING_IMAGES if "image" in one.looks_at], ids=lambda one: one.name)
class TestOptions:
    """The options of all commands that read images."""

    @pytest.mark.parametrize("alpha", ["drop", "white", "black"])
    @pytest.mark.parametrize("case", [corpus.transparent, corpus.transparent_bmp])
    def test_transparent_images_are_treated_as_requested(self, case, alpha, command, restore, tmp_path):
        options = () if "transparent" in command.keeps else ("--alpha", alpha)
        answer = restore(*command.arguments(case(tmp_path)), *options, *command.briefly)
        assert not [line for line in warnings_of(command, answer) if CONVERTED not in line and BY_CHANNEL not in line]

    def test_the_limit_of_pixels(self, command, refused, restore, tmp_path):
        folder = corpus.good(tmp_path)
        answer = refused(*command.arguments(folder), "--max-pixels", 24 * 25 - 1)
        assert answer.failure.code == "too-large"
        assert "6 of 6 " in answer.failure.what
        assert "25x24" in answer.failure.where
        assert "--max-pixels" in answer.failure.hint
        warnings_of(command, restore(*command.arguments(folder), "--max-pixels", 24 * 25, *command.briefly))

    def test_bad_images_are_left_out_by_name_but_not_all(self, command, refused, restore, tmp_path):
        folder = corpus.many(tmp_path)
        answer = restore(*command.arguments(folder), "--skip-bad", *command.briefly)
        (warning,) = warnings_of(command, answer)
        assert warning.startswith("warning: 30 of 36 ")
        assert "bad 00.png: " in warning
        assert "bad 19.png: " in warning
        assert "bad 20.png" not in warning
        for path in folder.glob("good*"):
            path.write_bytes(b"")
        answer = refused(*command.arguments(folder), "--skip-bad", prepared=True)
        assert answer.failure.code == "is-empty"
        assert "36 of 36" in answer.failure.what
        assert "--skip-bad" not in answer.err

    def test_an_image_that_changes_while_it_is_read_is_refused(self, command, refused, monkeypatch, tmp_path):
        from restore.images import reader

        decode, folder = reader.decode, corpus.good(tmp_path)

        def decode_and_touch(file, path, *more, **options):
            decoded = decode(file, path, *more, **options)
            if path.name == "good 2.png":
                os.utime(path, ns=(1, 1))
            return decoded

        monkeypatch.setattr(reader, "decode", decode_and_touch)
        answer = refused(*command.arguments(folder))
        assert answer.failure.code == "file-changed"
        assert "good 2.png" in answer.failure.where


@pytest.mark.trains
def test_what_was_left_out_is_stored_in_the_run(restore, tmp_path):
    folder = corpus.many(tmp_path)
    answer = restore(*RUN, "--data", folder, "--skip-bad", "--json")
    assert answer.code == 0
    skipped = answer.json["data"]["skipped"]
    assert [one["id"] for one in skipped] == [f"bad {number:02}.png" for number in range(30)]
    assert all(one["reason"] for one in skipped)
    assert "; 30 " in " ".join(restore("show", "a").out.split())
    assert sum(answer.json["data"][part]["images"] for part in ("train", "validation", "test")) == corpus.GOOD


def test_all_faults_of_all_inputs_come_at_once(refused, tmp_path):
    folder = corpus.transparent(tmp_path)
    for name, data in (("cut.png", corpus.PNG[:200]), ("empty.tif", b""), ("cut.gif", corpus.GIF[:-9])):
        (folder / name).write_bytes(data)
    os.mkfifo(folder / "pipe.bmp")
    other = tmp_path / "other"
    other.mkdir()
    inputs = [folder, "gone", other, folder / "good 1.png"]
    failure = refused("corrupt", "box:size=4", *inputs, "-o", "out").failure
    assert failure.code == "bad-input"
    assert "7 of 14 " in failure.what
    for name in ("bad.png", "cut.png", "empty.tif", "cut.gif", "pipe.bmp", "gone", "other"):
        assert f"{name}: " in failure.where
    assert "--alpha" in failure.hint
    assert "--skip-bad" in failure.hint
    failure = refused(*RUN, "--data", folder).failure
    assert failure.code == "bad-input"
    assert "5 of 11 " in failure.what
    assert all(f"{name}: " in failure.where for name in ("bad.png", "cut.png", "cut.gif", "empty.tif", "pipe.bmp"))


def test_greyscale_images_for_a_colour_recipe_are_noted_once(restore, tmp_path):
    arguments = ["run", "face", "--size=32", "--data", corpus.good(tmp_path), "--dataset=folder:group=file", TOO_LARGE]
    lines = restore(*arguments).err.splitlines()
    (warning,) = [line for line in lines if CONVERTED in line]
    assert warning.startswith("warning: 6 ")
    assert "good 0.png, good 1.png, good 2.png and 3 more" in warning


def test_a_transparent_frame_is_trimmed_before_alpha_is_judged(restore, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(9):
        values = np.concatenate([corpus.noise(number, 3), np.full((*corpus.SHAPE, 1), 255, np.uint8)], 2)
        values[:2] = values[:, -3:] = 0
        (folder / f"{number}.bmp").write_bytes(corpus.bmp_with_alpha(values))
    run = next(command for command in TAKING_IMAGES if command.name == "run")
    answer = restore(*run.arguments(folder), *run.briefly)
    assert [line for line in warnings_of(run, answer) if CONVERTED not in line] == []


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
        assert image.getexif().get(0x0112, 1) == 1  # upright already: not to be applied again


NO_BACKEND = """
import contextlib, sys
from restore.cli import app, main
app.print_failure = lambda failure, *_: print(failure.code) or failure.exit_code
for arguments in (sys.argv[1:], [*sys.argv[1:-1], "--limit=2"], [*sys.argv[1:-1], "--runs=/proc/runs"]):
    with contextlib.suppress(SystemExit):
        main(arguments)
print(sorted({"keras", "tensorflow", "torch", "jax"} & set(sys.modules)))
"""


def test_bad_data_is_refused_without_loading_the_backend(tmp_path):
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
    assert done.stdout.splitlines() == ["box-too-large", "too-few-groups", "not-writable", "[]"]
