"""AN2K files: their images restored, the restored ones records more, all records of the original as they were."""

import hashlib
import io
import random
import re
import sys

import numpy as np
import pytest
from PIL import Image
from tasks.case import lab

from restore.errors import InputError, RequestError
from restore.tasks.batch import Handling
from restore.tasks.case import an2k
from restore.tasks.case.folder import open_case
from restore.tasks.case.steps import Words, add_originals

nistitl = pytest.importorskip("nistitl", reason="needs the extra an2k")
GREY = np.random.default_rng(3).integers(40, 250, (24, 32), np.uint8)
GREY[6:14, 8:20] = 0


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", dpi=(500, 500))
    return file.getvalue()


def record(kind, idc, code, data, **fields):
    made = nistitl.AsciiRecord(kind)
    made.IDC = idc
    values = {3: "4", 6: 32, 7: 24, 8: "1", 9: 500, 10: 500, 11: code, 12: "8", **fields}
    for number, value in values.items():
        setattr(made, f"_{number}", value)
    made.DATA = data
    return made


@pytest.fixture
def file(tmp_path):
    """Write an AN2K file: texts, a latent print as it is, one as PNG with a history, a face in colour, a signature of old."""
    message = nistitl.Message()
    message.TOT = "LFFS"
    text = nistitl.AsciiRecord(2)
    text.IDC = 0
    text._5 = "a case 999: of texts"
    message += text
    message += record(13, 1, "NONE", GREY.tobytes())
    message += record(14, 2, "PNG", png(GREY), **{"902": [["20260101000000Z", "scan", "us", "made"]]})
    message += record(10, 3, "NONE", np.stack([GREY] * 3, -1).tobytes(), **{"12": "SRGB"})
    old = nistitl.BinaryRecord(8)
    old.IDC, old.value = 4, b"a signature"
    message += old
    path = tmp_path / "latent.an2"
    path.write_bytes(message.NIST)
    return path


def spans(data):
    """Return each record's bytes, by the lengths that they say: a reader that shares nothing with the package."""
    found = []
    while data:
        text = re.match(rb"\d+\.0*1:(\d+)\x1d", data)
        size = int(text[1]) if text else int.from_bytes(data[:4], "big")
        found.append(data[:size])
        data = data[size:]
    return found


def fields_of(data):
    """Return a tagged record's fields by number."""
    head, image = data[:-1].split(b"999:", 1)
    texts = [one.split(b":", 1) for one in head.split(b"\x1d") if b":" in one]
    return {int(name.split(b".")[1]): value for name, value in texts} | {999: image}


@pytest.fixture
def case(made, stand_in, file, tmp_path):
    add_originals(tmp_path / "case", [file], Words("ann"), Handling(), new=True)
    lab.step(tmp_path / "case", made / "runs/r1.h5")
    return tmp_path / "case"


def test_the_original_file_is_kept(case, file):
    assert (case / "originals/latent.an2").read_bytes() == file.read_bytes()


def test_restored_images_are_records_more_and_the_others_as_they_were(case, file):
    before, after = spans(file.read_bytes()), spans((case / "steps/0002/latent.an2").read_bytes())
    assert after[1 : len(before)] == before[1:]
    added = [fields_of(one) for one in after[len(before) :]]
    assert [one[2] for one in added] == [b"5", b"6", b"7"]
    for fields, name in zip(added, ("13-1", "14-2", "10-3"), strict=True):
        result = (case / f"steps/0002/latent.{name}.png").read_bytes()
        assert fields[999] == result
        assert (fields[6], fields[7], fields[11]) == (b"32", b"24", b"PNG")
        assert fields[996].decode() == hashlib.sha256(result).hexdigest().upper()
        assert b"restore" in fields[902]
    assert added[1][902].startswith(b"20260101000000Z\x1fscan\x1fus\x1fmade\x1e")
    counted = [one.split(b"\x1f") for one in re.search(rb"1\.003:(.*?)\x1d", after[0])[1].split(b"\x1e")]
    assert counted[0] == [b"1", b"8"]
    assert [one[1] for one in counted[-3:]] == [b"5", b"6", b"7"]
    assert int(re.match(rb"1\.001:(\d+)", after[0])[1]) == len(after[0])


def test_restored_pixels_differ_in_the_hole_alone(case):
    image = Image.open(case / "steps/0002/latent.13-1.png")
    pixels = np.array(image)
    assert round(image.info["dpi"][0]) == 500
    assert (pixels[GREY > 0] == GREY[GREY > 0]).all()
    assert (pixels[GREY == 0] > 0).all()


def test_another_tool_reads_what_is_written(case):
    message = nistitl.Message()
    message.parse((case / "steps/0002/latent.an2").read_bytes())
    assert [one.type for one in message] == [1, 2, 13, 14, 10, 8, 13, 14, 10]


def test_a_case_of_an2k_replays(case, made):
    assert lab.verify(case).damages == []
    lab.step(case, made / "runs/r2.h5", mask="color=#000000")
    assert lab.verify(case).damages == []
    assert len(open_case(case).entries) == 3


def test_without_the_extra_a_sentence_says_what_is_missing(file, stand_in, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nistitl", None)
    with pytest.raises(RequestError) as refused:
        add_originals(tmp_path / "case", [file], Words(), Handling(), new=True)
    assert refused.value.code == "missing-extra"
    assert "restore-toolkit[an2k]" in refused.value.hint


@pytest.mark.parametrize(
    "data", [b"", b"x", b"1.001:0\x1d", b"1.001:9\x1d\x1c", b"\0\0\0\0\0", b"1.001:12\x1d1.002:\x1c14.001:0\x1d"]
)
def test_hostile_lengths_end(tmp_path, data):
    (tmp_path / "a.an2").write_bytes(data)
    with pytest.raises(InputError):
        an2k.names_of(tmp_path / "a.an2")


@pytest.mark.parametrize("count", [60, pytest.param(5_000, marks=pytest.mark.slow)])
def test_fuzzed_files_are_read_or_refused(file, tmp_path, count, seed):
    rng, data = random.Random(seed), file.read_bytes()
    read = 0
    for _ in range(count):
        changed = bytearray(data)
        for _ in range(rng.randrange(1, 4)):
            changed[rng.randrange(len(data) if rng.random() < 0.5 else 300)] = rng.randrange(256)
        if rng.random() < 0.3:
            del changed[rng.randrange(len(changed)) :]
        path = tmp_path / "fuzzed.an2"
        path.write_bytes(changed)
        folder = tmp_path / "out"
        folder.mkdir(exist_ok=True)
        try:
            made = an2k.extract(path, folder)
            an2k.with_restored(path, {one.name: png(GREY) for one in made}, "x", "2026-01-01T00:00:00+00:00")
            read += 1
        except InputError:
            pass
    assert 0 < read < count


def test_a_file_without_images_is_refused(tmp_path, stand_in):
    message = nistitl.Message()
    (tmp_path / "a.an2").write_bytes(message.NIST)
    with pytest.raises(RequestError) as refused:
        add_originals(tmp_path / "case", [tmp_path / "a.an2"], Words(), Handling(), new=True)
    assert refused.value.code == "no-images"
