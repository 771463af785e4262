"""A run of two corruptions as plain values, for the tests of what is shown and of the commands that show it."""

from __future__ import annotations

import numpy as np

from restore.runfile.record import GalleryImage, Record, Scores, SplitIds

CHOICES = {
    "dataset": {"component": "prints/synthetic", "spec": "synthetic", "level": None, "options": {"size": [96, 128]}},
    "model": {"component": "builtin/unet", "spec": "unet:width=16", "level": None, "options": {"width": 16}},
    "baselines": [{"component": "builtin/median", "spec": "median", "level": None, "options": {"window": 5}}],
    "metrics": [{"component": "builtin/psnr", "spec": "psnr", "level": None, "options": {}}],
}
OWNER = {"distribution": "restore-toolkit", "version": "0.1.0"}


def plan() -> dict:
    """Return a plan as JSON."""
    box = {"component": "builtin/box", "spec": "box@easy", "level": "easy", "options": {"size": 12, "fill": 0.0}}
    noise = {"component": "builtin/noise", "spec": "noise", "level": None, "options": {"kind": "gaussian"}}
    return {
        "recipe": "prints/prints",
        "data": None,
        **CHOICES,
        "corrupt": [{"spec": "box@easy", "steps": [box]}, {"spec": "box@easy|noise", "steps": [box, noise]}],
        "size": [96, 128],
        "channels": 1,
        "fit": "pad",
        "trim": "auto",
        "limit": 60,
        "seed": 7,
        "training": {
            "epochs": 4,
            "batch": 32,
            "optimizer": "adamw",
            "lr": 0.002,
            "loss": "mse",
            "schedule": "cosine",
            "patience": 10,
        },
        "gallery": 9,
        "owners": {
            "prints/prints": {"distribution": "restore-prints", "version": "1.2"},
            "prints/synthetic": {"distribution": "restore-prints", "version": "1.2"},
            **{f"builtin/{name}": OWNER for name in ("box", "noise", "unet", "median", "psnr")},
        },
    }


def row(metric: str, region: str, what: str, mean: float | None, **more: object) -> dict:
    """Return a row of the score table, by default of 9 images under `box@easy`."""
    interval = {"low": None if mean is None else mean * 0.9, "high": None if mean is None else mean * 1.1}
    kind = {"psnr": ("dB", "higher", "db"), "mse": ("", "lower", "values"), "mask.iou": ("", "higher", "values")}
    unit, better, rule = kind[metric]
    fields = {"data": None, "corruption": "box@easy", "level": "easy", "metric": metric, "unit": unit, "better": better}
    fields |= {"region": region, "what": what, "given_mask": False, "mean": mean, **interval}
    return (
        fields
        | {"n": 9 if mean is not None else 0, "groups": 3, "rule": rule, "reason": None, "identity": False}
        | more
    )


def rows() -> list[dict]:
    """Return the score tables of two corruptions; the median was skipped in the second."""
    told, skipped = {"given_mask": True}, {"given_mask": True, "reason": "the mask covers over 90 %"}
    second = {"corruption": "box@easy|noise", "level": None}
    return [
        row("psnr", "full", "damaged", 14.364),
        row("psnr", "full", "median", 18.15, **told),
        row("psnr", "full", "restored", 21.75),
        row("psnr", "clean", "damaged", None),
        row("psnr", "clean", "median", None, **told),
        row("psnr", "clean", "restored", None),
        row("mse", "full", "damaged", 0.0366),
        row("mse", "full", "median", 0.0, **told),
        row("mse", "full", "restored", 0.00668),
        row("mask.iou", "full", "damaged", None),
        row("mask.iou", "full", "median", 1.0, **told),
        row("mask.iou", "full", "restored", 0.99125),
        row("psnr", "full", "damaged", 12.0, **second),
        row("psnr", "full", "median", None, **second, **skipped),
        row("psnr", "full", "restored", 11.5, **second),
    ]


def record() -> Record:
    """Return the record of a complete run."""
    rng = np.random.default_rng(0)
    clean, damaged, restored, masks = rng.integers(0, 256, (4, 4, 24, 32, 1), np.uint8)
    losses = [(0.5, 0.6), (0.25, 0.3), (0.125, 0.35)]
    return Record(
        id="0123456789ab",
        name="prints-box",
        created="2026-01-02T03:04:05+00:00",
        status="complete",
        restore_version="0.1.0",
        plan=plan(),
        environment={},
        seconds={"total": 100.0, "train": 80.0, "score": 5.0},
        data={
            name: SplitIds([f"{name}/{i}" for i in range(n)], [f"{i % 3}" for i in range(n)], ["0" * 64] * n)
            for name, n in (("train", 42), ("validation", 9), ("test", 9))
        },
        skipped=[{"id": "bad.png", "reason": "cut short"}],
        history=[
            {"epoch": i + 1, "seconds": 1.5, "loss": loss, "val_loss": val} for i, (loss, val) in enumerate(losses)
        ],
        scores=Scores(np.zeros((0, 0, 0, 0, 0), np.float32), [], [], [], [], [], rows()),
        gallery=[
            GalleryImage(
                id=f"test/{i}",
                corruption=corruption,
                rank=rank,
                clean=clean[i],
                damaged=damaged[i],
                restored=restored[i],
                mask=masks[i, ..., 0],
            )
            for i, (corruption, rank) in enumerate(
                [("box@easy", "best"), ("box@easy", "worst"), ("box@easy", "first"), ("box@easy|noise", "first")]
            )
        ],
    )
