"""Components of the face plugin: a synthetic dataset and a recipe."""

from __future__ import annotations

from restore.api import Dataset, Recipe, hookimpl

RESTORE_API = 1


@hookimpl
def restore_datasets() -> list[Dataset]:
    """Return the synthetic faces."""
    return [Dataset("synthetic", "restore_face.synthetic:synthetic", "Synthetic portraits, generated on the fly.")]


@hookimpl
def restore_recipes() -> list[Recipe]:
    """Return the recipe for faces."""
    return [
        Recipe(
            "face",
            "Blind restoration of colour faces with a black box at a random position.",
            dataset="synthetic",
            # One folder per subject, as in Labelled Faces in the Wild.
            folder="folder:group=folder",
            size=(128, 128),
            channels=3,
            corrupt=("box",),
            model="selective-unet",
            baselines=("identity", "biharmonic"),
            metrics=("psnr", "ssim", "mae", "calibration"),
            epochs=10,
            batch=8,
            optimizer="adamw",
            lr=5e-3,
            loss="mse",
            fit="crop",
        )
    ]
