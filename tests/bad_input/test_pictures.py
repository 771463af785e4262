"""Every bad picture, folder and path, given to every command that takes pictures (docs/reliability.md, bad inputs)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import restore as library
from bad_input import corpus
from bad_input.commands import RUN, TAKING_PICTURES, TOO_LARGE, About
from bad_input.corpus import beside, cut
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
    Row(8, "NaN", corpus.float_tiff(float("nan")), "floating-point values from nan"),
    Row(8, "infinity", corpus.float_tiff(float("inf")), "floating-point values from 0 to inf"),
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
    answer = refused(*command.arguments(path), within=rights)
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


@pytest.mark.parametrize(("row", "command"), applying(WARNED))
def test_is_a_warning(row, command, restore, tmp_path):
    answer = restore(*command.arguments(row.case(tmp_path)), *command.briefly)
    told = row.instead.get(command.name, row.told)
    *lines, last = answer.err.splitlines()
    if "not written" in told:
        assert (answer.code, answer.out, told in answer.err) == (2, "", True)
        return
    if command.briefly:
        assert answer.code == 2
        assert {line.partition(":")[0] for line in lines} == {"warning", "error", "  option size=33 of corruption box"} or lines
    else:
        assert answer.code == 0
        lines.append(last)
    warnings = [line for line in lines if line.startswith("warning: ")]
    assert sum(told in line for line in warnings) >= 1
