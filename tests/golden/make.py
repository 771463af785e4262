"""Make the golden run file of the current schema: `python tests/golden/make.py` writes run-schema-N.h5 beside this file.

A golden file is made once, when its schema is new, and never again: it shows that what was written stays readable.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from restore.runfile.record import Gallery, LogEntry, Record, Scores, SplitIds, State


def sample() -> Record:
    """Return a small record in which every field has a value of every kind that it may have."""
    rng = np.random.default_rng(1)
    layers = [
        ("conv/kernel", rng.standard_normal((3, 3, 1, 2)).astype(np.float32)),
        ("conv/bias", np.zeros(2, np.float32)),
        ("seed_generator/seed_generator_state", np.array([7, 9], np.uint32)),
    ]
    moments = [("iteration", np.array(12, np.int64)), ("conv_kernel_momentum", layers[0][1] / 2)]
    pictures = rng.integers(0, 256, (3, 4, 8, 8, 1), np.uint8)
    return Record(
        id="0123456789ab",
        name="fingerprint-box-0123456789ab",
        created="2026-01-02T03:04:05+00:00",
        status="running",
        restore_version="0.1.0",
        plan={
            "recipe": "fingerprint/fingerprint",
            "corrupt": [{"spec": "box", "steps": []}, {"spec": "noise:amount=0.2|box", "steps": []}],
            "model": {"component": "builtin/unet", "spec": "unet", "options": {"width": 8, "größe": None}},
            "seed": 0,
        },
        environment={"python": "3.11.7", "device": "cpu", "owners": {"builtin/unet": {"version": "0.1.0"}}},
        seconds={"total": 3.5, "train": 2.75, "score": 0.5},
        data={
            "train": SplitIds(["1/a b.png", "1/ü.png"], ["1", "1"], ["0" * 64, "1" * 64]),
            "validation": SplitIds(["2/\udcff.png"], ["2"], ["2" * 64]),
            "test": SplitIds(["3/a.png", "4/b\n.png"], ["3", "4"], ["3" * 64, "4" * 64]),
        },
        skipped=[{"id": "5/broken.png", "reason": "the picture is cut short"}],
        history=[
            {"epoch": 1, "seconds": 1.5, "loss": 0.5, "val_loss": 0.6, "image/mae": 0.1},
            {"epoch": 2, "seconds": 1.25, "loss": 0.25, "val_loss": 0.375},
        ],
        scores=Scores(
            value=np.where(rng.random((2, 2, 2, 2, 2)) < 0.2, np.nan, rng.random((2, 2, 2, 2, 2))).astype(np.float32),
            image=["3/a.png", "4/b\n.png"],
            corruption=["box", "noise:amount=0.2|box"],
            metric=["psnr", "mask.iou"],
            region=["full", "hole"],
            what=["damaged", "restored"],
            table=[
                {
                    "corruption": "box",
                    "metric": "psnr",
                    "unit": "dB",
                    "region": "full",
                    "what": "damaged",
                    "mean": 14.36,
                },
                {
                    "corruption": "box",
                    "metric": "psnr",
                    "unit": "dB",
                    "region": "full",
                    "what": "restored",
                    "mean": None,
                },
            ],
        ),
        gallery=Gallery(
            clean=pictures[0],
            damaged=pictures[1],
            restored=pictures[2],
            mask=pictures[0, ..., 0],
            confidence=pictures[1, ..., 0],
            index=[
                {"id": "3/a.png", "corruption": "box", "rank": rank} for rank in ("worst", "median", "best", "first")
            ],
        ),
        weights=layers,
        state=State(weights=layers, optimizer=moments, training={"best_epoch": 2, "wait": 0, "best": None}),
        events=[
            LogEntry("2026-01-02T03:04:06+00:00", "info", "training begins"),
            LogEntry("2026-01-02T03:04:07+00:00", "warning", "one picture was skipped: 5/broken.png"),
        ],
    )


if __name__ == "__main__":
    from restore.runfile.encode import encode
    from restore.runfile.schema import CURRENT
    from restore.runfile.summary import Holder

    Path(__file__).with_name(f"run-schema-{CURRENT.number}.h5").write_bytes(encode(sample(), Holder(1, "host")))
