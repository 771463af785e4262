"""What the fingerprint plugin registers."""

from __future__ import annotations

from restore.api import Dataset, Metric, Recipe, hookimpl

RESTORE_API = 1


@hookimpl
def restore_datasets() -> list[Dataset]:
    """Return the data sets of prints."""
    return [
        Dataset("synthetic", "restore_fingerprint.synthetic:synthetic", "Synthetic prints, drawn on the fly."),
        Dataset("prints", "restore_fingerprint.prints:prints", "Folders of prints, grouped by the usual names."),
    ]


@hookimpl
def restore_metrics() -> list[Metric]:
    """Return the metrics of ridges and minutiae."""
    room = "restore_fingerprint.metrics"
    return [
        Metric("orientation", f"{room}.orientation:orientation", "Error of the ridges' orientation.", "°", "lower"),
        Metric("period", f"{room}.period:period", "Error of the distance between ridges.", "%", "lower"),
        Metric("contrast", f"{room}.contrast:contrast", "Ratio of contrasts, the smaller over the larger."),
        Metric("segmentation", f"{room}.segmentation:segmentation", "Overlap of the fingers' areas."),
        Metric(
            "minutiae",
            f"{room}.minutiae:minutiae",
            "Minutiae kept, moved, lost and invented; precision, recall, F1.",
            over="set",
            better={"moved": "lower", "lost": "lower", "invented": "lower"},
        ),
    ]


@hookimpl
def restore_recipes() -> list[Recipe]:
    """Return the recipes for prints."""
    return [
        Recipe(
            "fingerprint",
            "A print with a black box, restored blind.",
            dataset="synthetic",
            folder="prints",
            size=(96, 96),
            channels=1,
            corrupt=["box"],
            model="selective-unet",
            baselines=["identity", "biharmonic"],
            metrics=["psnr", "ssim", "mae", "calibration"],
            epochs=10,
            batch=8,
            optimizer="adamw",
            lr=5e-3,
            loss="mse",
            fit="pad",
            trim="auto",
        )
    ]
