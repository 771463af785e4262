"""Images as grey values without a channel axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def grey(image: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return grey values float32 (H, W) or (N, H, W), any values.

    `image`: (H, W), (H, W, C), (N, H, W) or (N, H, W, C); a last axis of length 1 or 3 holds channels, whose mean is
    the grey value.
    """
    values = np.asarray(image, np.float32)
    if values.ndim > 2 and values.shape[-1] in (1, 3):
        return np.asarray(values[..., 0] if values.shape[-1] == 1 else values.mean(axis=-1))
    return values
