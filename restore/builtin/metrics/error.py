"""Pixel errors: mean squared, mean absolute, and PSNR.

Each takes `restored`, `clean`: float32 (N, H, W, C) in [0, 1], and `region`: bool (N, H, W), and returns float (N,):
the mean over the region's pixels and all channels, NaN where the region is empty.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SMALLEST_ERROR = 1e-20
"""Mean squared error at which PSNR is capped, at 200 dB. One step of a 16-bit value in one of 10^10 pixels is more, so
200 dB means no error, and adds nothing to a mean of pooled errors."""


def mse(restored: NDArray[np.float32], clean: NDArray[np.float32], region: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the mean squared error of each image."""
    return _mean((restored - clean) ** 2, region)


def mae(restored: NDArray[np.float32], clean: NDArray[np.float32], region: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the mean absolute error of each image."""
    return _mean(np.abs(restored - clean), region)


def psnr(restored: NDArray[np.float32], clean: NDArray[np.float32], region: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the peak signal-to-noise ratio of each image in dB, -10·log10(MSE), for values in [0, 1].

    Capped at 200 dB, the value of images without error.
    """
    psnr_db: NDArray[np.float64] = -10 * np.log10(np.maximum(mse(restored, clean, region), SMALLEST_ERROR))
    return psnr_db


def _mean(errors: NDArray[np.float32], region: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the mean (N,) of errors (N, H, W, C) over the region (N, H, W) and all channels."""
    pixels = np.count_nonzero(region, axis=(1, 2))
    total = np.einsum("nhwc,nhw->n", errors, region, dtype=np.float64, casting="unsafe")
    means = np.full(len(errors), np.nan)
    np.divide(total, pixels * errors.shape[-1], out=means, where=pixels > 0)
    return means
