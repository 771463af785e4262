"""Alarm: whether a model notices that an image is damaged at all."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Scored

OUTPUTS = ("alarm", "mask")
"""Outputs that say how sure a model is of damage: of the first that it has, the highest value of an image counts."""


def alarm(
    scored: Scored,
    *,
    false: Annotated[
        float, Field(ge=0, lt=1, description="share of undamaged images with a false alarm, at most")
    ] = 0.02,
) -> dict[str, NDArray[np.float64] | float]:
    """Compare how sure the model is of damage in the damaged images and in the clean ones, both blind.

    An image's score is the highest value of the model's output `alarm`, else of `mask`. `auc`: area under the ROC, the
    probability that a damaged image scores higher than a clean one; ties count half. `tpr`, `fpr`: float (N,), 1 where the
    damaged, or the clean, image scores above the lowest threshold at which at most `false` of these clean images do: with
    fewer than 1 / `false` of them, none. No rows where nothing was restored blind, or the model marks no damage.
    """
    name = next((one for one in OUTPUTS if one in scored.outputs and one in scored.undamaged), None)
    if name is None:
        return {}
    damaged, clean = (_highest(one[name]) for one in (scored.outputs, scored.undamaged))
    limit = threshold(clean, false)
    return {
        "auc": area(damaged, clean),
        "tpr": (damaged > limit).astype(np.float64),
        "fpr": (clean > limit).astype(np.float64),
    }


def area(damaged: NDArray[np.floating], clean: NDArray[np.floating]) -> float:
    """Return the area under the ROC of scores, (N,) and (M,), of any values; NaN where either is empty."""
    if not len(damaged) or not len(clean):
        return float("nan")
    ordered = np.sort(clean)
    below, up_to = (np.searchsorted(ordered, damaged, side) for side in ("left", "right"))
    return float((below + up_to).mean() / (2 * len(clean)))


def threshold(clean: NDArray[np.floating], false: float) -> float:
    """Return the lowest of the scores of N clean images, (N,), any values, that at most a share `false` of them exceeds."""
    return float(np.sort(clean)[len(clean) - 1 - int(false * len(clean))]) if len(clean) else float("nan")


def _highest(outputs: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.array([one.max() for one in outputs], np.float64)
