"""Components of the fingerprint plugin."""

from __future__ import annotations

from dataclasses import replace

from restore.api import Corruption, Dataset, Format, Metric, Model, Pretrained, Recipe, hookimpl
from restore_fingerprint.formats import JPEG2000, WSQ
from restore_fingerprint.tutorials import TUTORIALS

RESTORE_API = 1
NOTICE = "A restored print is a hypothesis, never evidence."
ANY_DAMAGE = (
    # Boxes are the hardest to restore: nothing shows through.
    *("box@easy", "box", "box:count=2", "box:fill=1.0", "box@hard", "box:size=36,fill=0.5"),
    *("scratches", "scratches@hard"),
    *("obliteration@easy", "obliteration@medium", "obliteration@hard"),
    *("noise:amount=0.15", "noise:amount=0.3", "blur:amount=1.0"),
    *("rotation@easy", "rotation@hard", "zcut@medium", "zcut@hard"),
)
"""Damage of all kinds; each image gets one of them."""


@hookimpl
def restore_datasets() -> list[Dataset]:
    """Return the datasets of prints."""
    return [
        Dataset("synthetic", "restore_fingerprint.synthetic:synthetic", "Synthetic prints, generated on the fly."),
        Dataset(
            "prints", "restore_fingerprint.datasets.sensors:prints", "Folder of prints, grouped by subject or finger."
        ),
        Dataset(
            "socofing",
            "restore_fingerprint.datasets.socofing:socofing",
            "SOCOFing: real prints, alone or paired with their official alterations.",
        ),
        Dataset("fvc2000", "restore_fingerprint.datasets.fvc:fvc2000", "FVC2000: four databases, one per sensor."),
        Dataset("fvc2002", "restore_fingerprint.datasets.fvc:fvc2002", "FVC2002: four databases, one per sensor."),
        Dataset("fvc2004", "restore_fingerprint.datasets.fvc:fvc2004", "FVC2004: four databases, one per sensor."),
        Dataset("secugen", "restore_fingerprint.datasets.sensors:secugen", "Folder of prints from a SecuGen sensor."),
        Dataset(
            "lumidigm", "restore_fingerprint.datasets.sensors:lumidigm", "Folder of prints from a Lumidigm sensor."
        ),
    ]


@hookimpl
def restore_metrics() -> list[Metric]:
    """Return the metrics of ridges, minutiae, identity and quality."""
    room = "restore_fingerprint.metrics"
    return [
        Metric("orientation", f"{room}.orientation:orientation", "Error of the ridge orientation.", "°", "lower"),
        Metric("period", f"{room}.period:period", "Relative error of the ridge period.", "%", "lower"),
        Metric("contrast", f"{room}.contrast:contrast", "Contrast ratio, the smaller over the larger."),
        Metric("segmentation", f"{room}.segmentation:segmentation", "Intersection over union of the foregrounds."),
        Metric(
            "minutiae",
            f"{room}.minutiae:minutiae",
            "Minutiae kept, moved, lost and invented; precision, recall, F1.",
            over="set",
            sizes="any",
            better={"moved": "lower", "lost": "lower", "invented": "lower"},
            identity=True,
        ),
        Metric(
            "identity",
            f"{room}.identity:identity",
            "Biometric identity: rank-1 identification rate, EER, TAR@FAR.",
            over="set",
            sizes="any",
            better={"eer": "lower", "impostor": "lower"},
            identity=True,
            clean=True,
        ),
        Metric(
            "quality",
            f"{room}.quality:quality",
            "NFIQ2-style quality, without reference.",
            over="set",
            clean=True,
            sizes="any",
        ),
    ]


@hookimpl
def restore_models() -> list[Model]:
    """Return the model that undoes rotations."""
    room = "restore_fingerprint.undo.model:"
    return [
        Model(
            "undo",
            f"{room}undo",
            "Turns discs of a print back where they were turned; finds and fills all else.",
            mask="optional",
            assembly=f"{room}assemble",
        )
    ]


@hookimpl
def restore_corruptions() -> list[Corruption]:
    """Return the alterations of prints, in levels like those of SOCOFing (docs/decisions/0006-alterations.md)."""
    room = "restore_fingerprint.alterations."
    return [
        Corruption(
            "obliteration",
            room + "obliteration:obliteration",
            "Ridges burnt or abraded: a patch of scarred skin.",
            levels={
                "easy": {"radius": 0.225, "rays": True, "spread": 0.165},
                "medium": {"radius": 0.296, "spread": 0.125},
                "hard": {"radius": 0.345, "spread": 0.115},
            },
        ),
        Corruption(
            "rotation",
            room + "rotation:rotation",
            "Central rotation: a disc of the print excised, rotated and transplanted back.",
            levels={
                "easy": {"radius": 0.0985, "vary": 0.03, "least": 30, "most": 60, "healed": True, "spread": 0.135},
                "medium": {"radius": 0.249, "vary": 0.14, "least": 60, "most": 120, "spread": 0.11},
                "hard": {"radius": 0.3, "vary": 0.14, "least": 80, "most": 180, "spread": 0.075},
            },
        ),
        Corruption(
            "zcut",
            room + "zcut:zcut",
            "Z-plasty: two triangular flaps exchanged, with scars.",
            levels={
                "easy": {"area": 0.027, "vary": 0.2, "turn": 35, "sway": 13, "spread": 0.138},
                "medium": {"area": 0.138, "vary": 0.38, "turn": 19, "sway": 18, "spread": 0.105},
                "hard": {"area": 0.225, "vary": 0.2, "turn": 10, "sway": 19, "spread": 0.07},
            },
        ),
        Corruption(
            "scar",
            room + "scar:scar",
            "Healed cuts, straight or curved.",
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
            "Partial print: only part of the finger makes contact.",
            levels={"easy": {"keep": 0.75}, "medium": {"keep": 0.5}, "hard": {"keep": 0.3}},
        ),
        Corruption(
            "latent",
            room + "latent:latent",
            "Latent print: faint, smudged, on a structured background.",
            levels={
                "easy": {"contrast": 0.65, "background": 0.15, "smudge": 0.5, "grain": 0.03},
                "medium": {"contrast": 0.5, "background": 0.25, "smudge": 1.0, "grain": 0.05},
                "hard": {"contrast": 0.36, "background": 0.35, "smudge": 1.5, "grain": 0.06},
            },
        ),
    ]


@hookimpl
def restore_formats() -> list[Format]:
    """Return the exchange formats of prints."""
    room = "restore_fingerprint.formats"
    return [
        Format("wsq", f"{room}:wsq", "Prints compressed by WSQ, usually at 500 dpi (extra wsq).", WSQ),
        Format("jpeg2000", f"{room}:jpeg2000", "JPEG 2000, usual for prints at 1000 dpi.", JPEG2000),
    ]


@hookimpl
def restore_recipes() -> list[Recipe]:
    """Return the recipes for prints."""
    return [
        Recipe(
            "fingerprint",
            "Blind restoration of prints with a black box.",
            dataset="synthetic",
            folder="prints",
            size=(96, 96),
            channels=1,
            corrupt=["box"],
            model="find-restore",
            baselines=["identity", "biharmonic"],
            metrics=["psnr", "ssim", "mae", "calibration"],
            epochs=10,
            batch=8,
            optimizer="muon",
            lr=5e-3,
            loss="mse",
            fit="pad",
            trim="auto",
            notice=NOTICE,
        ),
        Recipe(
            "prints-500",
            "Blind restoration of whole prints at 500 dpi, of any size, with black boxes.",
            dataset="synthetic:sensor=optical,size=288x288,count=240",
            folder="prints",
            size=(96, 96),
            channels=1,
            corrupt=["box"],
            model="find-restore",
            baselines=["identity", "biharmonic"],
            metrics=["psnr", "ssim", "mae", "calibration", "orientation", "contrast"],
            epochs=10,
            batch=8,
            optimizer="muon",
            lr=5e-3,
            loss="mse",
            fit="window",
            trim="auto",
            notice=NOTICE,
        ),
        Recipe(
            "prints-any",
            "Blind restoration of prints of three sensors, with damage of any kind.",
            dataset="synthetic:sensor=all,count=9000",
            folder="prints",
            size=(96, 96),
            channels=1,
            corrupt=ANY_DAMAGE,
            augment=["shift-grey"],
            model="find-restore:experts=true",
            baselines=["identity"],
            metrics=["psnr", "harm", "calibration", "coverage", "mask"],
            epochs=30,
            batch=24,
            optimizer="muon",
            lr=5e-3,
            loss="mse",
            fit="pad",
            notice=NOTICE,
        ),
        Recipe(
            "socofing",
            "Blind restoration of SOCOFing's officially altered prints.",
            dataset="socofing",
            folder="socofing",
            size=(96, 96),
            channels=1,
            corrupt=[],
            model="find-restore",
            baselines=["identity", "biharmonic"],
            metrics=["psnr", "ssim", "mae", "calibration", "orientation", "contrast"],
            epochs=10,
            batch=8,
            optimizer="muon",
            lr=5e-3,
            loss="mse",
            fit="pad",
            notice=NOTICE,
        ),
        *(replace(one, notice=NOTICE) for one in TUTORIALS),
    ]


@hookimpl
def restore_pretrained() -> list[Pretrained]:
    """Return the run of `prints-any`: four hours of one processor, in three trainings (docs/decisions/0011-find-then-restore.md).

    Finder and restorer are from 27 and then 52 epochs of 6,300 synthetic prints, those of holes and of noise from 46 epochs.
    """
    return [
        Pretrained(
            "pretrained",
            "restore_fingerprint:pretrained.h5",
            "Prints of three sensors, damage of many kinds; trained on synthetic prints alone.",
            citation="restore-fingerprint, recipe prints-any",
            licence="Apache-2.0",
        )
    ]
