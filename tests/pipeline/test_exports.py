"""Networks exported as ONNX make what Keras makes of every size, and what cannot be exported is named."""

import numpy as np
import pytest

from restore.errors import WorkError
from restore.pipeline import engine, exports, model
from restore.planning.options import make_request
from restore.planning.resolve import resolve
from restore.plugins.boundary import bind
from restore.plugins.catalogue import Catalogue

pytest.importorskip("tf2onnx")
pytestmark = pytest.mark.trains
CATALOGUE = Catalogue.installed()
TRAINED = [entry.full_name for entry in CATALOGUE.entries("model") if entry.component.trains]
SMALL = {
    "builtin/selective-unet": ":width=8,depth=2",
    "builtin/find-restore": ":variant=tiny,experts=true",
    "fingerprint/undo": ":variant=tiny",
}
SHAPES = [(96, 96), (61, 83), (7, 130)]
RNG = np.random.default_rng(5)


def built_of(name, channels, size=(96, 96)):
    """Return plan, component and networks of a model, with random weights that leave no output flat."""
    recipe = "fingerprint" if channels == 1 else "face"
    plan = resolve(make_request(recipe, model=name + SMALL.get(name, ""), size=size), CATALOGUE)
    bound = bind(CATALOGUE.find("model", plan.model.component), plan.model.options)
    built = model.build(bound, (*plan.size, plan.channels), 0)
    rng = np.random.default_rng(5)
    for variable in (one for ours in built.variables.values() for one in ours):
        if variable.dtype == "float32":
            drawn = rng.normal(0, 0.1, variable.shape)
            variable.assign(variable + (np.abs(drawn) if "variance" in variable.path else drawn))
    return plan, bound, built


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", TRAINED)
def test_every_builtin_model_restores_from_onnx_as_with_keras(name, channels):
    plan, bound, built = built_of(name, channels)
    stored = exports.export(plan, bound, built)
    assert stored.keys() == built.variables.keys()
    usual, exported = engine.make_restorer(plan, bound, built), engine.rebuild_exported(plan, CATALOGUE, stored)
    assert (exported.network.reach, exported.network.stride) == (built.network.reach, built.network.stride)
    for shape in SHAPES:
        image = RNG.random((*shape, channels), np.float32)
        image[2:5, 2:6] = 0
        given = np.zeros(shape, np.bool_)
        given[1:6, 1:7] = True
        for mask in (None, given):
            one, other = usual.restore(image, mask), exported.restore(image, mask)
            assert np.abs(one.image - other.image).max() <= 1e-4
            assert np.array_equal(one.mask, other.mask)
            eight, again = (
                made.restore(np.rint(image * 255).astype(np.uint8), mask).image for made in (usual, exported)
            )
            assert np.abs(eight.astype(int) - again).max() <= 1
    images = [RNG.random((*shape, channels), np.float32) for shape in (*SHAPES, *SHAPES, SHAPES[0])]
    for one in images:
        one[2:5, 2:6] = 0
    together = exported.restore_together(images, [None] * len(images))
    for one, alone in zip(together, map(exported.restore, images), strict=True):  # bit for bit
        assert np.array_equal(one.image, alone.image)
        assert np.array_equal(one.mask, alone.mask)
        assert (one.confidence is None) == (alone.confidence is None)
        assert alone.confidence is None or np.array_equal(one.confidence, alone.confidence)
    batch = RNG.random((3, 96, 96, channels), np.float32)
    made, found = (restorer.predict(batch) for restorer in (usual, exported))
    assert made.keys() == found.keys()
    for output, values in made.items():
        assert np.abs(values - found[output]).max() <= 1e-4 * max(1, np.abs(values).max()), output


@pytest.mark.parametrize(("wrong", "fails"), [(1, False), (exports.TRIES, True)])
def test_networks_that_differ_are_exported_again_and_never_kept(monkeypatch, wrong, fails):
    plan, bound, built = built_of("builtin/find-restore", 1)
    export, tries = model.to_onnx, []

    def swapped(network, owner):
        tries.append(network)
        made = export(network, owner)
        if len(tries) > wrong:
            return made
        finder = dict(network.models)["finder"]
        shift = finder.get_layer("calibration").variables[1]
        before = np.array(shift)
        shift.assign(before + 1)
        other = export(network, owner)
        shift.assign(before)
        return {**made, "finder": other["finder"]}

    monkeypatch.setattr(model, "to_onnx", swapped)
    if fails:
        with pytest.raises(WorkError, match="the exported network finder differs from Keras' in alarm"):
            exports.export(plan, bound, built)
    else:
        assert exports.export(plan, bound, built).keys() == built.variables.keys()
    assert len(tries) == min(wrong + 1, exports.TRIES)
