"""What components return is judged: taken, or refused with what was wrong with it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.plugins.contracts import fault_in_damaged, fault_in_image, fault_in_sample, fault_in_source
from restore.plugins.values import Damaged, Sample

GREY = np.full((4, 6, 1), 0.5, np.float32)


def names(fault, wrong):
    """Return whether there is a fault that names what is wrong, or none where nothing is."""
    return fault is None if wrong is None else wrong in (fault or "")


@pytest.mark.parametrize(
    ("image", "wrong"),
    [
        (GREY, None),
        (None, "NoneType"),
        (GREY.astype(np.float64), "float64"),
        (GREY[..., 0], "float32 (4, 6) "),
        (GREY * 3, "1.5"),
        (GREY - 1, "-0.5"),
        (GREY * np.float32("nan"), "nan"),
        (GREY * np.float32("inf"), "inf"),
    ],
)
def test_an_image_is_judged(image, wrong):
    assert names(fault_in_image(image, (4, 6, 1), "the image"), wrong)


def test_one_bad_pixel_is_enough():
    for bad in (np.nan, np.inf, -1e-7, 1.0000002):
        image = GREY.copy()
        image[2, 3, 0] = bad
        assert fault_in_image(image, GREY.shape, "it") is not None


@pytest.mark.parametrize(
    ("damaged", "wrong"),
    [
        (Damaged(GREY), None),
        (Damaged(GREY, np.zeros((4, 6), bool)), None),
        (GREY, "ndarray"),
        (Damaged(GREY, truth=[1]), "list as the truth"),
        (Damaged(GREY[:2]), "(2, 6, 1)"),
        (Damaged(GREY, np.zeros((4, 6))), "float64"),
        (Damaged(GREY, np.zeros((4, 6, 1), bool)), "bool (4, 6, 1)"),
        (Damaged(GREY, [[True] * 6] * 4), "list as the mask"),
        (Damaged(GREY * 0, np.zeros((4, 6), bool)), "outside its mask"),
        (Damaged(GREY, truth={"angle": 3, "corners": np.zeros((2, 2)), "of": [np.float32(1), {"a": None}]}), None),
        (Damaged(GREY, truth={1: 2}), "truth 1"),
        (Damaged(GREY, truth={"a": {1}}), "truth 'a'"),
        (Damaged(GREY, level=None), "None"),
        (Damaged(np.ma.masked_array(GREY)), "MaskedArray"),
        (Damaged(GREY.astype(">f4")), ">f4"),
    ],
)
def test_what_a_corruption_made_is_judged(damaged, wrong):
    assert names(fault_in_damaged(damaged, GREY), wrong)


@given(st.integers(0, 3), st.integers(0, 5), st.integers(0, 3), st.integers(0, 5))
def test_a_mask_must_cover_every_changed_pixel(row, column, mask_row, mask_column):
    image, mask = GREY.copy(), np.zeros((4, 6), bool)
    image[row, column] = 1
    mask[mask_row, mask_column] = True
    covered = (row, column) == (mask_row, mask_column)
    assert (fault_in_damaged(Damaged(image, mask), GREY) is None) == covered


@pytest.mark.parametrize(
    ("sample", "wrong"),
    [
        (Sample(GREY, "a", "g"), None),
        (Sample(np.zeros((4, 4, 4), np.float32), "a", "g"), None),
        (GREY, "ndarray"),
        (Sample(GREY[..., 0], "a", "g"), "(4, 6)"),
        (Sample(np.zeros((0, 4, 1), np.float32), "a", "g"), "(0, 4, 1)"),
        (Sample(np.zeros((4, 4, 5), np.float32), "a", "g"), "(4, 4, 5)"),
        (Sample(GREY, 3, "g"), "3, 'g'"),
        (Sample(GREY, "a", None), "'a', None"),
        (Sample(GREY * 255, "a", "g"), "127.5"),
        (Sample(GREY, "a\udcff", "g"), None),
        (Sample(GREY, "a\0", "g"), r"'a\x00'"),
        (Sample(GREY, "\ud800", "g"), r"'\ud800'"),
        (Sample(GREY, "a", "g", labels=[]), "labels"),
        (Sample(GREY, "a", "g", notes="dark"), "notes"),
        (Sample(GREY, "a", "g", damaged=Damaged(GREY[:3])), None),
        (Sample(GREY, "a", "g", damaged=GREY), "ndarray as the damaged partner of a"),
        (
            Sample(GREY, "a", "g", damaged=Damaged(GREY, np.zeros((4, 6)))),
            "mask of a",
        ),
        (
            Sample(np.broadcast_to(np.float32(0), (10**5, 10**5, 1)), "a", "g"),
            "100000x100000",
        ),
    ],
)
def test_a_sample_is_judged(sample, wrong):
    assert names(fault_in_sample(sample), wrong)


class Keyed(list):
    keys = (("a", "g"),)


class BadKey(list):
    keys = (("a", "g"), "b")


class Noted(list):
    notes = "dark"


class Silent(list):
    def __len__(self):
        raise OSError("the disk\nis gone")


class Endless(list):
    def __len__(self):
        return 10**12


class Method(list):
    def keys(self):
        return []


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ([1, 2], None),
        (Keyed([1]), None),
        (None, "NoneType"),
        (iter([]), "list_iterator"),
        (Keyed([1, 2]), "1 keys for 2"),
        (BadKey([1, 2]), "'b'"),
        (Noted(), "str as its notes"),
        (Silent(), "OSError: the disk is gone"),
        (Endless(), "1000000000000"),
        (Method(), "method as its keys"),
        ({}, "builtin_function_or_method as its keys"),
    ],
)
def test_a_source_is_judged(source, wrong):
    assert names(fault_in_source(source), wrong)
