import keras
import numpy as np
import pytest

from restore.builtin.models.cae import cae


def test_it_has_the_tutorials_weights():
    assert cae((96, 96, 1)).count_params() == 314_625


def test_it_is_compiled_as_in_the_tutorials():
    model = cae((None, None, 1), lr=0.002)
    assert isinstance(model.optimizer, keras.optimizers.RMSprop)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.002)
    assert model.loss == "mean_squared_error"


@pytest.mark.parametrize(
    ("shape", "given"), [((16, 16, 1), (16, 16)), ((7, 10, 3), (7, 10)), ((None, None, 3), (5, 1))]
)
def test_it_gives_the_image_alone(shape, given):
    images = np.random.default_rng(0).random((2, *given, shape[2]), np.float32)
    restored = keras.ops.convert_to_numpy(cae(shape)(images))
    assert restored.shape == images.shape
    assert restored.min() >= 0
    assert restored.max() <= 1


def test_it_learns():
    keras.utils.set_random_seed(0)
    model = cae((16, 16, 1))
    clean = np.tile(np.linspace(0, 1, 16, dtype=np.float32)[:, None, None], (4, 1, 16, 1))
    damaged = clean * (np.arange(16) < 10)[:, None]
    losses = [model.train_on_batch(damaged, clean) for _ in range(30)]
    assert losses[-1] < losses[0] / 2
