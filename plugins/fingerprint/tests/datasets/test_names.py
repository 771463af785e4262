"""Fields parsed from the file names of the usual collections."""

from pathlib import PurePosixPath

import pytest

from restore_fingerprint.datasets.names import read_fvc, read_level, read_socofing

KNOWN = {"subject": "100", "gender": "M", "hand": "Left", "finger": "index"}


@pytest.mark.parametrize(
    ("name", "alteration"),
    [
        ("100__M_Left_index_finger.BMP", None),
        ("100__M_Left_index_finger_CR.BMP", "rotation"),
        ("100__m_LEFT_Index_Finger_OBL.bmp", "obliteration"),
        ("100__M_left_index_finger_zCut.png", "zcut"),
    ],
)
def test_names_of_socofing_in_any_case(name, alteration):
    found = read_socofing(PurePosixPath("Real") / name)
    assert found.labels == KNOWN | ({"alteration": alteration} if alteration else {})
    assert found.digit == "100 Left index"


@pytest.mark.parametrize(
    "name",
    [
        "100_M_Left_index_finger.BMP",
        "100__X_Left_index_finger.BMP",
        "100__M_Left_toe_finger.BMP",
        "100__M_Left_index_finger_CR_CR.BMP",
        "100__M_Left_index_finger_Burn.BMP",
        "\u0661__M_Left_index_finger.BMP",
        "1__M.BMP",
    ],
)
def test_other_names(name):
    assert read_socofing(PurePosixPath(name)) is None


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("Altered/Altered-Hard/a.bmp", "hard"),
        ("altered/altered_EASY/a.bmp", "easy"),
        ("Altered-Medium/a.bmp", "medium"),
        ("Altered-Hard/more/a.bmp", "hard"),
        ("Altered/a-hard.bmp", ""),
        ("a.bmp", ""),
    ],
)
def test_levels_are_read_from_the_nearest_folder(path, level):
    assert read_level(PurePosixPath(path)) == level


def test_names_of_the_fvc():
    assert read_fvc(PurePosixPath("DB1_B/101_8.tif")) == {"finger": "101", "impression": "8"}
    for name in ("101.tif", "101_1_1.tif", "a101_1.tif", "101-1.tif", "\u0663_1.tif"):
        assert read_fvc(PurePosixPath(name)) is None
