"""Subjects and fingers are parsed from the file names of the usual collections."""

import numpy as np
import pytest
from PIL import Image

from restore.api import InputError, RequestError
from restore_fingerprint.datasets.sensors import lumidigm, prints, secugen
from restore_fingerprint.datasets.source import BINARY

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


def test_groups_are_subjects_else_fingers_else_files(folder):
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
    with pytest.raises(InputError) as error:
        prints(folder, group=r"^(\d+)_")
    assert error.value.code == "no-match"
    assert "mine.png" in error.value.hint
    assert set(grouped(prints(folder, group=r"^(.)"))) == {"1", "7", "m"}


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
def test_a_folder_is_needed(dataset):
    with pytest.raises(RequestError) as error:
        dataset(None)
    assert (error.value.code, error.value.where) == ("no-data", f"dataset {dataset.__name__}")
    assert "--data" in error.value.hint


@pytest.mark.parametrize("dataset", [secugen, lumidigm])
def test_a_sensors_folder(dataset, tmp_path, drawn):
    for name in ("ann/1.png", "ann/2.png", "bob/1.png"):
        drawn.save(tmp_path / name, drawn.ridges(name, (96, 96), 9), dpi=(500, 500))
    source = dataset(tmp_path)
    assert grouped(source) == {"ann": {"ann/1.png", "ann/2.png"}, "bob": {"bob/1.png"}}
    assert [sample.labels for sample in source] == [{"dpi": 500}] * 3
    assert [list(sample.notes) for sample in source] == [[]] * 3
    assert len(grouped(dataset(tmp_path, group="file"))) == 3


def test_the_resolution_is_a_label_and_is_checked(tmp_path, drawn):
    drawn.save(tmp_path / "a_1.png", drawn.ridges("a", (96, 96), 9), dpi=(96, 96))
    drawn.save(tmp_path / "b_1.png", drawn.ridges("b", (96, 96), 9))
    (first, second) = prints(tmp_path)
    assert [drawn.numbers(note)[0] for note in first.notes] == [96]
    assert list(second.notes) == []
    (first, second) = prints(tmp_path, dpi=2000)
    assert [drawn.numbers(note)[0] for note in first.notes] == [96, 2000]
    assert second.labels["dpi"] == 2000


def test_frames_are_removed_and_the_crop_is_a_label(tmp_path, drawn):
    inside = drawn.ridges("a", (97, 90))
    drawn.save(tmp_path / "a.png", drawn.framed(inside))
    (sample,) = prints(tmp_path, crop="frame")
    assert np.array_equal(np.rint(sample.clean[..., 0] * 255), inside)
    assert sample.labels["crop"] == {"top": 2, "left": 2, "height": 97, "width": 90, "of": [103, 96]}
    (whole,) = prints(tmp_path)
    assert whole.clean.shape == (103, 96, 1)
    assert "crop" not in whole.labels


def test_binary_images_are_noted(tmp_path, drawn):
    grey = drawn.ridges("a", (40, 40))
    drawn.save(tmp_path / "a.png", grey)
    drawn.save(tmp_path / "b.png", np.where(grey > 100, 255, 0).astype(np.uint8))
    drawn.save(tmp_path / "c.png", np.full((40, 40), 9, np.uint8))
    assert [list(sample.notes) for sample in prints(tmp_path)] == [[], [BINARY], []]


def test_the_fingerprint_depends_on_every_option(folder):
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


def test_folders_may_be_subjects_where_file_names_are_unknown(tmp_path, drawn):
    for place in ("P1/1.png", "P1/2.png", "P2/1.png", "P2/2.png"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        Image.new("L", (4, 4)).save(tmp_path / place)
    (note,) = prints(tmp_path).notes
    assert "group=folder" in note
    assert drawn.numbers(note) == [2]
    assert len(grouped(prints(tmp_path, group="folder"))) == 2
    assert not prints(tmp_path, group="folder").notes
    assert not prints(tmp_path / "P1").notes


def test_altered_prints_used_as_clean_images_are_noted(folder, drawn):
    (note,) = [note for note in prints(folder).notes if "socofing:altered=none" in note]
    assert drawn.numbers(note) == [1, 8]
    assert not any("altered" in note for note in prints(folder / "Real").notes)


@pytest.mark.parametrize(
    ("group", "near"), [("Person", {"person"}), ("subj-", {"person", "finger", "auto", "folder", "file"})]
)
def test_a_wrong_group_is_refused_with_the_available_ones(folder, group, near):
    with pytest.raises(RequestError) as error:
        prints(folder, group=group)
    assert (error.value.code, error.value.where) == ("bad-pattern", f"group={group}")
    assert all(word in error.value.hint for word in near)


def test_prints_of_twice_the_resolution_are_downsampled(tmp_path, drawn):
    image = drawn.ridges("a", (192, 200), 18)
    drawn.save(tmp_path / "1_1.png", image, dpi=(1000, 1000))
    drawn.save(tmp_path / "2_1.png", drawn.ridges("b", (96, 100), 9), dpi=(500, 500))
    first, second = secugen(tmp_path, group="file")
    assert (first.clean.shape, second.clean.shape) == ((96, 100, 1), (96, 100, 1))
    assert (first.labels["dpi"], second.labels["dpi"]) == (500, 500)
    assert ([drawn.numbers(note) for note in first.notes], second.notes) == ([[1000, 500]], [])
    (whole, _) = prints(tmp_path, group="file")
    assert np.array_equal(np.rint(whole.clean[..., 0] * 255), image)
