"""Mirror images."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def flip(
    images: NDArray[np.float32], mask: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Mirror images, float32 (K, H, W, C), and their mask, bool (H, W), left to right, half of the time."""
    if rng.random() < 0.5:
        return images, mask
    return images[:, :, ::-1].copy(), mask[:, ::-1].copy()
