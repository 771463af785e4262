"""Persons and fingers are read from the names that the usual collections give."""

import numpy as np
import pytest
from PIL import Image

from restore.api import InputError, RequestError
from restore_fingerprint.datasets.sensors import lumidigm, prints, secugen

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
    assert labels[NAMES[1]] == {
        "subject": "100",
        "gender": "M",
        "hand": "Left",
        "finger": "index",
        "alteration": "rotation",
    }
    assert "alteration" not in labels[NAMES[0]]
    assert labels[NAMES[5]] == {"finger": "101", "impression": "2"}
    assert labels["mine.png"] == {}


@pytest.mark.parametrize("dataset", [prints, secugen, lumidigm])
def test_no_folder(dataset):
    with pytest.raises(RequestError, match="--data") as error:
        dataset(None)
    assert error.value.where == dataset.__name__


@pytest.mark.parametrize("dataset", [secugen, lumidigm])
def test_a_sensors_folder(dataset, tmp_path, drawn):
    for name in ("ann/1.png", "ann/2.png", "bob/1.png"):
        drawn.save(tmp_path / name, drawn.ridges(name, (96, 96), 9), dpi=(500, 500))
    source = dataset(tmp_path)
    assert grouped(source) == {"ann": {"ann/1.png", "ann/2.png"}, "bob": {"bob/1.png"}}
    assert [sample.labels for sample in source] == [{"dpi": 500}] * 3
    assert [list(sample.notes) for sample in source] == [[]] * 3
    assert len(grouped(dataset(tmp_path, group="file"))) == 3


def test_dpi_is_told_and_checked(tmp_path, drawn):
    drawn.save(tmp_path / "a_1.png", drawn.ridges("a", (96, 96), 9), dpi=(96, 96))
    drawn.save(tmp_path / "b_1.png", drawn.ridges("b", (96, 96), 9))
    (first, second) = prints(tmp_path)
    assert [note[:22] for note in first.notes] == ["the header's 96 dpi ca"]
    assert list(second.notes) == []
    (first, second) = prints(tmp_path, dpi=2000)
    assert [note[:16] for note in first.notes] == ["the header's 96 ", "the 2000 dpi can"]
    assert second.labels["dpi"] == 2000


def test_frames_are_taken_off_and_remembered(tmp_path, drawn):
    inside = drawn.ridges("a", (97, 90))
    drawn.save(tmp_path / "a.png", drawn.framed(inside))
    (sample,) = prints(tmp_path, crop="frame")
    assert np.array_equal(np.rint(sample.clean[..., 0] * 255), inside)
    assert sample.labels["crop"] == {"top": 2, "left": 2, "height": 97, "width": 90, "of": [103, 96]}
    (whole,) = prints(tmp_path)
    assert whole.clean.shape == (103, 96, 1)
    assert "crop" not in whole.labels


def test_black_and_white_is_told(tmp_path, drawn):
    grey = drawn.ridges("a", (40, 40))
    drawn.save(tmp_path / "a.png", grey)
    drawn.save(tmp_path / "b.png", np.where(grey > 100, 255, 0).astype(np.uint8))
    drawn.save(tmp_path / "c.png", np.full((40, 40), 9, np.uint8))
    assert [list(sample.notes) for sample in prints(tmp_path)] == [[], ["only two grey values"], []]


def test_the_cache_knows_what_was_asked_for(folder):
    assert prints(folder).fingerprint == prints(folder).fingerprint
    asked = [{}, {"crop": "frame"}, {"dpi": 500}, {"group": "finger"}]
    assert len({prints(folder, **options).fingerprint for options in asked}) == len(asked)


def test_real_collections(real):
    persons = grouped(prints(real / "SOCOFing" / "Real"))
    assert len(persons) == 120
    assert {len(names) for names in persons.values()} == {10}
    assert len(grouped(prints(real / "fvc2002"))) == 20
    every = prints(real / "SOCOFing")
    assert len(grouped(every)) == 120
    assert all(labels.keys() >= {"subject", "gender", "hand", "finger"} for labels in every.labels)


def test_folders_of_unknown_names_may_be_persons(tmp_path):
    for place in ("P1/1.png", "P1/2.png", "P2/1.png", "P2/2.png"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        Image.new("L", (4, 4)).save(tmp_path / place)
    (note,) = prints(tmp_path).notes
    assert note.startswith("no name tells a person")
    assert "group=folder takes the 2 folders" in note
    assert len(grouped(prints(tmp_path, group="folder"))) == 2
    assert not prints(tmp_path, group="folder").notes
    assert not prints(tmp_path / "P1").notes


def test_altered_prints_are_not_taken_for_clean_ones_without_a_word(folder):
    (note,) = [note for note in prints(folder).notes if "altered" in note]
    assert note.startswith("1 of 8 pictures are SOCOFing's altered prints, taken for clean ones: ")
    assert not any("altered" in note for note in prints(folder / "Real").notes)


def test_a_wrong_group_names_those_there_are(folder):
    with pytest.raises(RequestError) as error:
        prints(folder, group="Person")
    assert error.value.hint == "did you mean person?"
    with pytest.raises(RequestError) as error:
        prints(folder, group="subj-")
    assert error.value.hint.startswith("one of person, finger, auto, folder, file, or a pattern")
