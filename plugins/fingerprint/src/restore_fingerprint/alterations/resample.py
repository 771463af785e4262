"""Bilinear sampling as a sparse matrix that can be applied and inverted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import cg

Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class Sampling:
    """A linear map from an image to the pixels `target` of an image of the same size.

    `target`: bool (H, W), with M pixels true. `matrix`: sparse float64 (M, H*W), four weights per row that sum to 1,
    rows in the order of `image[target]`.
    """

    target: NDArray[np.bool_]
    matrix: Any

    def apply(self, image: Pixels) -> Pixels:
        """Return the samples of an image (H, W, C), float32 (M, C), in the image's own range."""
        flat = image.reshape(-1, image.shape[-1]).astype(np.float64)
        sampled: Pixels = (self.matrix @ flat).astype(np.float32)
        return sampled

    def solve(
        self, sampled: Pixels, prior: Pixels, *, rounds: int = 60, trust: float = 1e-3, clip: bool = True
    ) -> Pixels:
        """Return the image (H, W, C) whose samples are `sampled` (M, C), float32, clipped to [0, 1] unless told otherwise.

        Conjugate gradients on the regularised normal equations, at most `rounds` iterations. `prior` (H, W, C) is kept
        where nothing was sampled; elsewhere `trust` weighs it against the samples.
        """
        touched = np.flatnonzero(np.bincount(self.matrix.indices, minlength=self.matrix.shape[1]))
        weights = self.matrix[:, touched]
        normal = (weights.T @ weights + trust * sparse.eye_array(len(touched))).tocsr()
        solved = prior.copy()
        flat = solved.reshape(-1, prior.shape[-1])
        for channel in range(prior.shape[-1]):
            known = flat[touched, channel].astype(np.float64)
            right = weights.T @ sampled[:, channel].astype(np.float64) + trust * known
            found = cg(normal, right, x0=known, maxiter=rounds)[0]
            flat[touched, channel] = np.clip(found, 0, 1) if clip else found
        return solved


def bilinear(target: NDArray[np.bool_], rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Sampling:
    """Return the bilinear sampling that fills `target`, bool (H, W), from points (`rows`, `columns`), float64 (M,).

    Integer coordinates are pixel centres; points outside the image are moved to its border.
    """
    height, width = target.shape
    rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    top = np.minimum(rows.astype(np.intp), max(height - 2, 0))
    left = np.minimum(columns.astype(np.intp), max(width - 2, 0))
    down, right = rows - top, columns - left
    corner = top * width + left
    below, beside = (width if height > 1 else 0), (1 if width > 1 else 0)
    indices = np.stack([corner, corner + beside, corner + below, corner + below + beside], axis=1)
    weights = np.stack([(1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right], axis=1)
    starts = np.arange(0, 4 * len(rows) + 1, 4)
    matrix = sparse.csr_array((weights.ravel(), indices.ravel(), starts), (len(rows), height * width))
    return Sampling(target, matrix)
