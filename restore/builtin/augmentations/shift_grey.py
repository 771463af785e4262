"""Shifts of contrast and brightness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def shift_grey(
    images: NDArray[np.float32],
    mask: NDArray[np.bool_],
    rng: np.random.Generator,
    *,
    contrast: Annotated[float, Field(ge=0, lt=1, description="largest relative change of the contrast")] = 0.2,
    brightness: Annotated[float, Field(ge=0, le=1, description="largest shift of the grey values")] = 0.1,
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Scale the grey values of images, float32 (K, H, W, C) in [0, 1], about 0.5 and shift them, alike in all channels.

    Factor and shift are drawn uniformly from 1 - contrast to 1 + contrast and from -brightness to brightness; the result
    is clipped to [0, 1].
    """
    import numpy as np

    factor = np.float32(rng.uniform(1 - contrast, 1 + contrast))
    shift = np.float32(rng.uniform(-brightness, brightness))
    half = np.float32(0.5)
    return np.clip((images - half) * factor + half + shift, 0, 1), mask
