"""Quarter turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def turn(
    images: NDArray[np.float32], mask: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Turn images, float32 (K, H, W, C), and their mask, bool (H, W), by 0, 90, 180 or 270 degrees.

    Images that are not square keep their shape, and are turned by 0 or 180 degrees.
    """
    import numpy as np

    quarters = int(rng.integers(4)) if mask.shape[0] == mask.shape[1] else 2 * int(rng.integers(2))
    return np.rot90(images, quarters, axes=(1, 2)).copy(), np.rot90(mask, quarters).copy()
