"""A restorer changes nothing outside the used mask, and tells a network that gives no images."""

import types

import numpy as np
import pytest

from restore.errors import ComponentError, RequestError
from restore.pipeline.restorer import Restorer, composite
from restore.plugins.values import Network

IMAGES = np.random.default_rng(0).random((3, 8, 6, 1), np.float32)
MASKS = np.random.default_rng(1).random((3, 8, 6)) < 0.4


def restorer(outputs, finish=None):
    model = types.SimpleNamespace(predict=lambda images, **_: outputs)
    return Restorer(Network(model, finish), "model a/b of c 1")


def test_outside_the_used_mask_the_input_stays_bit_for_bit():
    outputs = {"image": IMAGES * 3 - 1, "mask": MASKS[..., None].astype(np.float32), "confidence": IMAGES * 2}
    restored, used, confidence = restorer(outputs).restore_all(IMAGES)
    assert np.array_equal(used, MASKS)
    assert restored[~MASKS].tobytes() == IMAGES[~MASKS].tobytes()
    assert np.array_equal(restored[MASKS], np.clip(IMAGES * 3 - 1, 0, 1)[MASKS])
    assert (confidence[~MASKS] == 1).all()
    assert confidence.max() <= 1


def test_a_mask_that_is_given_is_used_and_without_any_everything_is():
    everything = restorer(1 - IMAGES).restore_all(IMAGES)
    assert everything[1].all()
    assert np.array_equal(everything[0], 1 - IMAGES)
    given = restorer({"image": 1 - IMAGES, "mask": np.ones((3, 8, 6), np.float32)}).restore_all(IMAGES, MASKS)
    assert np.array_equal(given[1], MASKS)
    assert np.array_equal(given[0], composite(IMAGES, 1 - IMAGES, MASKS))


def test_finish_gets_the_outputs_and_images_that_it_cannot_write_to():
    def finish(images, outputs):
        assert not images.flags.writeable
        return {"image": outputs["image"] / 2}

    assert np.array_equal(restorer(IMAGES, finish).restore_all(IMAGES)[0], IMAGES / 2)


@pytest.mark.parametrize(
    ("outputs", "told"),
    [
        ({}, "gave nothing and no image"),
        ({"mask": MASKS}, "gave mask and no image"),
        ({"image": IMAGES[:, 1:]}, "gave (3, 7, 6, 1) as its image, not (3, 8, 6, 1)"),
        ({"image": IMAGES, "mask": IMAGES[:, :1, :1]}, "gave (3, 1, 1, 1) as its mask, not (3, 8, 6, 1)"),
        ({"image": IMAGES, "angle": np.zeros(2)}, "gave (2,) as its angle, not (3,)"),
        ({"image": IMAGES.tolist()}, "gave list as its image, not an array of numbers"),
        ({"image": IMAGES.astype(object)}, "gave object as its image, not an array of numbers"),
        ({"image": IMAGES * np.float32("nan")}, "gave values that are not finite as its image"),
        ({"image": IMAGES.astype(float) * 1e300}, "gave values that are not finite as its image"),
    ],
)
def test_outputs_that_are_none_are_told_with_the_owner(outputs, told):
    with pytest.raises(ComponentError) as caught:
        restorer(outputs).restore_all(IMAGES)
    assert (caught.value.what, caught.value.where) == (f"a component {told}", "model a/b of c 1")


@pytest.mark.parametrize("image", [IMAGES[0, :0], IMAGES[0, ..., 0], IMAGES[0] * 2, IMAGES[0].astype(float), "a"])
def test_an_array_that_is_no_image_is_refused(image):
    with pytest.raises(RequestError, match="an image is a float32 array"):
        restorer(IMAGES[:1]).restore(image)


@pytest.mark.parametrize("mask", [MASKS[0, 1:], MASKS[0].astype(int), MASKS[:1]])
def test_an_array_that_is_no_mask_is_refused(mask):
    with pytest.raises(RequestError, match="a mask is a bool array"):
        restorer(IMAGES[:1]).restore(IMAGES[0], mask)


@pytest.mark.parametrize("size", [(8, 7), (9, 6), (374, 388)])
def test_an_image_of_another_size_than_the_network_s_is_no_fault_of_its_owner(size):
    made = restorer(IMAGES[:1])
    made.network.model.input_shape = (None, 8, None if size == (8, 7) else 6, 1)
    if size == (8, 7):
        made.network.model.predict = lambda images, **_: images
        assert made.restore(np.zeros((*size, 1), np.float32)).image.shape == (*size, 1)
        return
    with pytest.raises(RequestError, match=f"restores images of 8x6x1 and not of {size[0]}x{size[1]}x1"):
        made.restore(np.zeros((*size, 1), np.float32))
