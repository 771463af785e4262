"""Classical restoration without training: baselines for the trained model.

Each takes `images`, float32 (N, H, W, C) in [0, 1], and `masks`, bool (N, H, W), None for blind models, and returns
restored images of the same shape and range.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

Images = NDArray[np.float32]
Masks = NDArray[np.bool_]


def identity(images: Images, masks: Masks | None = None) -> Images:  # noqa: ARG001
    """Return the images unchanged."""
    return images.copy()


def median(
    images: Images,
    masks: Masks | None = None,  # noqa: ARG001
    *,
    window: Annotated[int, Field(ge=1, le=99, description="side of the window in pixels")] = 3,
) -> Images:
    """Return the median of each pixel's window, channel by channel; images are mirrored at their borders."""
    from scipy.ndimage import median_filter

    filtered: Images = median_filter(images, size=(1, window, window, 1))
    return filtered


def biharmonic(images: Images, masks: Masks | None = None) -> Images:
    """Inpaint by the biharmonic equation: the masked pixels become the smoothest surface through the others.

    An image with an empty mask, or with every pixel masked, is returned unchanged.
    Source: scikit-image, `inpaint_biharmonic`, after Damelin and Hoang, Int. J. Math. Math. Sci. 2018, 3950312.
    """
    from skimage.restoration import inpaint_biharmonic

    restored = images.copy()
    if masks is None:
        return restored
    for image, mask in zip(restored, masks, strict=True):
        if mask.any() and not mask.all():
            # In double precision: the condition number grows with the fourth power of the hole's width.
            image[mask] = inpaint_biharmonic(image.astype(np.float64), mask, channel_axis=-1)[mask]
    return np.clip(restored, 0, 1, out=restored)


def tv(
    images: Images,
    masks: Masks | None = None,  # noqa: ARG001
    *,
    weight: Annotated[float, Field(gt=0, description="strength; larger is smoother")] = 0.1,
) -> Images:
    """Denoise by total variation.

    Source: Chambolle, An Algorithm for Total Variation Minimization, J. Math. Imaging and Vision 20, 2004.
    """
    from skimage.restoration import denoise_tv_chambolle

    def denoise(image: Images) -> Images:
        denoised: Images = denoise_tv_chambolle(image, weight=weight, channel_axis=-1)  # type: ignore[no-untyped-call]
        return denoised

    return _each(images, denoise)


def nl_means(
    images: Images,
    masks: Masks | None = None,  # noqa: ARG001
    *,
    patch: Annotated[int, Field(ge=1, le=99, description="side of the compared patches in pixels")] = 5,
    distance: Annotated[int, Field(ge=1, le=99, description="search distance in pixels")] = 6,
    strength: Annotated[
        float, Field(gt=0, description="cut-off of patch differences, in standard deviations of the noise")
    ] = 0.8,
) -> Images:
    """Denoise by non-local means; the standard deviation of the noise is estimated from each image.

    An image without noise is returned unchanged. Source: Buades, Coll and Morel, A Non-Local Algorithm for Image
    Denoising, CVPR 2005.
    """
    from skimage.restoration import denoise_nl_means

    def denoise(image: Images) -> Images:
        sigma = noise_sigma(image)
        if sigma == 0:
            return image
        denoised: Images = denoise_nl_means(
            image,
            patch_size=patch,
            patch_distance=distance,
            h=strength * sigma,
            sigma=sigma,
            fast_mode=True,
            channel_axis=-1,
        )
        return denoised

    return _each(images, denoise)


def noise_sigma(image: Images) -> float:
    """Return the standard deviation of the noise in an image (H, W, C), averaged over its channels.

    The median absolute diagonal Haar coefficient at the finest scale, over .6745, that of a standard normal variable.
    Source: Donoho and Johnstone, Ideal Spatial Adaptation by Wavelet Shrinkage, Biometrika 81(3), 1994.
    """
    height, width = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
    if not height or not width:
        return 0.0
    quads = image[:height, :width].astype(np.float64).reshape(height // 2, 2, width // 2, 2, -1)
    diagonal = (quads[:, 0, :, 0] - quads[:, 0, :, 1] - quads[:, 1, :, 0] + quads[:, 1, :, 1]) / 2
    return float(np.mean(np.median(np.abs(diagonal), axis=(0, 1)) / 0.6745))


def _each(images: Images, denoise: Callable[[Images], Images]) -> Images:
    """Return every image denoised, float32, clipped to [0, 1]."""
    restored = np.empty_like(images)
    for index, image in enumerate(images):
        # scikit-image's non-local means drops a channel axis of length one.
        restored[index] = denoise(image).reshape(image.shape)
    return np.clip(restored, 0, 1, out=restored)
