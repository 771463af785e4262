"""Harm: images that restoring made worse."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Scored
from restore.builtin.metrics.error import SMALLEST_ERROR


def harm(
    scored: Scored,
    *,
    least: Annotated[float, Field(ge=0, description="loss of PSNR in dB above which an image counts as worse")] = 1.0,
) -> dict[str, NDArray[np.float64]]:
    """Compare the PSNR of each whole image with that of its damaged input.

    `share`: float (N,), 1 where an image lost more than `least` dB, else 0; `loss`: what it lost, in dB, 0 where it gained.
    The input has 200 dB where it equals the clean image. No rows where nothing was restored.
    """
    if scored.used is None:
        return {}
    pairs = zip(scored.damaged, scored.images, scored.clean, strict=True)
    lost = np.array([_psnr(damaged, clean) - _psnr(image, clean) for damaged, image, clean in pairs])
    return {"share": (lost > least).astype(np.float64), "loss": np.maximum(lost, 0)}


def _psnr(image: NDArray[np.float32], clean: NDArray[np.float32]) -> float:
    return float(-10 * np.log10(max(np.square(image - clean, dtype=np.float64).mean(), SMALLEST_ERROR)))
