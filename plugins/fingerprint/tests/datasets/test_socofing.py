"""SOCOFing in every layout that people have: whole, in part, renamed, with faults."""

import shutil
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from restore.api import InputError, RequestError, Source
from restore.testing import check_dataset
from restore_fingerprint.datasets.crop import Crop
from restore_fingerprint.datasets.socofing import socofing

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
        assert (sample.clean[..., -1] == 1).all()  # nothing see-through is left
        changed = sample.clean[..., 0] != sample.damaged.image[..., 0]
        assert changed.any()
        assert not changed[:38].any()
        assert sample.damaged.image.shape == (97, 90, 1)
        assert group == subject == sample.labels["subject"]
        assert f"Altered-{sample.labels['level'].capitalize()}/" in ident
        assert (sample.labels["alteration"], sample.labels["level"]) == (sample.damaged.name, sample.damaged.level)
        assert sample.damaged.mask is None


def test_labels_tell_whose_print_it_is_and_where_it_was(collection):
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
    with pytest.raises(RequestError, match="level=hard"):
        socofing(collection, altered="none", level="hard")


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
def test_folders_that_were_renamed(collection, renames):
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


def test_only_real_prints_are_there(collection):
    shutil.rmtree(collection / "Altered")
    with pytest.raises(InputError, match="no real print has its altered partner") as error:
        socofing(collection)
    assert "altered=none" in error.value.hint
    assert len(socofing(collection, altered="none")) == 12
    assert len(socofing(collection / "Real", altered="none")) == 12


def test_only_altered_prints_are_there(collection):
    with pytest.raises(InputError, match="none of the 108 pictures is a real print"):
        socofing(collection / "Altered")


def test_a_level_is_missing(collection):
    shutil.rmtree(collection / "Altered" / "Altered-Hard")
    with pytest.raises(InputError, match="altered=zcut, level=hard") as error:
        socofing(collection, altered="zcut", level="hard")
    assert "easy zcut" in error.value.hint
    (note,) = socofing(collection).notes
    assert note.startswith("36 of 108 altered prints are not there: 12 hard obliteration, ")
    assert len(socofing(collection)) == 72


def test_both_partners_may_be_missing(collection, drawn):
    folder = collection / "Altered" / "Altered-Easy"
    (folder / drawn.name_of(1, "Left_thumb", "zcut")).unlink()
    (collection / "Real" / drawn.name_of(2, "Left_index")).unlink()
    source = socofing(collection, altered="zcut", level="easy")
    lone, missing = source.notes
    assert lone.startswith("1 picture, such as Altered/Altered-Easy/2__M_Left_index_finger_Zcut.BMP, that")
    assert missing == "1 of 11 altered prints are not there: 1 easy zcut"
    assert len(source) == 10


def test_other_names_are_left_out_and_counted(collection, drawn):
    drawn.save(collection / "thumb.png", drawn.ridges("x", (20, 20)))
    drawn.save(collection / "Real" / "100_M_Left_index_finger.BMP", drawn.ridges("x", (20, 20)))
    source = socofing(collection)
    assert source.notes == ["2 pictures, such as Real/100_M_Left_index_finger.BMP, with other names left out"]
    assert len(source) == 108


def test_an_altered_print_in_no_levels_folder(collection, drawn):
    shutil.rmtree(collection / "Altered")
    drawn.save_altered(collection / "Altered" / drawn.name_of(1, "Left_thumb", "zcut"), drawn.ridges("x", (97, 90)))
    (sample,) = every(socofing(collection))
    assert (sample.damaged.name, sample.damaged.level) == ("zcut", "")
    assert "level" not in sample.labels
    with pytest.raises(InputError):
        socofing(collection, level="easy")


def test_two_real_prints_of_one_finger(collection, drawn):
    drawn.save_real(collection / "Real" / "more" / drawn.name_of(1, "Left_thumb"), drawn.ridges("x", (97, 90)))
    with pytest.raises(InputError, match=r"more than one real print: Real/.* and Real/more/"):
        socofing(collection)


def test_a_copy_of_the_collection_keeps_its_own_partners(collection):
    shutil.copytree(collection, collection / "again")
    source = socofing(collection)
    assert len(source) == 216
    assert len({group for _, group in source.keys}) == 3
    assert source.notes == ["the collection lies here 2 times (., again): each picture is taken as often"]


def test_another_size_is_cropped_by_itself(collection, drawn):
    inside = drawn.ridges("53", (292, 235), 8)
    drawn.save_real(collection / "Real" / drawn.name_of(53, "Left_thumb"), inside, dpi=120)
    drawn.save_altered(collection / "Altered" / "Altered-Hard" / drawn.name_of(53, "Left_thumb", "zcut"), inside)
    (sample,) = (one for one in every(socofing(collection, altered="zcut", level="hard")) if one.group == "53")
    assert sample.clean.shape[:2] == sample.damaged.image.shape[:2] == (292, 235)
    assert sample.labels["crop"]["of"] == [298, 241]


def test_a_partner_of_another_size_is_left_to_be_told(collection, drawn):
    path = collection / "Altered" / "Altered-Hard" / drawn.name_of(1, "Left_thumb", "zcut")
    drawn.save(path, drawn.ridges("x", (50, 60)))
    (sample,) = (one for one in every(socofing(collection, altered="zcut", level="hard")) if one.id.endswith(path.name))
    assert sample.clean.shape[:2] == (103, 96)
    assert sample.damaged.image.shape[:2] == (50, 60)


def test_a_picture_that_cannot_be_read_hurts_nothing_until_it_is(collection, drawn):
    path = collection / "Altered" / "Altered-Hard" / drawn.name_of(1, "Left_thumb", "zcut")
    path.write_bytes(path.read_bytes()[:600])
    source = socofing(collection, altered="zcut", level="hard")
    index = next(place for place, (ident, _) in enumerate(source.keys) if ident.endswith(path.name))
    with pytest.raises(InputError, match="damaged"):
        source[index]
    assert source[index - 1].damaged is not None


def test_equal_partners_and_untrue_headers_are_told_once(collection, drawn):
    inside = drawn.ridges((2, "Left_thumb"), (97, 90))
    path = collection / "Altered" / "Altered-Hard" / drawn.name_of(2, "Left_thumb", "zcut")
    drawn.save(path, drawn.framed(inside), dpi=(96, 96))
    notes = Counter(note for sample in every(socofing(collection)) for note in sample.notes)
    (header,) = (note for note in notes if "header" in note)
    assert header.startswith("the header's 96 dpi cannot be true, its ridges say about 200")
    assert notes.pop(header) == 3  # one print of each person
    assert notes == {"the damaged partner equals the clean picture": 1}


def test_what_cannot_be_opened(tmp_path):
    with pytest.raises(RequestError, match="login") as error:
        socofing(None)
    assert "--data" in error.value.hint
    with pytest.raises(InputError, match="no such"):
        socofing(tmp_path / "not there")
    with pytest.raises(InputError, match="holds no pictures"):
        socofing(tmp_path)


def test_the_cache_knows_what_was_asked_for(collection):
    asked = [{}, {"altered": "zcut"}, {"group": "finger"}, {"crop": "none"}, {"dpi": 170}, {"altered": "none"}]
    prints = [socofing(collection, **options).fingerprint for options in asked]
    assert len(set(prints)) == len(asked)
    assert prints == [socofing(collection, **options).fingerprint for options in asked]


@pytest.mark.parametrize("options", [{}, {"altered": "none"}, {"crop": "blank"}, {"crop": "none"}])
def test_it_keeps_the_contract_of_a_data_set(collection, options):
    check_dataset("fingerprint/socofing", path=collection, **options)


def test_the_real_collection(real):
    source = socofing(real / "SOCOFing")
    kinds = Counter((one["alteration"], one["level"]) for one in source.labels)
    assert set(kinds) == CASES
    assert (len(source), kinds["zcut", "hard"], len({group for _, group in source.keys})) == (9851, 665, 120)
    (missing,) = source.notes
    assert missing.startswith("949 of 10800 altered prints are not there: 9 easy obliteration, ")
    assert missing.endswith(", 535 hard zcut")
    samples = [source[index] for index in range(0, len(source), 101)]
    for sample in samples:
        shape = (292, 235) if sample.group == "53" else (97, 90)
        assert sample.clean.shape[:2] == sample.damaged.image.shape[:2] == shape
        share = (sample.clean[..., 0] != sample.damaged.image[..., 0]).mean()
        assert 0 < share < 0.6
    assert len(socofing(real / "SOCOFing", altered="none")) == 1200
    assert len(socofing(real / "SOCOFing" / "Real", altered="none")) == 1200
