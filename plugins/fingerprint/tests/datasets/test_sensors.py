"""Persons and fingers are read from the names that the usual collections give."""

import os
from pathlib import Path

import pytest
from PIL import Image

from restore.api import InputError, RequestError
from restore_fingerprint.prints import prints

NAMES = [
    "Real/100__M_Left_index_finger.BMP",
    "Altered/100__M_Left_index_finger_CR.BMP",
    "Real/100__M_Right_thumb_finger.BMP",
    "Real/7__F_Left_little_finger.BMP",
    "DB1/101_1.tif",
    "DB1/101_2.tif",
    "DB2/101_1.tif",
    "mine.png",
]


@pytest.fixture
def folder(tmp_path):
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("L", (4, 4)).save(tmp_path / name)
    return tmp_path


def grouped(source):
    found = {}
    for name, group in source.keys:
        found.setdefault(group, set()).add(name)
    return found


def test_persons_then_fingers_then_files(folder):
    assert grouped(prints(folder)) == {
        "100": {NAMES[0], NAMES[1], NAMES[2]},
        "7": {NAMES[3]},
        "DB1/101": {NAMES[4], NAMES[5]},
        "DB2/101": {NAMES[6]},
        "mine.png": {"mine.png"},
    }


def test_fingers(folder):
    found = grouped(prints(folder, group="finger"))
    assert found["100 Left index"] == {NAMES[0], NAMES[1]}
    assert found["100 Right thumb"] == {NAMES[2]}
    assert found["DB1/101"] == {NAMES[4], NAMES[5]}
    assert len(found) == 6


def test_files_and_patterns(folder):
    assert len(grouped(prints(folder, group="file"))) == len(NAMES)
    with pytest.raises(InputError, match=r"mine.png"):
        prints(folder, group=r"^(\d+)_")
    assert set(grouped(prints(folder, group=r"^(.)"))) == {"1", "7", "m"}
    with pytest.raises(RequestError):
        prints(folder, group="persn")


def test_labels(folder):
    labels = {sample.id: sample.labels for sample in prints(folder)}
    assert labels[NAMES[1]] == {"subject": "100", "gender": "M", "hand": "Left", "finger": "index", "alteration": "CR"}
    assert "alteration" not in labels[NAMES[0]]
    assert labels[NAMES[5]] == {"finger": "101", "impression": "2"}
    assert labels["mine.png"] == {}


def test_no_folder():
    with pytest.raises(RequestError, match="--data"):
        prints(None)


def test_real_collections():
    root = os.environ.get("RESTORE_TEST_DATA")
    if not root:
        pytest.skip("RESTORE_TEST_DATA names no real pictures")
    persons = grouped(prints(Path(root) / "SOCOFing" / "Real"))
    assert len(persons) == 120
    assert {len(names) for names in persons.values()} == {10}
    assert len(grouped(prints(Path(root) / "fvc2002"))) == 20
    every = prints(Path(root) / "SOCOFing")
    assert len(grouped(every)) == 120
    assert all(labels.keys() >= {"subject", "gender", "hand", "finger"} for labels in every.labels)
