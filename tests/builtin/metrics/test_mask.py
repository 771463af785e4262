"""Mask rows by hand-made masks."""

import numpy as np
import pytest

from restore.api import Scored
from restore.builtin.metrics.mask import mask


def scored(masks, used):
    images = np.zeros((*masks.shape, 1), np.float32)
    names = [str(i) for i in range(len(masks))]
    return Scored(images, images, images, masks, names, names, [{}] * len(masks), used)


def test_overlap_and_clean_pixels_marked():
    true, used = np.zeros((2, 4, 4, 4), bool)
    true[0, :2], used[0, 1:3] = True, True  # 8 and 8 pixels, 4 in both, 12 in either
    true[1, 0, 0], used[1, 0, 0] = True, True
    true[2] = used[2] = True  # nothing clean
    # the fourth: nothing damaged, nothing marked
    rows = mask(scored(true, used))
    assert set(rows) == {"iou", "false"}
    assert rows["iou"][:3] == pytest.approx([4 / 12, 1, 1])
    assert np.isnan(rows["iou"][3])
    assert rows["false"][[0, 1, 3]] == pytest.approx([4 / 8, 0, 0])
    assert np.isnan(rows["false"][2])


def test_marking_an_undamaged_image_has_no_overlap():
    used = np.zeros((1, 4, 4), bool)
    used[0, 0, 0] = True
    rows = mask(scored(np.zeros((1, 4, 4), bool), used))
    assert rows["iou"] == [0]
    assert rows["false"] == [1 / 16]


def test_no_rows_where_nothing_was_restored():
    assert mask(scored(np.zeros((1, 4, 4), bool), None)) == {}
