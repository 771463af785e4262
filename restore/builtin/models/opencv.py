"""Classical inpainting by OpenCV: non-blind baselines, with the extra `opencv`.

Each takes `images`, float32 (N, H, W, C) in [0, 1], and `masks`, bool (N, H, W), and returns images of the same shape
and range, in which only masked pixels differ. The fill has 8 bits, as OpenCV works on those, channel by channel. An
image with an empty mask, or with every pixel masked, is returned unchanged. The result does not depend
on the number of threads. The module is imported when a plan is made, so that a missing extra is reported before
training.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import RequestError
from restore.builtin.models.classical import Images, Masks

try:
    import cv2
    from cv2 import xphoto
except ImportError as error:
    raise RequestError(
        "OpenCV with its module xphoto is not installed",
        code="missing-extra",
        hint="pip install 'restore-toolkit[opencv]' (with uv: uv pip install 'restore-toolkit[opencv]')",
    ) from error

BLOCK = 16
"""Side in pixels of the largest block that FSR fills; rows and columns beyond the last whole block stay empty."""

QUALITIES = {"fast": xphoto.INPAINT_FSR_FAST, "best": xphoto.INPAINT_FSR_BEST}

Channel = NDArray[np.uint8]


def telea(
    images: Images,
    masks: Masks,
    *,
    radius: Annotated[int, Field(ge=1, le=100, description="radius of each pixel's neighbourhood in pixels")] = 3,
) -> Images:
    """Inpaint by the fast marching method, from the boundary of the mask inwards.

    Source: Telea, An Image Inpainting Technique Based on the Fast Marching Method, J. Graphics Tools 9(1), 2004.
    """

    def fill(channel: Channel, mask: NDArray[np.bool_]) -> Channel:
        return np.asarray(cv2.inpaint(channel, mask.astype(np.uint8), radius, cv2.INPAINT_TELEA), np.uint8)

    return _inpaint(images, masks, fill)


def navier_stokes(
    images: Images,
    masks: Masks,
    *,
    radius: Annotated[int, Field(ge=1, le=100, description="radius of each pixel's neighbourhood in pixels")] = 3,
) -> Images:
    """Inpaint by continuing lines of equal grey value into the mask, as a fluid that flows in.

    Source: Bertalmio, Bertozzi and Sapiro, Navier-Stokes, Fluid Dynamics, and Image and Video Inpainting, CVPR 2001.
    """

    def fill(channel: Channel, mask: NDArray[np.bool_]) -> Channel:
        return np.asarray(cv2.inpaint(channel, mask.astype(np.uint8), radius, cv2.INPAINT_NS), np.uint8)

    return _inpaint(images, masks, fill)


def fsr(
    images: Images,
    masks: Masks,
    *,
    quality: Annotated[
        Literal["fast", "best"], Field(description="best takes about 20 times as long as fast")
    ] = "fast",
) -> Images:
    """Inpaint by frequency selective reconstruction: blocks continued as a sparse sum of Fourier basis functions.

    Sources: Seiler, Jonscher, Schöberl and Kaup, Resampling Images to a Regular Grid From a Non-Regular Subset of Pixel
    Positions Using Frequency Selective Reconstruction, IEEE Trans. Image Processing 24(11), 2015; Genser, Seiler,
    Schilling and Kaup, Signal and Loss Geometry Aware Frequency Selective Extrapolation for Error Concealment, PCS 2018.
    """

    def fill(channel: Channel, mask: NDArray[np.bool_]) -> Channel:
        # Mirrored to whole blocks; to pad with pixels to be filled instead is as good and takes 2.6 times as long.
        padding = [(0, -side % BLOCK) for side in mask.shape]
        damaged, known = (np.pad(one, padding, mode="symmetric") for one in (channel, (~mask).astype(np.uint8)))
        filled = np.zeros_like(damaged)
        xphoto.inpaint(damaged, known, filled, QUALITIES[quality])
        return filled[: mask.shape[0], : mask.shape[1]]

    return _inpaint(images, masks, fill)


def _inpaint(images: Images, masks: Masks, fill: Callable[[Channel, NDArray[np.bool_]], Channel]) -> Images:
    """Return the images with the masked pixels of every channel replaced by those of `fill`, 8 bits (H, W)."""
    restored = images.copy()
    for image, mask in zip(restored, masks, strict=True):
        if mask.any() and not mask.all():
            for channel in np.moveaxis(image, -1, 0):  # views: what is assigned stands in `restored`
                filled = fill(np.rint(channel * 255).astype(np.uint8), mask)
                channel[mask] = filled[mask] / np.float32(255)
    return restored
