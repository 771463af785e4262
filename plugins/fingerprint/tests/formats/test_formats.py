"""WSQ and JPEG 2000 are read whole or not at all, by this plugin's datasets, by `restore corrupt` and for a restorer."""

import json
import random
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restore.api import InputError, RequestError
from restore.cli import main
from restore.images import read, read_dpi
from restore.plugins.catalogue import Catalogue
from restore.plugins.formats import formats_of
from restore_fingerprint.datasets.sensors import prints
from restore_fingerprint.formats import FORMATS
from restore_fingerprint.synthetic import synthetic

KINDS = ("wsq", "jp2", "j2k")
PRINTS = [
    np.rint(synthetic(None, count=4, size=(160, 128), sensor="optical")[number].clean[..., 0] * 255).astype(np.uint8)
    for number in range(4)
]


def made(path, values=PRINTS[0], **options):
    """Write a print as WSQ, or as JPEG 2000 without loss."""
    if path.suffix == ".wsq":
        pytest.importorskip("wsq")
    else:
        options = {"irreversible": False} | options
    Image.fromarray(values).save(path, **options)
    return path


@pytest.fixture
def command(capsys, monkeypatch, tmp_path):
    """Call `restore` in a folder of its own; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))

    def call(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(one) for one in arguments])
        return (end.value.code, *capsys.readouterr())

    return call


def unread(path):
    with pytest.raises(InputError) as error:
        read(path, formats=FORMATS)
    return error.value


@pytest.mark.parametrize("kind", KINDS)
def test_prints_are_read(kind, tmp_path):
    found = read(made(tmp_path / f"a.{kind}"), formats=FORMATS)
    assert (found.depth, found.notes, found.pixels.shape) == (8, (), (160, 128, 1))
    error = np.abs(found.pixels[..., 0] * 255 - PRINTS[0])
    assert error.max() == 0 if kind != "wsq" else error.mean() < 4
    assert found.format == ("WSQ" if kind == "wsq" else "JPEG2000")


@pytest.mark.parametrize("values", [PRINTS[0].astype(np.uint16) * 257, np.stack([PRINTS[0]] * 3, axis=-1)])
def test_jpeg_2000_with_16_bits_or_colours(values, tmp_path):
    found = read(made(tmp_path / "a.jp2", values), formats=FORMATS)
    assert np.array_equal(np.rint(found.pixels * (65535 if values.ndim == 2 else 255)), values.reshape(160, 128, -1))


def test_jpeg_2000_that_pillow_would_round_is_refused(tmp_path):
    data = made(tmp_path / "a.jp2", np.stack([PRINTS[0]] * 3, axis=-1)).read_bytes()
    start = data.index(b"\xff\x4f\xff\x51") + 42
    for bits in (12, 16):
        (tmp_path / "b.jp2").write_bytes(data[:start] + bytes([bits - 1]) + data[start + 1 :])
        error = unread(tmp_path / "b.jp2")
        assert (error.code, error.where) == ("unsupported-mode", str(tmp_path / "b.jp2"))


@pytest.mark.parametrize("stated", [500, 1000])
def test_the_resolution_in_a_comment_of_wsq(stated, tmp_path):
    path = made(tmp_path / "a.wsq")
    data = path.read_bytes()
    assert b"PPI 500" in data
    length = data.index(b"NIST_COM") - 2
    size = int.from_bytes(data[length : length + 2], "big") + len(str(stated)) - 3
    path.write_bytes(
        data[:length] + size.to_bytes(2, "big") + data[length + 2 :].replace(b"PPI 500", f"PPI {stated}".encode())
    )
    assert read_dpi(path, formats=FORMATS) == read(path, formats=FORMATS).dpi == stated


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.95, 0.999])
def test_truncated_files_are_refused(kind, share, tmp_path, capfd):
    path = made(tmp_path / f"a.{kind}")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert unread(path).code in {"truncated", "not-an-image"}
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kind", ["wsq", "jp2"])
@pytest.mark.parametrize("count", [20, pytest.param(1000, marks=pytest.mark.slow)])
def test_changed_bytes_never_crash(kind, count, tmp_path, capfd):
    path, rng = made(tmp_path / f"a.{kind}"), random.Random(1)
    data = path.read_bytes()
    for _ in range(count):
        changed = bytearray(data)
        for _ in range(rng.choice((1, 1, 2, 5, 20))):
            changed[rng.randrange(rng.choice((600, len(data))))] = rng.randrange(256)
        path.write_bytes(changed)
        try:
            found = read(path, formats=FORMATS, max_pixels=10**6)
        except InputError:
            continue
        assert 0 <= found.pixels.min() <= found.pixels.max() <= 1
    assert capfd.readouterr() == ("", "")


def test_a_decoder_that_crashes_is_a_corrupt_file(tmp_path, monkeypatch):
    monkeypatch.setattr("restore_fingerprint.formats.wsq_image._CHILD", "import os; os.abort()")
    error = unread(made(tmp_path / "a.wsq"))
    assert (error.code, error.where) == ("truncated", str(tmp_path / "a.wsq"))


def test_without_the_extra_the_error_says_what_to_install(tmp_path, monkeypatch, command):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1_1.wsq").write_bytes(b"\xff\xa0")
    monkeypatch.setattr("restore_fingerprint.formats.wsq_image.importlib.util.find_spec", lambda _: None)
    for action in (lambda: prints(tmp_path / "in")[0], lambda: read(tmp_path / "in" / "1_1.wsq", formats=FORMATS)):
        with pytest.raises(RequestError) as error:
            action()
        assert (error.value.code, error.value.hint) == ("missing-extra", 'uv pip install "restore-fingerprint[wsq]"')
    code, out, err = command("corrupt", "box:size=4", "in", "-o", "out")
    assert (code, out) == (2, "")
    assert 'uv pip install "restore-fingerprint[wsq]"' in err.splitlines()[-1]


def test_the_hook_and_the_datasets_read_the_same_endings():
    assert {ending: make() for ending, make in FORMATS.items() if ending != ".wsq"}.items() <= {
        ending: make() for ending, make in formats_of(Catalogue.installed()).items() if ending != ".wsq"
    }.items()
    assert FORMATS.keys() <= formats_of(Catalogue.installed()).keys()


@pytest.fixture
def mixed(tmp_path):
    """Return a folder of prints as PNG, WSQ and JPEG 2000."""
    folder = tmp_path / "mixed"
    folder.mkdir()
    Image.fromarray(PRINTS[3]).save(folder / "4_1.png")
    for number, kind in enumerate(KINDS):
        made(folder / f"{number + 1}_1.{kind}", PRINTS[number])
    return folder


def test_a_dataset_reads_them(mixed):
    source = prints(mixed)
    assert [name for name, _ in source.keys] == ["1_1.wsq", "2_1.jp2", "3_1.j2k", "4_1.png"]
    assert not source.notes
    for number in (1, 2, 3):
        assert np.array_equal(np.rint(source[number].clean[..., 0] * 255), PRINTS[number])


def test_corrupt_writes_png_with_the_resolution_and_a_note(mixed, command):
    document = json.loads(command("corrupt", "box:size=8", mixed, "-o", "out", "--json")[1])
    assert [Path(one["output"]).name for one in document["images"]] == [f"{number}_1.png" for number in (1, 2, 3, 4)]
    assert len(document["notes"]) == 2
    assert all("PNG" in note and re.search("WSQ|JPEG 2000", note) for note in document["notes"])
    first, second = read("out/1_1.png"), read("out/2_1.png")
    assert (first.format, second.format) == ("PNG", "PNG")
    assert first.dpi == pytest.approx(500, rel=1e-4)
    assert int((second.pixels[..., 0] != PRINTS[1] / np.float32(255)).sum()) in range(1, 65)


def test_a_print_is_restored(mixed):
    from restore.plugins.boundary import bind

    entry = Catalogue.installed().find("model", "builtin/median")
    image = prints(mixed)[0].clean
    mask = np.zeros((1, *image.shape[:2]), bool)
    mask[:, 70:80, 60:70] = True
    restored = bind(entry, {})(np.where(mask[..., None], 0, image[None]).astype(np.float32), mask, doing="restoring")
    assert restored.shape == (1, *image.shape)
    assert np.abs(restored[0][mask[0]] - image[mask[0]]).mean() < np.abs(image[mask[0]]).mean()


@pytest.mark.trains
def test_a_run_takes_them(mixed, command):
    for number in range(9):
        made(mixed / f"{number + 10}_1.jp2", PRINTS[number % 3])
    arguments = ("--corrupt=box:size=4", "--model=cae", "--size=32", "--epochs=1", "--gallery=none")
    code, out, _ = command("run", "fingerprint", "--data", mixed, *arguments, "--json")
    assert code == 0
    assert sum(json.loads(out)["data"][part]["images"] for part in ("train", "validation", "test")) == 13
