"""The FVC databases in the folder layouts in use."""

from collections import Counter
from pathlib import Path

import pytest

from restore.api import InputError, RequestError
from restore.testing import check_dataset
from restore_fingerprint.datasets.fvc import fvc2000, fvc2002, fvc2004
from restore_fingerprint.datasets.source import BINARY


@pytest.fixture
def put(tmp_path, drawn):
    """Return a function that writes fingers 1 to 3 of set A or 101 to 103 of set B, two impressions each."""

    def write(folder, fingers=(101, 102, 103), ending="tif"):
        for finger in fingers:
            for impression in (1, 2):
                path = tmp_path / folder / f"{finger}_{impression}.{ending}"
                drawn.save(path, drawn.ridges((folder, finger, impression), (80, 70), 9))
        return tmp_path

    return write


def groups(source):
    return dict(Counter(group for _, group in source.keys))


@pytest.mark.parametrize(
    "folder", ["DB1_B", "Db1_b", "db1-b", "DB1", "Dbs/DB1_B", "FVC2002/DB1_B", "fvc2002/Dbs/Db1_b", "FVC2002_DB1_B"]
)
@pytest.mark.parametrize("inside", [False, True])
def test_folder_layouts_in_use(put, folder, inside):
    root = put(folder)
    source = fvc2002(root / folder if inside else root, db="1", part="B")
    assert groups(source) == {f"fvc2002 DB1 {finger}": 2 for finger in (101, 102, 103)}
    assert source.notes == []
    sample = source[0]
    assert sample.labels == {
        "collection": "fvc2002",
        "database": "DB1",
        "part": "B",
        "finger": "101",
        "impression": "1",
        "dpi": 500,
    }
    assert sample.clean.shape == (80, 70, 1)


@pytest.mark.parametrize("ending", ["tif", "png", "bmp"])
def test_any_image_format(put, ending):
    assert len(fvc2004(put("DB3_B", ending=ending))) == 6


def test_databases_and_parts_are_chosen(put):
    for folder, fingers in {"DB1_B": (101, 102), "DB2_B": (101,), "DB2_A": (1, 2, 3)}.items():
        root = put(folder, fingers)
    assert len(fvc2000(root)) == 12
    assert groups(fvc2000(root, db="1")) == {"fvc2000 DB1 101": 2, "fvc2000 DB1 102": 2}
    assert groups(fvc2000(root, db="2", part="B")) == {"fvc2000 DB2 101": 2}
    assert groups(fvc2000(root, part="A")) == {f"fvc2000 DB2 {finger}": 2 for finger in (1, 2, 3)}
    (note,) = fvc2000(root, db="1").notes
    assert note.startswith("8 ")
    assert note.endswith("DB2_A/1_1.tif")
    for options in ({"db": "4"}, {"db": "1", "part": "A"}):
        with pytest.raises(InputError) as error:
            fvc2000(root, **options)
        assert (error.value.code, error.value.where) == ("no-images", str(root))
        assert all(value in error.value.what for value in options.values())


def test_the_part_follows_from_the_finger_where_the_folder_has_none(put):
    put("DB1", (1, 100))
    root = put("DB1", (101, 110))
    assert {one["finger"] for one in fvc2002(root, part="A").labels} == {"1", "100"}
    assert {one["finger"] for one in fvc2002(root, part="B").labels} == {"101", "110"}


def test_fingers_of_two_databases_in_one_folder_are_two(put):
    put("DB1_B")
    root = put("DB3_B")
    found = groups(fvc2002(root))
    assert len(found) == 6
    assert set(found.values()) == {2}


def test_a_finger_is_one_group_across_folders(put):
    put("DB1_B")
    root = put("more/db1_b", ending="png")
    assert set(groups(fvc2002(root)).values()) == {4}


def test_years_are_kept_apart(put):
    put("FVC2000/DB1_B", (101,))
    put("FVC2002/DB1_B", (101, 102))
    root = put("DB1_B", (103,))
    assert groups(fvc2000(root)) == {"fvc2000 DB1 101": 2, "fvc2000 DB1 103": 2}
    assert groups(fvc2002(root)) == {"fvc2002 DB1 101": 2, "fvc2002 DB1 102": 2, "fvc2002 DB1 103": 2}
    with pytest.raises(InputError):
        fvc2004(root / "FVC2000")


def test_year_and_database_are_read_from_folders_above(put, monkeypatch):
    root = put("from 2000/FVC2004/DB2_B")
    below = root / "from 2000" / "FVC2004" / "DB2_B"
    assert groups(fvc2004(below)) == {f"fvc2004 DB2 {finger}": 2 for finger in (101, 102, 103)}
    monkeypatch.chdir(below)
    assert len(fvc2004(Path())) == 6
    monkeypatch.chdir(below.parent)
    assert len(fvc2004(Path("DB2_B"))) == 6
    for path in (below, Path("DB2_B"), Path("DB2_B/..")):
        with pytest.raises(InputError):
            fvc2002(path)


def test_without_a_database_the_sensor_is_unknown(put):
    root = put("prints")
    source = fvc2002(root)
    assert groups(source) == {f"fvc2002 {finger}": 2 for finger in (101, 102, 103)}
    assert "dpi" not in source[0].labels
    with pytest.raises(InputError) as error:
        fvc2002(root, db="1")
    assert error.value.code == "no-images"
    assert "DB1_B" in error.value.hint


@pytest.mark.parametrize(
    ("dataset", "folder", "dpi"), [(fvc2002, "DB2_B", 569), (fvc2004, "DB3_A", 512), (fvc2000, "DB3_B", 500)]
)
def test_the_sensors_dpi_unless_another_is_given(put, dataset, folder, dpi):
    root = put(folder)
    assert dataset(root)[0].labels["dpi"] == dpi
    assert dataset(root, dpi=400)[0].labels["dpi"] == 400


def test_an_implausible_resolution_is_noted(put, drawn):
    root = put("DB1_B")
    drawn.save(root / "DB1_B" / "101_1.tif", drawn.ridges("x", (80, 70), 9), dpi=(1, 1))
    notes = [list(sample.notes) for sample in fvc2002(root)]
    assert [len(one) for one in notes] == [1, 0, 0, 0, 0, 0]
    assert drawn.numbers(notes[0][0]) == [1, 500]


def test_other_names_are_counted(put, drawn):
    root = put("DB1_B")
    drawn.save(root / "DB1_B" / "index.png", drawn.ridges("x", (20, 20)))
    (note,) = fvc2002(root).notes
    assert note.startswith("1 ")
    assert note.endswith("DB1_B/index.png")


@pytest.mark.parametrize("dataset", [fvc2000, fvc2002, fvc2004])
def test_a_folder_is_needed(dataset):
    with pytest.raises(RequestError) as error:
        dataset(None)
    assert (error.value.code, error.value.where) == ("no-data", f"dataset {dataset.__name__}")
    assert f"http://bias.csr.unibo.it/{dataset.__name__}/download.asp" in error.value.hint
    assert "--data" in error.value.hint


def test_a_folder_without_prints_of_the_fvc(tmp_path, drawn):
    with pytest.raises(InputError) as error:
        fvc2002(tmp_path)
    assert error.value.code == "no-images"
    drawn.save(tmp_path / "a.png", drawn.ridges("x", (20, 20)))
    with pytest.raises(InputError) as error:
        fvc2002(tmp_path)
    assert (error.value.code, error.value.where) == ("no-images", str(tmp_path))


@pytest.mark.parametrize("name", ["fvc2000", "fvc2002", "fvc2004"])
@pytest.mark.parametrize("crop", ["none", "blank"])
def test_it_keeps_the_contract_of_a_dataset(put, name, crop):
    check_dataset(f"fingerprint/{name}", path=put("DB1_B"), crop=crop)


def test_the_real_databases(real):
    source = fvc2002(real / "fvc2002")
    assert len(source) == 160
    assert len(groups(source)) == 20
    assert set(groups(source).values()) == {8}
    notes = {sample.id: list(sample.notes) for sample in source if sample.notes}
    assert notes == {"DB1_B/101_1.tif": [BINARY]}  # their headers state no resolution, and 500 dpi are plausible
    blank = fvc2002(real / "fvc2002", db="1", crop="blank")
    for index in range(0, 80, 9):
        sample = blank[index]
        assert sample.labels["crop"]["of"] == [374, 388]
        assert 150 < sample.clean.shape[1] < 388
