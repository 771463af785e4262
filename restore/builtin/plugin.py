"""The components that every domain shares, registered like any other plugin's."""

from __future__ import annotations

from restore.api import Corruption, Dataset, Metric, Model, hookimpl

RESTORE_API = 1


@hookimpl
def restore_datasets() -> list[Dataset]:
    """Return the folder of pictures, and the folders of pictures with damaged partners."""
    return [
        Dataset("folder", "restore.builtin.folder:folder", "A folder of pictures, whatever they show."),
        Dataset("pairs", "restore.builtin.pairs:pairs", "Clean and damaged pictures, in two folders."),
    ]


@hookimpl
def restore_corruptions() -> list[Corruption]:
    """Return box, noise and z-cut.

    On a 96x96 picture the levels of the box cover 2, 9 and 19 % of it. Those of the z-cut change 2, 11 and 19 % of the
    pixels of real prints by more than 0.05, as do the z-cuts of SOCOFing's altered prints (arXiv 1807.10609).
    """
    return [
        Corruption(
            "box",
            "restore.builtin.corruptions.box:box",
            "Black squares at random places.",
            levels={"easy": {"size": 14}, "medium": {"size": 28}, "hard": {"size": 42}},
        ),
        Corruption(
            "noise",
            "restore.builtin.corruptions.noise:noise",
            "Gaussian, salt-and-pepper or speckle noise.",
            levels={"easy": {"amount": 0.1}, "medium": {"amount": 0.2}, "hard": {"amount": 0.3}},
        ),
        Corruption(
            "zcut",
            "restore.builtin.corruptions.zcut:zcut",
            "A Z-plasty: two triangular flaps change places.",
            levels={"easy": {"area": 0.025}, "medium": {"area": 0.13}, "hard": {"area": 0.22}},
        ),
    ]


@hookimpl
def restore_models() -> list[Model]:
    """Return the trained networks and the classical baselines."""
    classical = "restore.builtin.models.classical:"
    return [
        Model(
            "selective-unet",
            "restore.builtin.models.selective_unet:selective_unet",
            "A U-Net that finds the damage and restores only that.",
        ),
        Model(
            "cae", "restore.builtin.models.cae:cae", "A convolutional autoencoder of the whole image.", compiles=True
        ),
        Model("identity", classical + "identity", "The damaged image as it is.", trains=False),
        Model("median", classical + "median", "The median of each pixel's window.", trains=False),
        Model(
            "biharmonic",
            classical + "biharmonic",
            "The smoothest surface over the masked pixels.",
            trains=False,
            needs_mask=True,
        ),
        Model("tv", classical + "tv", "Denoising by total variation.", trains=False),
        Model("nl-means", classical + "nl_means", "Denoising by the mean of similar patches.", trains=False),
    ]


@hookimpl
def restore_metrics() -> list[Metric]:
    """Return pixel errors, similarity, and how good mask and confidence are."""
    errors = "restore.builtin.metrics.error:"
    return [
        Metric("mse", errors + "mse", "Mean squared error.", better="lower"),
        Metric("mae", errors + "mae", "Mean absolute error.", better="lower"),
        Metric("psnr", errors + "psnr", "Peak signal-to-noise ratio.", unit="dB", mean="db"),
        Metric("ssim", "restore.builtin.metrics.similarity:ssim", "Structural similarity."),
        Metric(
            "mask",
            "restore.builtin.metrics.mask:mask",
            "Used mask against true mask: overlap, and clean pixels marked.",
            better={"iou": "higher", "false": "lower"},
            over="set",
        ),
        Metric(
            "calibration",
            "restore.builtin.metrics.calibration:calibration",
            "Expected calibration error of the confidence.",
            better="lower",
            over="set",
        ),
    ]
