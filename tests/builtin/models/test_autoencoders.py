"""The autoencoders of the tutorials, layer by layer, and their codes."""

import keras
import numpy as np
import pytest

from restore.builtin.models.autoencoders import CODE, dense_code, small_cae, tiny_cae
from restore.builtin.models.cae import cae
from restore.errors import RequestError

TABLES = {
    "cae": (cae, (224, 224, 1), [320, 18_496, 73_856, 147_584, 73_792, 577], 314_625, 401_408),
    "small-cae": (small_cae, (100, 100, 1), [320, 9_248, 9_248, 9_248, 289], 28_353, 20_000),
    "tiny-cae": (tiny_cae, (28, 28, 1), [160, 1_160, 584, 584, 584, 1_168, 145], 4_385, 128),
    "dense-code": (
        dense_code,
        (128, 128, 3),
        [896, 18_496, 73_856, 147_584, 2_457_900, 2_465_792, 147_584, 73_792, 18_464, 867],
        5_405_231,
        300,
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_its_layers_have_the_weights_of_the_table(name):
    function, shape, layers, total, code = TABLES[name]
    model = function(shape)
    assert [layer.count_params() for layer in model.layers if layer.count_params()] == layers
    assert model.count_params() == sum(layers) == total
    assert np.prod(model.get_layer(CODE).output.shape[1:]) == code
    assert model.output.shape[1:] == shape


@pytest.mark.parametrize("name", TABLES)
def test_what_follows_the_code_depends_on_it_alone(name):
    function, shape, *_ = TABLES[name]
    model = function((32, 32, shape[2]))
    code = model.get_layer(CODE).output
    encoder, decoder = keras.Model(model.input, code), keras.Model(code, model.output)
    images = np.random.default_rng(0).random((2, *model.input.shape[1:]), np.float32)
    whole, apart = model.predict_on_batch(images), decoder.predict_on_batch(encoder.predict_on_batch(images))
    assert whole == pytest.approx(apart, abs=1e-6)
    assert 0 <= whole.min() <= whole.max() <= 1


def test_the_encoder_and_decoder_of_the_fashion_tutorial():
    shapes = [tuple(layer.output.shape[1:]) for layer in tiny_cae((28, 28, 1)).layers if "conv" in layer.name]
    assert shapes == [(26, 26, 16), (13, 13, 8), (4, 4, 8), (4, 4, 8), (8, 8, 8), (14, 14, 16), (28, 28, 1)]


@pytest.mark.parametrize(("function", "shape"), [(tiny_cae, (None, 28, 1)), (dense_code, (None, None, 3))])
def test_free_sizes_are_refused(function, shape):
    with pytest.raises(RequestError) as refused:
        function(shape)
    assert (refused.value.code, refused.value.where) == ("other-size", "--size")


def test_sides_that_no_stride_divides_come_back_whole():
    assert dense_code((30, 45, 1), code=7).output.shape[1:] == (30, 45, 1)
    assert small_cae((97, 90, 1)).output.shape[1:] == (97, 90, 1)
    assert tiny_cae((29, 64, 3)).output.shape[1:] == (29, 64, 3)
