"""A restorer changes nothing outside the used mask, gives masks to whom they belong, and names who returns no images."""

import types

import numpy as np
import pytest

from restore.errors import ComponentError, RequestError
from restore.pipeline.restorer import Restorer, composite
from restore.plugins.values import Network

IMAGES = np.random.default_rng(0).random((3, 8, 6, 1), np.float32)
MASKS = np.random.default_rng(1).random((3, 8, 6)) < 0.4
OWNER = "model a/b of c 1"


def restorer(outputs, finish=None, **changes):
    """Return the restorer of a network that returns `outputs`, or what they return where they are a function."""

    def predict(given, **_):
        return outputs(given) if callable(outputs) else outputs

    return Restorer(Network(types.SimpleNamespace(predict=predict), finish), OWNER, **changes)


def test_outside_the_used_mask_the_input_stays_bit_for_bit():
    outputs = {"image": IMAGES * 3 - 1, "mask": MASKS[..., None].astype(np.float32), "confidence": IMAGES * 2}
    made = restorer(outputs).restore_all(IMAGES)
    assert np.array_equal(made.used, MASKS)
    assert made.images[~MASKS].tobytes() == IMAGES[~MASKS].tobytes()
    assert np.array_equal(made.images[MASKS], np.clip(IMAGES * 3 - 1, 0, 1)[MASKS])
    assert (made.confidence[~MASKS] == 1).all()
    assert made.confidence.max() <= 1
    assert {name: array.tobytes() for name, array in made.outputs.items()} == {
        name: array.tobytes() for name, array in outputs.items()
    }


def test_a_mask_that_is_given_is_used_and_without_any_everything_is():
    everything = restorer(1 - IMAGES).restore_all(IMAGES)
    assert everything.used.all()
    assert np.array_equal(everything.images, 1 - IMAGES)
    given = restorer({"image": 1 - IMAGES, "mask": np.ones((3, 8, 6, 1), np.float32)}).restore_all(IMAGES, MASKS)
    assert np.array_equal(given.used, MASKS)
    assert np.array_equal(given.images, composite(IMAGES, 1 - IMAGES, MASKS))


def test_a_set_is_restored_in_parts_with_every_output():
    def outputs(given):
        return {"image": 1 - given, "angle": np.repeat(given[:, :1, :1, 0], 2, axis=1)}

    done = []
    made = restorer(outputs, batch=2).restore_all(IMAGES, on_images=done.append)
    assert done == [2, 1]
    assert np.array_equal(made.images, 1 - IMAGES)
    assert made.outputs["angle"].shape == (3, 2, 1)
    assert np.array_equal(made.outputs["angle"][:, 1, 0], IMAGES[:, 0, 0, 0])
    assert made.confidence is None


def test_finish_gets_the_outputs_and_images_that_it_cannot_write_to():
    def finish(images, outputs):
        assert not images.flags.writeable
        return {"image": outputs["image"] / 2}

    assert np.array_equal(restorer(IMAGES, finish).restore_all(IMAGES).images, IMAGES / 2)


def given_to_network(mask, masks):
    """Return what a network is given of images and masks."""
    seen = []

    def predict(given):
        seen.append(given)
        return IMAGES

    restorer(predict, mask=mask).restore_all(IMAGES, masks)
    return seen[0]


def test_a_network_gets_the_mask_that_it_takes():
    assert isinstance(given_to_network("none", MASKS), np.ndarray)
    for mask in ("needed", "optional"):
        given = given_to_network(mask, MASKS)
        assert np.array_equal(given["image"], IMAGES)
        assert (given["mask"].dtype, given["mask"].shape) == (np.float32, (3, 8, 6, 1))
        assert np.array_equal(given["mask"][..., 0], MASKS)
    withheld = given_to_network("optional", None)
    assert (withheld["mask"] == -1).all()
    assert withheld["mask"].shape == (3, 8, 6, 1)


@pytest.mark.parametrize("mask", [None, MASKS[0]])
def test_a_mask_that_is_needed_has_to_be_given(mask):
    made = restorer(IMAGES[:1], mask="needed")
    if mask is not None:
        assert np.array_equal(made.restore(IMAGES[0], mask).mask, mask)
        return
    with pytest.raises(RequestError) as refused:
        made.restore(IMAGES[0])
    assert (refused.value.code, refused.value.where) == ("mask-needed", OWNER)


@pytest.mark.parametrize(("mask", "gets"), [("none", False), ("optional", True), ("needed", True)])
def test_several_networks_restore_by_their_own_function(mask, gets):
    seen = []

    def restore(images, masks):
        assert not images.flags.writeable
        seen.append(masks)
        return {"image": 1 - images}

    made = Restorer(Network({"a": None, "b": None}, restore=restore), OWNER, mask=mask)
    assert np.array_equal(made.restore_all(IMAGES, MASKS).images, composite(IMAGES, 1 - IMAGES, MASKS))
    assert (seen[0] is not None) == gets
    if gets:
        assert np.array_equal(seen[0], MASKS)
        assert not seen[0].flags.writeable
    if mask != "needed":
        made.restore_all(IMAGES)
        assert seen[-1] is None


@pytest.mark.parametrize(
    "outputs",
    [
        {},
        {"mask": MASKS},
        {"image": IMAGES[:, 1:]},
        {"image": IMAGES, "mask": IMAGES[:, :1, :1]},
        {"image": IMAGES, "mask": MASKS},
        {"image": IMAGES, "angle": np.zeros(2)},
        {"image": IMAGES, 3: IMAGES},
        {"image": IMAGES.tolist()},
        {"image": IMAGES.astype(object)},
        {"image": IMAGES * np.float32("nan")},
        {"image": IMAGES.astype(float) * 1e300},
        {"image": IMAGES, "angle": np.full(3, np.inf)},
    ],
)
def test_outputs_that_are_none_are_a_fault_of_the_owner(outputs):
    with pytest.raises(ComponentError) as caught:
        restorer(outputs).restore_all(IMAGES)
    assert (caught.value.code, caught.value.where) == ("plugin-fault", OWNER)


@pytest.mark.parametrize(
    "image", [IMAGES[0, :0], IMAGES, IMAGES[0] * 2, IMAGES[0].astype(int), IMAGES[0] * np.nan, "a"]
)
def test_an_array_that_is_no_image_is_refused(image):
    with pytest.raises(RequestError) as refused:
        restorer(IMAGES[:1]).restore(image)
    assert refused.value.code == "bad-array"


@pytest.mark.parametrize("mask", [MASKS[0, 1:], MASKS[0].astype(int), MASKS[:1]])
def test_an_array_that_is_no_mask_is_refused(mask):
    with pytest.raises(RequestError) as refused:
        restorer(IMAGES[:1]).restore(IMAGES[0], mask)
    assert refused.value.code == "bad-array"


@pytest.mark.parametrize("mask", ["none", "optional"])
@pytest.mark.parametrize(
    ("taken", "size", "fits"),
    [((8, None), (8, 7), True), ((8, 6), (9, 6), False), ((8, 6), (374, 388), False), ((None, None), (5, 3), True)],
)
def test_an_image_of_another_size_than_the_network_s_is_no_fault_of_its_owner(mask, taken, size, fits):
    made = restorer(lambda given: given["image"] if mask == "optional" else given, mask=mask)
    shape = (None, *taken, 1)
    made.network.model.input_shape = shape if mask == "none" else {"image": shape, "mask": shape}
    image = np.zeros((*size, 1), np.float32)
    if fits:
        assert made.restore(image).image.shape == image.shape
        return
    with pytest.raises(RequestError) as refused:
        made.restore(image)
    assert refused.value.code == "other-size"
