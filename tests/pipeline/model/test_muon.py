"""Muon turns updates of kernels into orthogonal ones, and treats everything else as Adam does."""

import keras
import numpy as np
import pytest
from keras import ops
from numpy.testing import assert_allclose, assert_array_equal

from restore.pipeline.model.muon import DECAY, SCALE, muon

RATE = 0.01


def variable(shape, seed=0):
    return keras.Variable(np.random.default_rng(seed).standard_normal(shape).astype(np.float32))


def gradient(shape, seed):
    return ops.convert_to_tensor(np.random.default_rng(seed).standard_normal(shape).astype(np.float32))


def value(tensor):
    return np.array(ops.convert_to_numpy(tensor))


@pytest.mark.parametrize("shape", [(3, 3, 16, 32), (1, 1, 32, 16), (16, 64)])
def test_a_kernel_changes_alike_in_all_directions(shape):
    kernel = variable(shape)
    optimizer = muon(RATE)
    before = value(kernel)
    optimizer.apply([gradient(shape, 1)], [kernel])
    change = (value(kernel) - (1 - RATE * DECAY) * before).reshape(-1, shape[-1])
    singular = np.linalg.svd(change, compute_uv=False) / (RATE * SCALE * np.sqrt(max(change.shape)))
    assert singular.min() > 0.5
    assert singular.max() < 1.3


@pytest.mark.parametrize("shape", [(16,), (3, 3, 1, 32), (2, 2, 32, 1)])
def test_everything_else_changes_as_with_adam(shape):
    ours, theirs = variable(shape), variable(shape)
    optimizers = muon(RATE), keras.optimizers.Adam(RATE)
    for seed in range(5):
        for optimizer, one in zip(optimizers, (ours, theirs), strict=True):
            optimizer.apply([gradient(shape, seed)], [one])
    assert_allclose(value(ours), value(theirs), rtol=1e-5, atol=1e-6)


def test_it_goes_on_from_its_variables():
    kernel, bias = variable((3, 3, 8, 8)), variable((8,))
    first = muon(RATE)
    first.apply([gradient((3, 3, 8, 8), 1), gradient((8,), 1)], [kernel, bias])
    stored = [value(one) for one in (*first.variables, kernel, bias)]
    ends = []
    for optimizer in (first, muon(RATE)):
        optimizer.build([kernel, bias])
        for one, array in zip((*optimizer.variables, kernel, bias), stored, strict=True):
            one.assign(array)
        optimizer.apply([gradient((3, 3, 8, 8), 2), gradient((8,), 2)], [kernel, bias])
        ends.append(value(kernel))
    assert_array_equal(*ends)


def test_a_kernel_without_gradient_stays_finite():
    kernel = variable((3, 3, 8, 8))
    muon(RATE).apply([ops.zeros((3, 3, 8, 8))], [kernel])
    assert np.isfinite(value(kernel)).all()


def test_a_kernel_does_not_grow_without_end():
    kernel, optimizer = variable((3, 3, 8, 8)), muon(10 * RATE)
    lengths = []
    for seed in range(150):
        optimizer.apply([gradient((3, 3, 8, 8), seed)], [kernel])
        lengths.append(float(np.linalg.norm(value(kernel))))
    assert lengths[-1] < 1.1 * lengths[-75]
