"""The checks of a model: each wrong one fails the check that is for it."""

import numpy as np
import pytest

from restore.errors import RequestError
from restore.plugins.components import Model
from restore.plugins.values import Network


def smooth(images, masks):
    """Return every image pulled towards its mean: a restoration without a fault."""
    return (0.9 * images + 0.1 * images.mean(axis=(1, 2, 3), keepdims=True)).astype(np.float32)


def fill(images, masks, *, value: float = 0.5):
    return np.where(masks[..., None], np.float32(value), images)


def wrong_dtype(images, masks):
    return smooth(images, masks).astype(np.float64)


def wrong_shape(images, masks):
    return smooth(images, masks)[..., 0]


def too_bright(images, masks):
    return smooth(images, masks) + np.float32(1)


def not_a_number(images, masks):
    return np.full_like(images, np.nan)


def mutating(images, masks):
    images[:, 0] = 0
    return smooth(images, masks)


def mutating_masks(images, masks):
    masks[:, 0] = True
    return smooth(images, masks)


def global_random(images, masks):
    return smooth(images, masks) * np.float32(np.random.rand())  # noqa: NPY002


def drawn(images, masks):
    return smooth(images, masks) * np.float32(np.random.default_rng().random())


def over_the_batch(images, masks):
    return (0.9 * images + 0.1 * images.mean()).astype(np.float32)


def no_colour(images, masks):
    if images.shape[-1] > 1:
        raise RequestError("takes grey pictures only")
    return smooth(images, masks)


SIZES, ALONE, AGAIN = "restores pictures of every size", "leaves its input alone", "restores the same again"
CLASSICAL = {
    smooth: [],
    wrong_dtype: [SIZES],
    wrong_shape: [SIZES],
    not_a_number: [SIZES],
    too_bright: [SIZES],
    no_colour: [SIZES],
    mutating: [ALONE],
    global_random: [AGAIN],
    drawn: [AGAIN],
    over_the_batch: [AGAIN],
}


def component(function, **more):
    return Model(function.__name__, f"{__name__}:{function.__name__}", "", **more)


def failed(problems):
    return [check for check, _ in problems]


@pytest.mark.parametrize("function", CLASSICAL, ids=lambda one: one.__name__)
def test_a_wrong_classical_model_fails_its_check(judged, function):
    assert failed(judged(component(function, trains=False))[0]) == CLASSICAL[function]


def test_a_classical_model_gets_masks_where_it_needs_them(judged):
    assert judged(component(fill, trains=False, needs_mask=True))[0] == []
    assert failed(judged(component(fill, trains=False))[0]) == [SIZES]
    assert failed(judged(component(mutating_masks, trains=False, needs_mask=True))[0]) == [ALONE]


def net(shape, outputs=("image", "mask"), *, activation="sigmoid", initializer="glorot_uniform"):
    """Return a network of one convolution for each output."""
    import keras

    images = keras.Input(shape)
    made = {
        name: keras.layers.Conv2D(
            shape[-1] if name == "image" else 1,
            3,
            padding="same",
            activation=activation,
            kernel_initializer=initializer,
        )(images)
        for name in outputs
    }
    return keras.Model(images, made if outputs != ("image",) else made["image"])


def right(shape):
    return net(shape)


def unnamed(shape):
    return net(shape, ("image",))


def sized(shape, *, size: tuple[int, int], channels: int, seed: int = 0):
    assert (*size, channels) == shape
    return net(shape)


def grey_only(shape):
    if shape[-1] != 1:
        raise RequestError("takes grey pictures only")
    return net(shape)


def none_at_all(shape):
    raise RequestError("takes no pictures")


def no_network(shape):
    return "a network"


def halving(shape):
    import keras

    images = keras.Input(shape)
    half = keras.layers.MaxPool2D()(images)
    return keras.Model(images, keras.layers.UpSampling2D()(keras.layers.Conv2D(shape[-1], 1)(half)))


def no_probability(shape):
    return net(shape, activation=lambda values: values + 2)


def mask_of_three_channels(shape):
    import keras

    images = keras.Input((*shape[:2], shape[2]))
    image = keras.layers.Conv2D(shape[2], 1)(images)
    mask = keras.layers.Conv2D(5, 1, activation="sigmoid")(images)
    return keras.Model(images, {"image": image, "mask": mask})


def own_weights(shape):
    model = net(shape)
    rng = np.random.default_rng()
    for variable in model.variables:
        variable.assign(rng.random(variable.shape, np.float32))
    return model


def constant_weights(shape):
    return net(shape, initializer="ones")


def frozen(shape):
    model = net(shape)
    model.layers[-1].trainable = model.layers[-2].trainable = False
    return model


def finishing_in_place(shape):
    def finish(images, outputs):
        images[:] = 0
        return outputs

    return Network(net(shape), finish)


def finishing_with_nan(shape):
    return Network(net(shape), lambda images, outputs: {**outputs, "image": images * np.nan})


def finishing_smaller(shape):
    return Network(net(shape), lambda images, outputs: {**outputs, "image": outputs["image"][:, 1:]})


def finishing_never(shape):
    def finish(images, outputs):
        raise ValueError("no ridges")

    return Network(net(shape), finish)


def finishing_by_memory(shape):
    """Keep what is no variable: it is lost when the model is built anew."""
    memory = float(np.random.default_rng().random())
    return Network(net(shape), lambda images, outputs: {**outputs, "image": outputs["image"] * np.float32(memory)})


def compiled(shape):
    model = net(shape)
    model.compile("sgd", {"image": "mse", "mask": "mse"})
    return model


def masked(shape, *, reads):
    import keras

    inputs = {"image": keras.Input(shape, name="image"), "mask": keras.Input((*shape[:2], 1), name="mask")}
    read = keras.layers.Concatenate()(list(inputs.values())) if reads else inputs["image"]
    return keras.Model(inputs, keras.layers.Conv2D(shape[-1], 3, padding="same")(read))


def given_mask(shape):
    return masked(shape, reads=True)


def never_reading(shape):
    return masked(shape, reads=False)


def heading(shape):
    return headed(shape, None)


def headed(shape, loss):
    """Return a network that also learns an angle, which no check draws."""
    import keras

    model = net(shape)
    angle = keras.layers.Dense(2)(keras.layers.GlobalAveragePooling2D()(model.input))
    model = keras.Model(model.input, {**model.output, "angle": angle})
    return Network(model, losses={"angle": loss} if loss else {})


def leaving_out(shape):
    from keras import ops

    return headed(shape, lambda y, found: ops.mean(ops.square(ops.where(ops.isnan(y), 0.0, y - found)), axis=-1))


def taking_in(shape):
    return headed(shape, "mse")


def compiled_taking_in(shape):
    model = heading(shape).model
    model.compile("sgd", {"image": "mse", "mask": "mse", "angle": "mse"})
    return model


def two(shape):
    return finding_and_filling(shape)


def finding_and_filling(shape, *, finder=None, batches=None, restore=None):
    """Return a finder, and a filler that gets what the finder found."""
    import keras

    finder = finder or net(shape, ("mask",) * 2)
    window = keras.Input((None, None, shape[-1] + 1))
    filler = keras.Model(window, keras.layers.Conv2D(shape[-1], 3, padding="same", activation="sigmoid")(window))

    def windows(batch):
        x = np.concatenate([batch.damaged, batch.masks[..., None]], axis=-1)
        return x[:, :16, :16], batch.clean[:, :16, :16]

    def fill_found(images, masks):
        found = finder.predict(images, verbose=0)["mask"]
        return {"image": filler.predict(np.concatenate([images, found], axis=-1), verbose=0), "mask": found}

    networks = {"finder": finder, "filler": filler}
    return Network(networks, restore=restore or fill_found, batches={"filler": batches or windows})


def one_frozen(shape):
    finder = net(shape, ("mask",) * 2)
    finder.trainable = False
    return finding_and_filling(shape, finder=finder)


def no_batch(shape):
    return finding_and_filling(shape, batches=lambda batch: batch.damaged)


def changing_batch(shape):
    def changing(batch):
        batch.damaged[:] = 0
        return batch.damaged, batch.clean

    return finding_and_filling(shape, batches=changing)


def losing_the_image(shape):
    return finding_and_filling(shape, restore=lambda images, masks: {"mask": images[..., :1]})


BUILDS, ODD, COMPILES, OUTPUTS, READS, SEED, STEP, BACK = (
    "builds for grey and colour",
    "takes an odd size or says why not",
    "compiles as it declares",
    "returns outputs of their kind",
    "reads its mask",
    "draws its weights from the seed",
    "trains for a step",
    "restores the same with weights put back",
)
TRAINED = {
    right: [],
    unnamed: [],
    sized: [],
    grey_only: [],
    none_at_all: [BUILDS],
    no_network: [BUILDS],
    halving: [ODD],
    no_probability: [OUTPUTS],
    mask_of_three_channels: [BUILDS],
    own_weights: [SEED],
    constant_weights: [],
    frozen: [STEP],
    finishing_in_place: [OUTPUTS],
    finishing_with_nan: [OUTPUTS],
    finishing_smaller: [OUTPUTS],
    finishing_never: [OUTPUTS],
    finishing_by_memory: [BACK],
    heading: [],
    leaving_out: [],
    taking_in: [STEP],
    two: [],
    one_frozen: [STEP],
    no_batch: [STEP],
    changing_batch: [STEP],
    losing_the_image: [BUILDS],
}
DECLARED = [
    (compiled, {"compiles": True}, []),
    (compiled, {}, [COMPILES]),
    (right, {"compiles": True}, [BUILDS]),
    (compiled_taking_in, {"compiles": True}, [STEP]),
    (given_mask, {"mask": "needed"}, []),
    (given_mask, {"mask": "optional"}, []),
    (given_mask, {"needs_mask": True}, []),
    (given_mask, {}, [BUILDS]),
    (right, {"mask": "needed"}, [BUILDS]),
    (never_reading, {"mask": "needed"}, [READS]),
    (never_reading, {"mask": "optional"}, [READS]),
]
NOTED = {grey_only, constant_weights, heading, two, one_frozen, no_batch, changing_batch}
NOTED |= {finishing_in_place, finishing_with_nan, finishing_smaller, finishing_never, finishing_by_memory}
"""What is no fault, and worth a note."""


@pytest.fixture
def untraced():
    """Let TensorFlow run operations one by one: for one step of a tiny net, tracing takes longer than the step."""
    tensorflow = pytest.importorskip("tensorflow")
    tensorflow.config.run_functions_eagerly(True)
    yield
    tensorflow.config.run_functions_eagerly(False)


@pytest.mark.trains
@pytest.mark.usefixtures("untraced")
@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
@pytest.mark.filterwarnings("ignore:Gradients do not exist for variables")
@pytest.mark.filterwarnings("ignore:Even though the `tf.config.experimental_run_functions_eagerly`")
@pytest.mark.parametrize(
    ("function", "declared", "expected"),
    [*((function, {}, expected) for function, expected in TRAINED.items()), *DECLARED],
)
def test_a_wrong_model_that_trains_fails_its_check(judged, function, declared, expected):
    problems, notes = judged(component(function, **declared))
    # What is wrong once may be in the way of later checks too.
    assert failed(problems)[: len(expected) or None] == expected
    assert bool(notes) == (function in NOTED)
