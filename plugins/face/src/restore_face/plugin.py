"""Components of the face plugin: a synthetic dataset and a recipe."""

from __future__ import annotations

from restore.api import Dataset, Metric, Pretrained, Recipe, hookimpl

RESTORE_API = 1
ANY_DAMAGE = (
    *("box@easy", "box", "box:count=2", "box:fill=1.0", "box@hard", "box:size=36,fill=0.5", "box:size=8,count=3"),
    *("scratches@easy", "scratches", "scratches@hard", "text", "text:count=4,size=10"),
    *("noise:amount=0.1", "noise:amount=0.3"),
)
"""Damage of all kinds; each image gets one of them."""


@hookimpl
def restore_datasets() -> list[Dataset]:
    """Return the synthetic faces, and the collections that are usual in research."""
    room = "restore_face.datasets:"
    return [
        Dataset("synthetic", "restore_face.synthetic:synthetic", "Synthetic portraits, generated on the fly."),
        Dataset("ffhq", room + "ffhq", "Flickr-Faces-HQ: 70,000 faces, each its own person."),
        Dataset("celeba", room + "celeba", "CelebA: 202,599 faces of 10,177 people."),
        Dataset("lfw", room + "lfw", "Labelled Faces in the Wild, a folder for each person."),
    ]


@hookimpl
def restore_metrics() -> list[Metric]:
    """Return the metric of identity."""
    return [
        Metric(
            "embedding",
            "restore_face.embedding:embedding",
            "Identity similarity and perceptual distance, by a network of one's own.",
            over="set",
            better={"similarity": "higher", "distance": "lower"},
            identity=True,
        )
    ]


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
            model="find-restore",
            baselines=("identity", "biharmonic"),
            metrics=("psnr", "ssim", "mae", "calibration"),
            epochs=10,
            batch=8,
            optimizer="muon",
            lr=5e-3,
            loss="mse",
            fit="crop",
        ),
        Recipe(
            "faces-any",
            "Blind restoration of colour faces and photographs with damage of any kind.",
            dataset="synthetic:count=6000,leaves=0.4",
            folder="folder:group=folder",
            size=(128, 128),
            channels=3,
            corrupt=ANY_DAMAGE,
            augment=("flip", "shift-grey"),
            model="find-restore:fine=true",
            baselines=("identity",),
            metrics=("psnr", "harm", "calibration", "coverage", "mask"),
            epochs=30,
            batch=8,
            optimizer="muon",
            lr=5e-3,
            loss="mse",
            fit="crop",
        ),
        Recipe(
            "face-latent",
            "Tutorial: faces with a black box through a dense code of 300 numbers.",
            dataset="synthetic",
            folder="ffhq",
            size=(128, 128),
            channels=3,
            corrupt=("box",),
            model="dense-code",
            baselines=("identity",),
            metrics=("mse", "psnr", "ssim"),
            epochs=50,
            batch=64,
            optimizer="adam",
            lr=1e-3,
            loss="mse",
            fit="resize",
            schedule="constant",
            patience=50,
        ),
    ]


@hookimpl
def restore_pretrained() -> list[Pretrained]:
    """Return the run of `faces-any`, 22 epochs of 4,200 synthetic images: about an hour of one processor."""
    return [
        Pretrained(
            "pretrained",
            "restore_face:pretrained.h5",
            "Faces and photographs, damage of many kinds; trained on synthetic images alone.",
            citation="restore-face, recipe faces-any",
            licence="Apache-2.0",
        )
    ]
