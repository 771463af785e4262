"""Smooth random fields, for pressure, moisture and dirt."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> NDArray[np.float32]:
    """Return Gaussian noise of about unit variance with a correlation length of `scale` pixels, float32 `shape`.

    A coarse grid of normal deviates is interpolated by cubic B-splines, as a product of two small matrices.
    """
    rows, columns = _spline(shape[0], scale), _spline(shape[1], scale)
    knots = rng.standard_normal((rows.shape[1], columns.shape[1]), dtype=np.float32)
    return np.asarray(rows @ knots @ columns.T, dtype=np.float32)


@functools.lru_cache(maxsize=32)
def _spline(length: int, scale: float) -> NDArray[np.float32]:
    """Return the B-spline weights of `length` pixels, float32 (length, knots), with rows of unit norm."""
    position = np.arange(length) / scale
    knots = np.arange(int(position[-1]) + 4) - 1
    distance = np.abs(position[:, None] - knots[None, :])
    near = 2 / 3 - distance**2 + distance**3 / 2
    far = np.maximum(2 - distance, 0) ** 3 / 6
    weights = np.where(distance < 1, near, far)
    # Rows of unit norm keep the variance at one, at knots and between them.
    weights = (weights / np.linalg.norm(weights, axis=1, keepdims=True)).astype(np.float32)
    weights.setflags(write=False)
    return np.asarray(weights)
