"""SOCOFing in every layout in use: whole, in part, renamed, with faults."""

import shutil
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from restore.api import InputError, RequestError, Source
from restore.testing import check_dataset
from restore_fingerprint.datasets.crop import Crop
from restore_fingerprint.datasets.socofing import socofing
from restore_fingerprint.datasets.source import UNCHANGED

CASES = {(kind, level) for kind in ("obliteration", "rotation", "zcut") for level in ("easy", "medium", "hard")}


def cases(source):
    return Counter((sample.damaged.name, sample.damaged.level) for sample in source)


def every(source):
    return [source[index] for index in range(len(source))]


def test_all_nine_are_paired_with_their_real_prints(collection, drawn):
    source = socofing(collection)
    assert isinstance(source, Source)
    assert len(source) == 3 * 4 * 9
    assert source.notes == []
    samples = every(source)
    assert cases(samples) == dict.fromkeys(CASES, 12)
    for (ident, group), sample in zip(source.keys, samples, strict=True):
        assert (sample.id, sample.group) == (ident, group)
        subject, digit = ident.rpartition("/")[2].split("__")[0], "_".join(ident.split("_")[3:5])
        inside = drawn.ridges((int(subject), digit), (97, 90))
        assert np.array_equal(np.rint(sample.clean[..., 0] * 255), inside)
        assert (sample.clean[..., -1] == 1).all()  # nothing transparent is left
        changed = sample.clean[..., 0] != sample.damaged.image[..., 0]
        assert changed.any()
        assert not changed[:38].any()
        assert sample.damaged.image.shape == (97, 90, 1)
        assert group == subject == sample.labels["subject"]
        assert f"Altered-{sample.labels['level'].capitalize()}/" in ident
        assert (sample.labels["alteration"], sample.labels["level"]) == (sample.damaged.name, sample.damaged.level)
        assert sample.damaged.mask is None


def test_labels_hold_subject_finger_and_crop(collection):
    source = socofing(collection, altered="rotation", level="hard", dpi=170)
    sample = source[0]
    assert sample.id == "Altered/Altered-Hard/1__F_Left_index_finger_CR.BMP"
    crop = sample.labels.pop("crop")
    assert sample.labels == {
        "subject": "1",
        "gender": "F",
        "hand": "Left",
        "finger": "index",
        "alteration": "rotation",
        "level": "hard",
        "dpi": 170,
    }
    with Image.open(collection / "Altered" / "Altered-Hard" / "1__F_Left_index_finger_CR.BMP") as file:
        whole = np.asarray(file)
    part = np.rint(sample.damaged.image[..., 0] * 255).astype(np.uint8)
    assert np.array_equal(Crop.from_json(crop).put_back(part, whole), whole)


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"altered": "zcut"}, {case for case in CASES if case[0] == "zcut"}),
        ({"level": "hard"}, {case for case in CASES if case[1] == "hard"}),
        ({"altered": "obliteration", "level": "easy"}, {("obliteration", "easy")}),
    ],
)
def test_each_alteration_and_level_alone(collection, options, wanted):
    assert cases(every(socofing(collection, **options))) == dict.fromkeys(wanted, 12)


def test_real_prints_alone(collection):
    source = socofing(collection, altered="none")
    assert len(source) == 12
    assert {sample.damaged for sample in every(source)} == {None}
    assert {"alteration", "level"}.isdisjoint(source.labels[0])
    with pytest.raises(RequestError) as error:
        socofing(collection, altered="none", level="hard")
    assert (error.value.code, error.value.where) == ("conflict", "dataset socofing")
    assert "level=hard" in error.value.what


def test_fingers_as_groups(collection):
    assert len({group for _, group in socofing(collection).keys}) == 3
    groups = {group for _, group in socofing(collection, group="finger").keys}
    assert len(groups) == 12
    assert "2 Right thumb" in groups


@pytest.mark.parametrize(
    "renames",
    [
        {"Real": "REAL", "Altered": "altered"},
        {"Altered/Altered-Easy": "Altered-Easy", "Altered/Altered-Medium": "Altered-Medium"},
        {"Altered/Altered-Hard": "Altered/altered_hard"},
    ],
)
def test_renamed_folders(collection, renames):
    before = [(sample.group, sample.damaged.name, sample.damaged.level) for sample in every(socofing(collection))]
    for old, new in renames.items():
        (collection / old).rename(collection / new)
    samples = every(socofing(collection))
    assert sorted(before) == sorted((one.group, one.damaged.name, one.damaged.level) for one in samples)


def test_the_folder_above_and_file_names_in_lower_case(collection):
    for path in [*collection.rglob("*.BMP")]:
        path.rename(path.with_name(path.name.lower()))
    source = socofing(collection.parent)
    assert len(source) == 108
    assert {one["hand"] for one in source.labels} == {"Left", "Right"}


def test_real_prints_without_altered_ones(collection):
    shutil.rmtree(collection / "Altered")
    with pytest.raises(InputError) as error:
        socofing(collection)
    assert (error.value.code, error.value.where) == ("no-pairs", str(collection))
    assert "socofing:altered=none" in error.value.hint
    assert len(socofing(collection, altered="none")) == 12
    assert len(socofing(collection / "Real", altered="none")) == 12


def test_altered_prints_without_real_ones(collection):
    with pytest.raises(InputError) as error:
        socofing(collection / "Altered")
    assert (error.value.code, error.value.where) == ("no-images", str(collection / "Altered"))
    assert "108" in error.value.what


def test_a_level_is_missing(collection, drawn):
    shutil.rmtree(collection / "Altered" / "Altered-Hard")
    with pytest.raises(InputError) as error:
        socofing(collection, altered="zcut", level="hard")
    assert error.value.code == "no-pairs"
    assert "altered=zcut, level=hard" in error.value.what
    assert "easy zcut" in error.value.hint
    (note,) = socofing(collection).notes
    assert drawn.numbers(note) == [36, 108, 12, 12, 12]
    assert "12 hard obliteration" in note
    assert len(socofing(collection)) == 72


def test_either_image_of_a_pair_may_be_missing(collection, drawn):
    folder = collection / "Altered" / "Altered-Easy"
    (folder / drawn.name_of(1, "Left_thumb", "zcut")).unlink()
    (collection / "Real" / drawn.name_of(2, "Left_index")).unlink()
    source = socofing(collection, altered="zcut", level="easy")
    lone, missing = source.notes
    assert lone.startswith("1 ")
    assert lone.endswith("Altered/Altered-Easy/2__M_Left_index_finger_Zcut.BMP")
    assert drawn.numbers(missing) == [1, 11, 1]
    assert missing.endswith("1 easy zcut")
    assert len(source) == 10


def test_other_names_are_ignored_and_counted(collection, drawn):
    drawn.save(collection / "thumb.png", drawn.ridges("x", (20, 20)))
    drawn.save(collection / "Real" / "100_M_Left_index_finger.BMP", drawn.ridges("x", (20, 20)))
    source = socofing(collection)
    (note,) = source.notes
    assert note.startswith("2 ")
    assert note.endswith("Real/100_M_Left_index_finger.BMP")
    assert len(source) == 108


def test_an_altered_print_outside_the_folders_of_levels(collection, drawn):
    shutil.rmtree(collection / "Altered")
    drawn.save_altered(collection / "Altered" / drawn.name_of(1, "Left_thumb", "zcut"), drawn.ridges("x", (97, 90)))
    (sample,) = every(socofing(collection))
    assert (sample.damaged.name, sample.damaged.level) == ("zcut", "")
    assert "level" not in sample.labels
    with pytest.raises(InputError):
        socofing(collection, level="easy")


def test_two_real_prints_of_one_finger(collection, drawn):
    name = drawn.name_of(1, "Left_thumb")
    drawn.save_real(collection / "Real" / "more" / name, drawn.ridges("x", (97, 90)))
    with pytest.raises(InputError) as error:
        socofing(collection)
    assert error.value.code == "duplicate"
    assert error.value.where.startswith("Altered/")
    assert {f"Real/{name}", f"Real/more/{name}"} <= set(error.value.what.split())


def test_pairs_are_formed_within_each_copy_of_the_collection(collection):
    shutil.copytree(collection, collection / "again")
    source = socofing(collection)
    assert len(source) == 216
    assert len({group for _, group in source.keys}) == 3
    (note,) = source.notes
    assert note.startswith("2 ")
    assert "(., again)" in note


def test_an_image_of_another_size_gets_its_own_crop(collection, drawn):
    inside = drawn.ridges("53", (292, 235), 8)
    drawn.save_real(collection / "Real" / drawn.name_of(53, "Left_thumb"), inside, dpi=120)
    drawn.save_altered(collection / "Altered" / "Altered-Hard" / drawn.name_of(53, "Left_thumb", "zcut"), inside)
    (sample,) = (one for one in every(socofing(collection, altered="zcut", level="hard")) if one.group == "53")
    assert sample.clean.shape[:2] == sample.damaged.image.shape[:2] == (292, 235)
    assert sample.labels["crop"]["of"] == [298, 241]


def test_a_pair_of_two_sizes_is_passed_on_uncropped(collection, drawn):
    path = collection / "Altered" / "Altered-Hard" / drawn.name_of(1, "Left_thumb", "zcut")
    drawn.save(path, drawn.ridges("x", (50, 60)))
    (sample,) = (one for one in every(socofing(collection, altered="zcut", level="hard")) if one.id.endswith(path.name))
    assert sample.clean.shape[:2] == (103, 96)
    assert sample.damaged.image.shape[:2] == (50, 60)


def test_an_unreadable_image_is_refused_only_when_it_is_read(collection, drawn):
    path = collection / "Altered" / "Altered-Hard" / drawn.name_of(1, "Left_thumb", "zcut")
    path.write_bytes(path.read_bytes()[:600])
    source = socofing(collection, altered="zcut", level="hard")
    index = next(place for place, (ident, _) in enumerate(source.keys) if ident.endswith(path.name))
    with pytest.raises(InputError) as error:
        source[index]
    assert error.value.where == str(path)
    assert source[index - 1].damaged is not None


def test_equal_pairs_and_implausible_headers_are_noted_once(collection, drawn):
    inside = drawn.ridges((2, "Left_thumb"), (97, 90))
    path = collection / "Altered" / "Altered-Hard" / drawn.name_of(2, "Left_thumb", "zcut")
    drawn.save(path, drawn.framed(inside), dpi=(96, 96))
    notes = Counter(note for sample in every(socofing(collection)) for note in sample.notes)
    (header,) = (note for note in notes if "dpi" in note)
    assert drawn.numbers(header) == [96, 200]
    assert notes.pop(header) == 3  # one print of each subject
    assert notes == {UNCHANGED: 1}


def test_a_folder_with_images_is_needed(tmp_path):
    with pytest.raises(RequestError) as error:
        socofing(None)
    assert (error.value.code, error.value.where) == ("no-data", "dataset socofing")
    assert "--data" in error.value.hint
    with pytest.raises(InputError) as error:
        socofing(tmp_path / "not there")
    assert error.value.where == str(tmp_path / "not there")
    with pytest.raises(InputError) as error:
        socofing(tmp_path)
    assert error.value.code == "no-images"


def test_the_fingerprint_depends_on_every_option(collection):
    chosen = [{}, {"altered": "zcut"}, {"group": "finger"}, {"crop": "none"}, {"dpi": 170}, {"altered": "none"}]
    fingerprints = [socofing(collection, **options).fingerprint for options in chosen]
    assert len(set(fingerprints)) == len(chosen)
    assert fingerprints == [socofing(collection, **options).fingerprint for options in chosen]


@pytest.mark.parametrize("options", [{}, {"altered": "none"}, {"crop": "blank"}, {"crop": "none"}])
def test_it_keeps_the_contract_of_a_dataset(collection, options):
    check_dataset("fingerprint/socofing", path=collection, **options)


def test_the_real_collection(real, drawn):
    source = socofing(real / "SOCOFing")
    kinds = Counter((one["alteration"], one["level"]) for one in source.labels)
    assert set(kinds) == CASES
    assert (len(source), kinds["zcut", "hard"], len({group for _, group in source.keys})) == (9851, 665, 120)
    (missing,) = source.notes
    assert drawn.numbers(missing)[:3] == [949, 10800, 9]
    assert missing.endswith(", 535 hard zcut")
    samples = [source[index] for index in range(0, len(source), 101)]
    for sample in samples:
        shape = (292, 235) if sample.group == "53" else (97, 90)
        assert sample.clean.shape[:2] == sample.damaged.image.shape[:2] == shape
        share = (sample.clean[..., 0] != sample.damaged.image[..., 0]).mean()
        assert 0 < share < 0.6
    assert len(socofing(real / "SOCOFing", altered="none")) == 1200
    assert len(socofing(real / "SOCOFing" / "Real", altered="none")) == 1200
