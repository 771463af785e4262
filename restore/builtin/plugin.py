"""Components for every domain, registered like those of any other plugin."""

from __future__ import annotations

from restore.api import Augmentation, Corruption, Dataset, Metric, Model, Recipe, hookimpl

RESTORE_API = 1


@hookimpl
def restore_datasets() -> list[Dataset]:
    """Return the datasets `folder`, `pairs` and `fashion-mnist`."""
    return [
        Dataset("folder", "restore.builtin.folder:folder", "Images in a folder and its subfolders."),
        Dataset("pairs", "restore.builtin.pairs:pairs", "Clean and damaged images in two folders, matched by name."),
        Dataset(
            "fashion-mnist",
            "restore.builtin.fashion.source:fashion_mnist",
            "Fashion-MNIST from its IDX files, else drawn look-alikes.",
        ),
    ]


@hookimpl
def restore_corruptions() -> list[Corruption]:
    """Return the corruptions of every domain.

    The levels of the box cover 2, 9 and 19 % of a 96x96 image. Those of the z-cut change 2, 11 and 19 % of the pixels
    of real prints by more than 0.05, as the z-cuts of SOCOFing's altered prints do (arXiv 1807.10609).
    """
    room = "restore.builtin.corruptions."
    return [
        Corruption(
            "box",
            room + "box:box",
            "Black squares at random positions.",
            levels={"easy": {"size": 14}, "medium": {"size": 28}, "hard": {"size": 42}},
        ),
        Corruption(
            "noise",
            room + "noise:noise",
            "Gaussian, salt-and-pepper or speckle noise.",
            levels={"easy": {"amount": 0.1}, "medium": {"amount": 0.2}, "hard": {"amount": 0.3}},
        ),
        Corruption(
            "zcut",
            room + "zcut:zcut",
            "Z-plasty: two triangular flaps exchanged.",
            levels={"easy": {"area": 0.025}, "medium": {"area": 0.13}, "hard": {"area": 0.22}},
        ),
        Corruption(
            "scratches",
            room + "scratches:scratches",
            "Thin lines, straight or bent.",
            levels={"easy": {"count": 1, "width": 2}, "medium": {"count": 3}, "hard": {"count": 8, "width": 4}},
        ),
        Corruption(
            "blur",
            room + "blur:blur",
            "Defocus or movement.",
            levels={"easy": {"amount": 1.0}, "medium": {"amount": 1.5}, "hard": {"amount": 2.5}},
        ),
        Corruption(
            "text",
            room + "text:text",
            "Words written over the image.",
            levels={"easy": {"count": 1}, "medium": {"count": 3}, "hard": {"count": 8}},
        ),
    ]


@hookimpl
def restore_augmentations() -> list[Augmentation]:
    """Return mirroring, quarter turns and shifts of the grey values."""
    room = "restore.builtin.augmentations."
    return [
        Augmentation("flip", room + "flip:flip", "Mirrored, half of the time."),
        Augmentation("turn", room + "turn:turn", "Quarter turns; half turns where sides differ."),
        Augmentation("shift-grey", room + "shift_grey:shift_grey", "Contrast and brightness shifted.", moves=False),
    ]


@hookimpl
def restore_models() -> list[Model]:
    """Return the trained networks and the classical baselines."""
    autoencoders = "restore.builtin.models.autoencoders:"
    classical, opencv = "restore.builtin.models.classical:", "restore.builtin.models.opencv:"
    return [
        Model(
            "selective-unet",
            "restore.builtin.models.selective_unet:selective_unet",
            "U-Net that detects the damage and restores only that.",
        ),
        Model(
            "find-restore",
            "restore.builtin.models.find_restore:find_restore",
            "Locates damage in the whole image, restores it in windows around it.",
            mask="optional",
            assembly="restore.builtin.models.find_restore:assemble",
        ),
        Model(
            "cae", "restore.builtin.models.cae:cae", "Convolutional autoencoder, no mask.", compiles=True, code="code"
        ),
        Model("small-cae", autoencoders + "small_cae", "Small convolutional autoencoder, 28,353 weights.", code="code"),
        Model("tiny-cae", autoencoders + "tiny_cae", "Tiny autoencoder, 4,385 weights.", code="code"),
        Model("dense-code", autoencoders + "dense_code", "Autoencoder with a dense code.", code="code"),
        Model("identity", classical + "identity", "The damaged image, unchanged.", trains=False),
        Model("median", classical + "median", "Median filter.", trains=False),
        Model("tv", classical + "tv", "Total-variation denoising.", trains=False),
        Model("nl-means", classical + "nl_means", "Non-local means denoising.", trains=False),
        Model(
            "biharmonic",
            classical + "biharmonic",
            "Biharmonic inpainting (given the mask).",
            trains=False,
            needs_mask=True,
        ),
        Model("telea", opencv + "telea", "Telea inpainting (given the mask).", trains=False, needs_mask=True),
        Model(
            "navier-stokes",
            opencv + "navier_stokes",
            "Navier-Stokes inpainting (given the mask).",
            trains=False,
            needs_mask=True,
        ),
        Model(
            "fsr",
            opencv + "fsr",
            "Frequency selective reconstruction (given the mask).",
            trains=False,
            needs_mask=True,
        ),
    ]


@hookimpl
def restore_metrics() -> list[Metric]:
    """Return pixel errors, structural similarity, harm, and the scores of mask, confidence and intervals."""
    errors = "restore.builtin.metrics.error:"
    return [
        Metric("mse", errors + "mse", "Mean squared error.", better="lower"),
        Metric("mae", errors + "mae", "Mean absolute error.", better="lower"),
        Metric("psnr", errors + "psnr", "Peak signal-to-noise ratio.", unit="dB", mean="db"),
        Metric("ssim", "restore.builtin.metrics.similarity:ssim", "Structural similarity."),
        Metric(
            "mask",
            "restore.builtin.metrics.mask:mask",
            "Used mask against true mask: overlap, and share of clean pixels marked.",
            better={"iou": "higher", "false": "lower"},
            over="set",
            sizes="any",
        ),
        Metric(
            "harm",
            "restore.builtin.metrics.harm:harm",
            "Share of images that restoring made worse, and by how much.",
            better="lower",
            over="set",
            sizes="any",
        ),
        Metric(
            "coverage",
            "restore.builtin.metrics.coverage:coverage",
            "Share of restored pixels within their 90 % interval, and its width.",
            better={"share": "higher", "width": "lower"},
            over="set",
            sizes="any",
        ),
        Metric(
            "alarm",
            "restore.builtin.metrics.alarm:alarm",
            "Whether damage is noticed at all: ROC area, detections at a rate of false alarms.",
            better={"auc": "higher", "tpr": "higher", "fpr": "lower"},
            over="set",
            sizes="any",
            undamaged=True,
        ),
        Metric(
            "calibration",
            "restore.builtin.metrics.calibration:calibration",
            "Expected calibration error of the confidence.",
            better="lower",
            over="set",
            sizes="any",
        ),
    ]


@hookimpl
def restore_recipes() -> list[Recipe]:
    """Return the tutorial on Fashion-MNIST (docs/tutorials/): its autoencoder, which copies its input."""
    return [
        Recipe(
            "fashion-denoise",
            "Tutorial: Fashion-MNIST through a code of 128 numbers.",
            dataset="fashion-mnist",
            folder="fashion-mnist",
            size=(28, 28),
            channels=1,
            corrupt=(),
            model="tiny-cae",
            baselines=("identity",),
            metrics=("mse", "psnr", "ssim"),
            epochs=50,
            batch=32,
            optimizer="adam",
            lr=1e-3,
            loss="binary_crossentropy",
            schedule="constant",
            patience=50,
            target="input",
            split="image",
        )
    ]
