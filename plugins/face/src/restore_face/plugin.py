"""Faces: a data set without people in it, and a recipe."""

from __future__ import annotations

from restore.api import Dataset, Recipe, hookimpl

RESTORE_API = 1


@hookimpl
def restore_datasets() -> list[Dataset]:
    """Return the synthetic faces."""
    return [Dataset("synthetic", "restore_face.synthetic:synthetic", "Drawn faces of people who do not exist.")]


@hookimpl
def restore_recipes() -> list[Recipe]:
    """Return the recipe for faces."""
    return [
        Recipe(
            "face",
            "Faces in colour with a black box at a random place.",
            dataset="synthetic",
            # A folder for each person, as in Labelled Faces in the Wild.
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
