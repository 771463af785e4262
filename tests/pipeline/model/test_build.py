"""Models are built from a seed, and those that break the contract are refused with their owner."""

from dataclasses import replace

import numpy as np
import pytest
from pipeline.model.nets import (
    OWNER,
    SHAPE,
    bound,
    conv,
    given_mask,
    joint,
    masking,
    pair,
    plain,
    training,
)

from restore.errors import ComponentError, RequestError
from restore.pipeline import model as stage
from restore.plugins.values import Network


def same(first, second):
    return all(np.array_equal(a, b) for name in first for a, b in zip(first[name], second[name], strict=True))


def build(function, seed=0, **declared):
    return stage.build(bound(function, **declared), SHAPE, seed)


def compiled(function):
    def made(shape):
        model = function(shape)
        model.compile("sgd", "mse")
        return model

    return made


@pytest.mark.parametrize("function", [plain, pair])
def test_the_seed_gives_the_weights(function):
    first, second, other = (stage.take(build(function, seed).variables) for seed in (3, 3, 4))
    assert same(first, second)
    assert not same(first, other)


@pytest.mark.parametrize(
    ("function", "declared", "networks", "trainees", "outputs"),
    [
        (plain, {}, ["model"], {"model": {}}, {}),
        (masking, {}, ["model"], {"model": {"image": SHAPE, "mask": SHAPE}}, {"image": SHAPE, "mask": SHAPE}),
        (given_mask, {"mask": "needed"}, ["model"], {"model": {}}, {}),
        (given_mask, {"mask": "optional"}, ["model"], {"model": {}}, {}),
        (
            pair,
            {},
            ["finder", "filler"],
            {"finder": {"mask": SHAPE}, "filler": {}},
            {"image": SHAPE, "mask": SHAPE},
        ),
        (
            joint,
            {},
            ["finder", "filler"],
            {"together": {"image": SHAPE, "mask": SHAPE}},
            {"image": SHAPE, "mask": SHAPE},
        ),
    ],
)
def test_networks_their_turns_and_outputs_are_known(function, declared, networks, trainees, outputs):
    built = build(function, **declared)
    assert list(built.variables) == networks
    assert {name: dict(one.outputs) for name, one in built.trainees.items()} == trainees
    assert dict(built.outputs) == outputs
    assert built.mask == declared.get("mask", "none")
    assert not built.compiles
    assert all(built.variables.values())


def test_a_model_that_compiles_itself_is_left_as_it_is():
    built = build(compiled(plain), compiles=True)
    assert built.compiles
    optimizer = built.trainees["model"].model.optimizer
    stage.compile_models(built, training(optimizer=None, lr=None, loss=None, schedule=None))
    assert built.trainees["model"].model.optimizer is optimizer


def test_losses_go_by_the_names_of_outputs_also_where_batches_are_a_network_s_own():
    def own(shape):
        return replace(pair(shape), losses={"mask": "huber"})

    def named(shape):
        network = pair(shape)
        return replace(network, model={**network.models, "filler": masking(shape)})

    for made, losses in (
        (pair, {"finder": {"mask": "binary_crossentropy"}, "filler": "mae"}),
        (own, {"finder": {"mask": "huber"}, "filler": "mae"}),
        (named, {"finder": {"mask": "binary_crossentropy"}, "filler": {"image": "mae", "mask": "binary_crossentropy"}}),
    ):
        built = build(made)
        stage.compile_models(built, training(loss="mae"))
        assert {name: one.model.loss for name, one in built.trainees.items()} == losses


def test_frozen_networks_are_not_trained_and_still_stored():
    built = stage.build(bound(pair), SHAPE, 0, ["finder"])
    assert (*built.trainees,) == ("filler",)
    assert (*built.variables,) == ("finder", "filler")


@pytest.mark.parametrize(
    ("function", "frozen", "words"),
    [
        (pair, ["finder", "filler"], "no network of the model is left to train"),
        (pair, ["other"], "no network other"),
        (joint, ["finder"], "no network finder"),
        (plain, ["model"], "no network model"),
    ],
)
def test_what_cannot_be_frozen_is_refused(function, frozen, words):
    with pytest.raises(RequestError, match=words) as refused:
        stage.build(bound(function), SHAPE, 0, frozen)
    assert (refused.value.code, refused.value.where) == ("unknown-network", "--freeze")


def changed(**changes):
    """Return a model of two networks with some fields of it changed."""
    return lambda shape: replace(pair(shape), **changes)


def unbuilt(shape):
    import keras

    class Lazy(keras.Model):
        def call(self, images):
            return images

    network = pair(shape)
    return replace(network, model={**network.models, "filler": Lazy()})


def stranger(shape):
    """Return networks trained together with a layer that belongs to neither."""
    import keras

    network = joint(shape)
    inputs = keras.Input(shape)
    outputs = network.together(inputs)
    return replace(network, together=keras.Model(inputs, {**outputs, "image": conv(outputs["image"])}))


def half_compiled(shape):
    network = pair(shape)
    network.models["finder"].compile("sgd", "mse")
    return network


def only_mask(shape):
    import keras

    inputs = keras.Input(shape)
    return keras.Model(inputs, {"mask": conv(inputs)})


FAULTS = {
    "no network": (lambda shape: 3, {}),
    "raises": (lambda shape: 1 / 0, {}),
    "another shape taken": (lambda shape: plain((8, 8, 3)), {}),
    "another shape returned": (lambda shape: masking(shape, image=lambda hidden: hidden[:, 1:]), {}),
    "no image": (only_mask, {}),
    "a mask of five channels": (lambda shape: masking(shape, mask=lambda hidden: conv(hidden, 5)), {}),
    "a mask that is not declared": (given_mask, {}),
    "a mask that has no input": (plain, {"mask": "optional"}),
    "no variables": (unbuilt, {}),
    "declared as compiled": (plain, {"compiles": True}),
    "compiled in part": (half_compiled, {}),
    "a name in capitals": (lambda shape: replace(pair(shape), model={"A": plain(shape)}, batches={}), {}),
    "not all Keras models": (lambda shape: Network({"a": plain(shape), "b": 3}, restore=lambda i, m: i), {}),
    "no networks": (changed(model={}), {}),
    "several without restore": (changed(restore=None), {}),
    "several with finish": (changed(finish=lambda images, outputs: outputs), {}),
    "a loss for nobody": (changed(losses={"angle": "mse"}), {}),
    "batches for nobody": (changed(batches={"other": lambda batch: None}), {}),
    "together and in turn": (lambda shape: changed(together=joint(shape).together)(shape), {}),
    "together with another": (stranger, {}),
    "a single one with restore": (lambda shape: Network(plain(shape), restore=lambda images, masks: {}), {}),
    "a single one with batches": (lambda shape: Network(plain(shape), batches={"model": lambda batch: None}), {}),
    "restore without an image": (changed(restore=lambda images, masks: {"mask": images}), {}),
    "restore that raises": (changed(restore=lambda images, masks: masks.shape), {}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_model_that_breaks_the_contract_is_named(fault):
    function, declared = FAULTS[fault]
    with pytest.raises(ComponentError) as refused:
        build(function, **declared)
    assert (refused.value.code, refused.value.where) == ("plugin-fault", OWNER)


@pytest.mark.parametrize(
    ("said", "optimizer", "rate", "loss"),
    [
        ({}, "sgd", 0.01, "mse"),
        ({"lr": 0.3}, "sgd", 0.3, "mse"),
        ({"loss": "mae"}, "sgd", 0.01, "mae"),
        ({"optimizer": "adam"}, "adam", 0.001, "mse"),
        ({"optimizer": "muon", "lr": 0.2, "loss": "mae"}, "muon", 0.2, "mae"),
    ],
)
def test_a_model_that_compiles_itself_keeps_what_the_plan_leaves_open(said, optimizer, rate, loss):
    built = build(compiled(plain), compiles=True)
    plan = training(**({"optimizer": None, "lr": None, "loss": None, "schedule": None} | said))
    stage.compile_models(built, plan)
    (trainee,) = built.trainees.values()
    assert optimizer in type(trainee.model.optimizer).__name__.lower()
    assert float(trainee.model.optimizer.learning_rate) == pytest.approx(rate)
    assert trainee.model.loss == loss


def weighted(shape):
    model = masking(shape)
    model.compile("sgd", {"image": "mse", "mask": "binary_crossentropy"}, loss_weights={"image": 1.0, "mask": 0.25})
    return model


@pytest.mark.parametrize("said", [{"lr": 0.3}, {"loss": "mae"}, {"optimizer": "adam"}])
def test_a_model_that_compiles_itself_keeps_the_weights_of_its_losses(said):
    built = build(weighted, compiles=True)
    stage.compile_models(built, training(**({"optimizer": None, "lr": None, "loss": None, "schedule": None} | said)))
    (trainee,) = built.trainees.values()
    assert trainee.model.get_compile_config()["loss_weights"] == {"image": 1.0, "mask": 0.25}


def test_a_rate_is_refused_where_the_model_s_own_follows_a_schedule():
    import keras

    def scheduled(shape):
        model = plain(shape)
        model.compile(keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 10)), "mse")
        return model

    built, own = build(scheduled, compiles=True), {"optimizer": None, "loss": None, "schedule": None}
    with pytest.raises(RequestError) as refused:
        stage.compile_models(built, training(**own, lr=0.3))
    assert (refused.value.code, refused.value.where) == ("compiles-itself", "--lr")
