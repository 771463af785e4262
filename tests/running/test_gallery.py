"""A gallery keeps the worst, median and best images, and what is small enough to be read of the others."""

import json

import numpy as np
import pytest
from running.cases import case

from restore.running.gallery import LARGEST, describe, gallery_of


def test_worst_median_and_best_come_first():
    one = case()
    kept = gallery_of(one, "box", 5)
    values = one.scores.values["psnr", "hole", "restored"]
    order = np.argsort(values, kind="stable")
    assert [(image.rank, image.id) for image in kept[:3]] == [
        ("worst", f"{order[0]}.png"),
        ("median", f"{order[3]}.png"),
        ("best", f"{order[-1]}.png"),
    ]
    assert [image.rank for image in kept[3:]] == ["first", "first"]
    assert len({image.id for image in kept}) == 5


@pytest.mark.parametrize(("count", "kept"), [(0, 0), (2, 2), (100, 6)])
def test_no_more_than_asked_for_and_than_there_are(count, kept):
    assert len(gallery_of(case(), "box", count)) == kept


def test_layers_are_those_of_the_image_in_8_bits():
    one = case()
    test, restored = one.test, one.rows[-1]
    for image in gallery_of(one, "box@hard", 6):
        i = test.ids.index(image.id)
        assert image.corruption == "box@hard"
        assert np.array_equal(image.clean, np.round(test.clean[i] * 255))
        assert np.array_equal(image.damaged, np.round(test.damaged[i] * 255))
        assert np.array_equal(image.restored, np.round(restored.images[i] * 255))
        assert np.array_equal(image.mask, test.masks[i] * 255)
        assert np.array_equal(image.true_mask, test.masks[i] * 255)
        assert set(np.unique(image.confidence)) <= {0, 128}
        assert {layer.dtype for layer in (image.clean, image.mask, image.confidence)} == {np.dtype(np.uint8)}


def test_details_are_those_of_the_image():
    corners = np.arange(6 * 8, dtype=np.float32).reshape(6, 4, 2)
    truths = [{"angle": float(i), "corners": corners[i]} for i in range(6)]
    for image in gallery_of(case(truths=truths, outputs={"corners": corners + 1}), "box", 6):
        i = int(image.id.removesuffix(".png"))
        assert image.details == {
            "corners": (corners[i] + 1).tolist(),
            "truth": {"angle": i, "corners": corners[i].tolist()},
        }


def test_what_json_cannot_hold_is_null_or_left_out():
    values = {
        "angle": np.float32(0.5),
        "count": np.int64(3),
        "lost": float("nan"),
        "corners": np.array([[1, np.inf]]),
        "nested": {"deep": [1, object(), (2, np.array([True]))], "large": np.zeros(LARGEST + 1)},
        "edge": np.zeros(LARGEST),
        "large": np.zeros((64, 65)),
        "texts": np.array(["a"], dtype=object),
        "thing": object(),
        "none": None,
    }
    told = describe(values)
    assert len(told.pop("edge")) == LARGEST
    assert json.loads(json.dumps(told, allow_nan=False)) == {
        "angle": 0.5,
        "count": 3,
        "lost": None,
        "corners": [[1, None]],
        "nested": {"deep": [1, [2, [True]]]},
        "none": None,
    }
