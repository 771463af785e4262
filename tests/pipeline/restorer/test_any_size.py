"""Images of any size and depth come back as they came, but for the used mask, whatever the model takes."""

import keras
import numpy as np
import pytest

from restore.pipeline import engine, model
from restore.pipeline.restorer import Form, Restorer
from restore.pipeline.restorer import sizes as module
from restore.pipeline.restorer.sizes import in_tiles
from restore.planning.options import make_request
from restore.planning.resolve import resolve
from restore.plugins.boundary import bind
from restore.plugins.catalogue import Catalogue

pytestmark = pytest.mark.trains
RNG = np.random.default_rng(9)
SHAPES = [(96, 96), (97, 151), (5, 3)]
ARRAYS = [("uint8", None), ("uint8", 3), ("uint16", 3), ("float32", 1), ("float64", 3)]


def restorer_of(name, fit="pad", size=(96, 96), channels=1, **options):
    """Return the restorer of a builtin model with random weights."""
    catalogue = Catalogue.installed()
    recipe = "fingerprint" if channels == 1 else "face"
    spec = ",".join(f"{key}={value}" for key, value in options.items())
    request = make_request(recipe, model=f"{name}:{spec}" if spec else name, fit=fit, size=size)
    plan = resolve(request, catalogue)
    bound = bind(catalogue.find("model", plan.model.component), plan.model.options)
    built = model.build(bound, (*plan.size, plan.channels), 0)
    for variable in built.variables.get("model", ()):  # so that outputs are not flat, normalisation included
        drawn = RNG.normal(0.02, 0.2, variable.shape)
        variable.assign(drawn**2 if "variance" in variable.path else drawn)
    return engine.make_restorer(plan, bound, built)


def test_tiles_of_every_model_that_declares_its_reach_equal_the_whole(monkeypatch):
    declared = []
    image = RNG.random((1, 500, 420, 1), np.float32)
    for entry in Catalogue.installed().entries("model"):
        restorer = restorer_of(entry.full_name) if entry.component.trains else None
        if restorer is None or restorer.network.reach is None:
            continue
        declared.append(entry.full_name)
        whole = restorer.predict(image)
        with monkeypatch.context() as patched:
            patched.setattr(module, "TILE", 352)
            patched.setattr(module, "AREA", 352 * 352)
            network = restorer.network
            tiled = in_tiles(restorer.predict, image, None, reach=network.reach, stride=network.stride)
        for plane, values in tiled.items():
            assert np.abs(values - whole[plane]).max() <= 1 / 255, (entry.full_name, plane)
    assert "builtin/selective-unet" in declared


@pytest.fixture(scope="module", params=["selective-unet", "cae resize", "cae crop", "cae pad", "cae window"])
def restorer(request):
    name, _, fit = request.param.partition(" ")
    return restorer_of(name, fit or "pad")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("dtype", "channels"), ARRAYS)
def test_size_type_and_what_is_outside_the_used_mask_stay(restorer, shape, dtype, channels):
    image = RNG.random(shape if channels is None else (*shape, channels))
    if dtype.startswith("uint"):
        image = image * np.iinfo(dtype).max
    image = image.astype(dtype)
    before = image.copy()
    mask = np.zeros(shape, bool)
    mask[shape[0] // 4 : shape[0] // 2, shape[1] // 3 : shape[1] // 2 + 1] = True
    for given in (None, mask):
        made = restorer.restore(image, given)
        assert (made.image.shape, made.image.dtype) == (image.shape, image.dtype)
        assert made.mask.shape == shape
        assert np.array_equal(made.image[~made.mask], image[~made.mask])
        assert np.array_equal(image, before)
        if given is not None:
            assert not (made.mask & ~mask).any()
            assert made.mask.any() or restorer.form.fit in ("pad", "crop")
        if made.confidence is not None:
            assert made.confidence.shape == shape
            assert (made.confidence[~made.mask] == 1).all()


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(388, 374), (2000, 3000)])
def test_large_images_too(restorer, shape):
    test_size_type_and_what_is_outside_the_used_mask_stay(restorer, shape, "uint8", 3)


def test_what_the_fit_crops_away_is_left_with_a_note():
    restorer = restorer_of("cae", "pad", (32, 32))
    image = RNG.integers(0, 256, (64, 128), np.uint8)
    made = restorer.restore(image)
    assert made.mask.sum() == 32 * 32
    assert made.mask[16:48, 48:80].all()
    assert made.notes == ("88% of the image, cropped away by the run's fit, is not restored",)
    assert restorer_of("selective-unet", "pad", (32, 32)).restore(image).notes == ()


def test_colour_is_restored_channel_by_channel_where_a_run_has_one():
    keras.utils.set_random_seed(0)
    restorer = restorer_of("selective-unet")
    image = RNG.integers(0, 256, (40, 50, 3), np.uint8)
    mask = np.zeros((40, 50), bool)
    mask[10:20, 10:30] = True
    made = restorer.restore(image, mask)
    for channel in range(3):
        alone = restorer.restore(image[..., channel], mask)
        assert np.abs(made.image[..., channel].astype(int) - alone.image).max() <= 1
    assert made.notes == ("restored channel by channel, as the run has one channel",)
    grey = np.repeat(image[..., :1], 3, axis=2)
    assert restorer.restore(grey, mask).notes == ()


def test_borders_that_a_run_trimmed_are_the_inputs():
    restorer = restorer_of("selective-unet")
    form = Form(restorer.form.size, 1, "pad", {(60, 70): (2, 3, 4, 5)})
    trimmed = Restorer(restorer.network, restorer.owner, any_size=restorer.any_size, form=form)
    image = RNG.integers(0, 256, (60, 70), np.uint8)
    made = trimmed.restore(image, np.ones((60, 70), bool))
    inside = np.zeros((60, 70), bool)
    inside[2:57, 4:65] = True
    assert np.array_equal(made.mask, inside)
    assert made.notes == ("borders trimmed by the run are not restored",)
    assert trimmed.restore(image[1:], np.ones((59, 70), bool)).mask.all()
