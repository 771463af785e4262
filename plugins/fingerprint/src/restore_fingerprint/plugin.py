"""What the fingerprint plugin registers."""

from __future__ import annotations

from restore.api import Corruption, Dataset, Metric, Recipe, hookimpl

RESTORE_API = 1
NOTICE = "A restored print is a hypothesis, never evidence."


@hookimpl
def restore_datasets() -> list[Dataset]:
    """Return the data sets of prints."""
    return [
        Dataset("synthetic", "restore_fingerprint.synthetic:synthetic", "Synthetic prints, drawn on the fly."),
        Dataset(
            "prints", "restore_fingerprint.datasets.sensors:prints", "Folders of prints, grouped by the usual names."
        ),
        Dataset(
            "socofing",
            "restore_fingerprint.datasets.socofing:socofing",
            "SOCOFing: real prints, or each with its official alterations.",
        ),
        Dataset("fvc2000", "restore_fingerprint.datasets.fvc:fvc2000", "FVC2000: four databases of four sensors."),
        Dataset("fvc2002", "restore_fingerprint.datasets.fvc:fvc2002", "FVC2002: four databases of four sensors."),
        Dataset("fvc2004", "restore_fingerprint.datasets.fvc:fvc2004", "FVC2004: four databases of four sensors."),
        Dataset("secugen", "restore_fingerprint.datasets.sensors:secugen", "Folders of prints of SecuGen's sensors."),
        Dataset(
            "lumidigm", "restore_fingerprint.datasets.sensors:lumidigm", "Folders of prints of Lumidigm's sensors."
        ),
    ]


@hookimpl
def restore_metrics() -> list[Metric]:
    """Return the metrics of ridges, minutiae, identity and quality."""
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
            identity=True,
        ),
        Metric(
            "identity",
            f"{room}.identity:identity",
            "Whether prints are still told from other fingers': rank-1, EER, TAR@FAR.",
            over="set",
            better={"eer": "lower", "impostor": "lower"},
            identity=True,
            clean=True,
        ),
        Metric(
            "quality", f"{room}.quality:quality", "NFIQ2-style quality, which sees no truth.", over="set", clean=True
        ),
    ]


@hookimpl
def restore_corruptions() -> list[Corruption]:
    """Return the alterations of prints, in levels like those of SOCOFing (docs/decisions/0006-alterations.md)."""
    room = "restore_fingerprint.alterations."
    return [
        Corruption(
            "obliteration",
            room + "obliteration:obliteration",
            "Ridges ground or burnt away: a patch of scarred skin.",
            levels={
                "easy": {"radius": 0.225, "rays": True, "spread": 0.165},
                "medium": {"radius": 0.296, "spread": 0.125},
                "hard": {"radius": 0.345, "spread": 0.115},
            },
        ),
        Corruption(
            "rotation",
            room + "rotation:rotation",
            "A disc of the print cut out, turned and sewn in again.",
            levels={
                "easy": {"radius": 0.0985, "vary": 0.03, "least": 30, "most": 60, "healed": True, "spread": 0.135},
                "medium": {"radius": 0.249, "vary": 0.14, "least": 60, "most": 120, "spread": 0.11},
                "hard": {"radius": 0.3, "vary": 0.14, "least": 80, "most": 180, "spread": 0.075},
            },
        ),
        Corruption(
            "zcut",
            room + "zcut:zcut",
            "A Z-plasty: two triangular flaps change places, with scars.",
            levels={
                "easy": {"area": 0.027, "vary": 0.2, "turn": 35, "sway": 13, "spread": 0.138},
                "medium": {"area": 0.138, "vary": 0.38, "turn": 19, "sway": 18, "spread": 0.105},
                "hard": {"area": 0.225, "vary": 0.2, "turn": 10, "sway": 19, "spread": 0.07},
            },
        ),
        Corruption(
            "scar",
            room + "scar:scar",
            "Healed cuts, straight or bent.",
            levels={
                "easy": {"count": 1, "length": 0.4, "width": 0.7},
                "medium": {"count": 3},
                "hard": {"count": 6, "length": 0.6, "width": 1.0},
            },
        ),
        Corruption(
            "dry",
            room + "dry:dry",
            "Dry skin: ridges break up.",
            levels={"easy": {"amount": 0.15}, "medium": {"amount": 0.3}, "hard": {"amount": 0.45}},
        ),
        Corruption(
            "wet",
            room + "wet:wet",
            "Wet skin: valleys fill, ridges merge.",
            levels={"easy": {"amount": 0.5}, "medium": {"amount": 0.65}, "hard": {"amount": 0.85}},
        ),
        Corruption(
            "partial",
            room + "partial:partial",
            "Only a part of the finger touches.",
            levels={"easy": {"keep": 0.75}, "medium": {"keep": 0.5}, "hard": {"keep": 0.3}},
        ),
        Corruption(
            "latent",
            room + "latent:latent",
            "A latent print: faint, smudged, on a background.",
            levels={
                "easy": {"contrast": 0.65, "background": 0.15, "smudge": 0.5, "grain": 0.03},
                "medium": {"contrast": 0.5, "background": 0.25, "smudge": 1.0, "grain": 0.05},
                "hard": {"contrast": 0.36, "background": 0.35, "smudge": 1.5, "grain": 0.06},
            },
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
            notice=NOTICE,
        ),
        Recipe(
            "socofing",
            "Real prints with SOCOFing's official alterations, restored blind.",
            dataset="socofing",
            folder="socofing",
            size=(96, 96),
            channels=1,
            corrupt=[],
            model="selective-unet",
            baselines=["identity", "biharmonic"],
            metrics=["psnr", "ssim", "mae", "calibration", "orientation", "contrast"],
            epochs=10,
            batch=8,
            optimizer="adamw",
            lr=5e-3,
            loss="mse",
            fit="pad",
            notice=NOTICE,
        ),
    ]
