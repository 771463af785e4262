"""A plugin without a fault, small enough for whole runs: twelve pictures, one layer."""

from restore.api import Dataset, Model, Recipe, hookimpl

RESTORE_API = 1


@hookimpl
def restore_datasets():
    return [Dataset("twelve", "zoo_tiny_parts:twelve", "Twelve pictures of 16x16 pixels.")]


@hookimpl
def restore_models():
    return [Model("layer", "zoo_tiny_parts:layer", "One layer.")]


@hookimpl
def restore_recipes():
    return [
        Recipe(
            "tiny",
            "A run of seconds.",
            dataset="twelve",
            folder="folder",
            size=(16, 16),
            channels=1,
            corrupt=["box:size=4"],
            model="layer",
            baselines=["median"],
            metrics=["mse"],
            epochs=2,
            batch=4,
            optimizer="adam",
            lr=0.01,
            loss="mse",
        )
    ]
