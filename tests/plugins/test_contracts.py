"""What components return is judged: taken, or told in one sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.plugins.contracts import fault_in_damaged, fault_in_image, fault_in_sample, fault_in_source
from restore.plugins.values import Damaged, Sample

GREY = np.full((4, 6, 1), 0.5, np.float32)


@pytest.mark.parametrize(
    ("image", "wrong"),
    [
        (GREY, None),
        (None, "returned NoneType as the image, not an array"),
        (GREY.astype(np.float64), "returned float64 (4, 6, 1) as the image, not float32 (4, 6, 1)"),
        (GREY[..., 0], "returned float32 (4, 6) as the image, not float32 (4, 6, 1)"),
        (GREY * 3, "returned values from 1.5 to 1.5 as the image, not from 0 to 1"),
        (GREY - 1, "returned values from -0.5 to -0.5 as the image, not from 0 to 1"),
        (GREY * np.float32("nan"), "returned values from nan to nan as the image, not from 0 to 1"),
        (GREY * np.float32("inf"), "returned values from inf to inf as the image, not from 0 to 1"),
    ],
)
def test_an_image_is_judged(image, wrong):
    assert fault_in_image(image, (4, 6, 1), "the image") == wrong


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
        (GREY, "returned ndarray, not Damaged"),
        (Damaged(GREY, truth=[1]), "returned list as the truth, not a mapping"),
        (Damaged(GREY[:2]), "returned float32 (2, 6, 1) as the image, not float32 (4, 6, 1)"),
        (Damaged(GREY, np.zeros((4, 6))), "returned float64 (4, 6) as the mask, not bool (4, 6)"),
        (Damaged(GREY, np.zeros((4, 6, 1), bool)), "returned bool (4, 6, 1) as the mask, not bool (4, 6)"),
        (Damaged(GREY, [[True] * 6] * 4), "returned list as the mask, not bool (4, 6)"),
        (Damaged(GREY * 0, np.zeros((4, 6), bool)), "changed pixels outside its mask"),
        (Damaged(GREY, truth={"angle": 3, "corners": np.zeros((2, 2)), "of": [np.float32(1), {"a": None}]}), None),
        (Damaged(GREY, truth={1: 2}), "returned a truth 1 that is neither plain JSON nor an array of numbers"),
        (Damaged(GREY, truth={"a": {1}}), "returned a truth 'a' that is neither plain JSON nor an array of numbers"),
        (Damaged(GREY, level=None), "returned a name or level that is no text: '', None"),
        (Damaged(np.ma.masked_array(GREY)), "returned MaskedArray as the image, not an array"),
        (Damaged(GREY.astype(">f4")), "returned >f4 (4, 6, 1) as the image, not float32 (4, 6, 1)"),
    ],
)
def test_what_a_corruption_made_is_judged(damaged, wrong):
    assert fault_in_damaged(damaged, GREY) == wrong


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
        (GREY, "gave a ndarray, not a Sample"),
        (Sample(GREY[..., 0], "a", "g"), "gave no image (H, W, C) as sample a"),
        (Sample(np.zeros((0, 4, 1), np.float32), "a", "g"), "gave no image (H, W, C) as sample a"),
        (Sample(np.zeros((4, 4, 5), np.float32), "a", "g"), "gave no image (H, W, C) as sample a"),
        (Sample(GREY, 3, "g"), "gave an id or group that is no text: 3, 'g'"),
        (Sample(GREY, "a", None), "gave an id or group that is no text: 'a', None"),
        (Sample(GREY * 255, "a", "g"), "returned values from 127.5 to 127.5 as sample a, not from 0 to 1"),
        (Sample(GREY, "a\udcff", "g"), None),
        (Sample(GREY, "a\0", "g"), "gave an id or group that is no text: 'a\\x00', 'g'"),
        (Sample(GREY, "\ud800", "g"), "gave an id or group that is no text: '\\ud800', 'g'"),
        (Sample(GREY, "a", "g", labels=[]), "gave labels that are no dict of plain values with sample a"),
        (Sample(GREY, "a", "g", notes="dark"), "gave notes that are no list of texts with sample a"),
        (Sample(GREY, "a", "g", damaged=Damaged(GREY[:3])), None),
        (Sample(GREY, "a", "g", damaged=GREY), "gave a ndarray as the damaged partner of a, not Damaged"),
        (
            Sample(GREY, "a", "g", damaged=Damaged(GREY, np.zeros((4, 6)))),
            "returned float64 (4, 6) as the mask of a, not bool (4, 6)",
        ),
        (
            Sample(np.broadcast_to(np.float32(0), (10**5, 10**5, 1)), "a", "g"),
            "gave a picture of 100000x100000 pixels as sample a",
        ),
    ],
)
def test_a_sample_is_judged(sample, wrong):
    assert fault_in_sample(sample) == wrong


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
        (None, "returned NoneType, which has no len() and [i]"),
        (iter([]), "returned list_iterator, which has no len() and [i]"),
        (Keyed([1, 2]), "names 1 keys for 2 samples"),
        (BadKey([1, 2]), "has 'b' among its keys, not (id, group)"),
        (Noted(), "has str as its notes"),
        (Silent(), "returned what cannot be read: OSError: the disk is gone"),
        (Endless(), "claims to have 1000000000000 samples"),
        (Method(), "has method as its keys, not a sequence of (id, group)"),
        ({}, "has builtin_function_or_method as its keys, not a sequence of (id, group)"),
    ],
)
def test_a_source_is_judged(source, wrong):
    assert fault_in_source(source) == wrong
