"""The checks of a model fail for each wrong one, with a sentence that says why."""

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
    wrong_dtype: [(SIZES, "returned float64 (4, 64, 64, 1) as restored images, not float32 (4, 64, 64, 1)")],
    wrong_shape: [(SIZES, "returned float32 (4, 64, 64) as restored images, not float32 (4, 64, 64, 1)")],
    not_a_number: [(SIZES, "returned values from nan to nan as restored images, not from 0 to 1")],
    no_colour: [(SIZES, "refuses: takes grey pictures only")],
    mutating: [(ALONE, "changes the images that it is given")],
    global_random: [
        (AGAIN, "uses a global random state"),
    ],
    drawn: [(AGAIN, "restores the same images differently")],
    over_the_batch: [(AGAIN, "restores an image differently when others stand beside it")],
}


def component(function, **more):
    return Model(function.__name__, f"{__name__}:{function.__name__}", "", **more)


@pytest.mark.parametrize("function", CLASSICAL, ids=lambda one: one.__name__)
def test_a_wrong_classical_model_fails_with_its_sentence(judged, function):
    assert judged(component(function, trains=False))[0] == CLASSICAL[function]


def test_a_classical_model_gets_masks_where_it_needs_them(judged):
    assert judged(component(fill, trains=False, needs_mask=True))[0] == []
    assert judged(component(fill, trains=False))[0][0][0] == SIZES
    assert judged(component(mutating_masks, trains=False, needs_mask=True))[0] == [
        (ALONE, "changes the images that it is given")
    ]
    ((check, problem),) = judged(component(too_bright, trains=False))[0]
    assert (check, problem[:20]) == (SIZES, "returned values from")


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
    import keras

    model = net(shape)
    model.layers[-1].trainable = model.layers[-2].trainable = False
    del keras
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


BUILDS, ODD, OUTPUTS, SEED, STEP, BACK = (
    "builds for grey and colour",
    "takes an odd size or says why not",
    "gives outputs as they should be",
    "draws its weights from the seed",
    "trains for a step",
    "restores the same with weights put back",
)
TRAINED = {
    right: [],
    unnamed: [],
    sized: [],
    grey_only: [],
    none_at_all: [(BUILDS, "refuses: takes no pictures")],
    no_network: [(BUILDS, "returned str, not a Keras model")],
    mask_of_three_channels: [(OUTPUTS, "gave (4, 64, 64, 5) as its mask, not (4, 64, 64, 1)")],
    own_weights: [(SEED, "has other weights when it is built again with the same seed")],
    constant_weights: [],
    finishing_in_place: [(OUTPUTS, "raised ValueError while restoring: assignment destination is read-only")],
    finishing_with_nan: [(OUTPUTS, "gave values that are not finite as its image")],
    finishing_smaller: [(OUTPUTS, "gave (4, 63, 64, 1) as its image, not (4, 64, 64, 1)")],
    finishing_by_memory: [(BACK, "gives another image when it is built anew and gets its weights back")],
}
NOTES = {
    grey_only: ["takes one kind of picture only: takes grey pictures only"],
    constant_weights: ["has the same weights with another seed"],
}
BEGINNINGS = {
    halving: (ODD, "does not refuse 61x53 pixels with a RequestError, but raised ValueError while taking an image"),
    no_probability: (OUTPUTS, "gives a mask from "),
    finishing_never: (OUTPUTS, "raised ValueError while "),
    frozen: (STEP, "has the same weights after a step of training as before it"),
}


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
@pytest.mark.filterwarnings("ignore:Even though the `tf.config.experimental_run_functions_eagerly`")
def test_wrong_models_that_train_fail_with_their_sentences(judged):
    """All in one test, so that a fast run leaves out the import of Keras."""
    for function, expected in TRAINED.items():
        problems, notes = judged(component(function))
        # What is wrong once may be in the way of later checks too.
        assert problems[: len(expected) or None] == expected, function.__name__
        assert notes == NOTES.get(function, []), function.__name__
    for function, expected in BEGINNINGS.items():
        problems, _ = judged(component(function))
        assert problems[0][0] == expected[0], function.__name__
        assert problems[0][1].startswith(expected[1]), function.__name__
