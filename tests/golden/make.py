"""Make the golden files: `python tests/golden/make.py` writes the run file of the current schema, and with `plan` a run.

A golden file is made once, when its schema is new, and never again: it shows that what was written stays readable. The
run is trained, so that its plan, network and weights are those of a release; it is made again where a plan's JSON changes.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from restore.runfile.encode import encode
from restore.runfile.record import GalleryImage, LogEntry, Parent, Record, Scores, SplitIds, State
from restore.runfile.schema import CURRENT
from restore.runfile.summary import Holder

HERE = Path(__file__).parent
WRITER = Holder(1, "host")
PLAN, RESTORED = HERE / "plan-run.h5", HERE / "plan-restored.npy"
IMAGES = ("3/a.png", "4/b\n.png")
RANKS = ("worst", "median", "best", "first")


def sample_1() -> Record:
    """Return what the golden file of schema 1 is read as: every field of that schema with a value of every kind."""
    rng = np.random.default_rng(1)
    layers = [
        ("conv/kernel", rng.standard_normal((3, 3, 1, 2)).astype(np.float32)),
        ("conv/bias", np.zeros(2, np.float32)),
        ("seed_generator/seed_generator_state", np.array([7, 9], np.uint32)),
    ]
    moments = [("iteration", np.array(12, np.int64)), ("conv_kernel_momentum", layers[0][1] / 2)]
    clean, damaged, restored = rng.integers(0, 256, (3, 4, 8, 8, 1), np.uint8)
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
            "test": SplitIds(IMAGES, ["3", "4"], ["3" * 64, "4" * 64]),
        },
        skipped=[{"id": "5/broken.png", "reason": "the picture is cut short"}],
        history=[
            {"epoch": 1, "seconds": 1.5, "loss": 0.5, "val_loss": 0.6, "image/mae": 0.1},
            {"epoch": 2, "seconds": 1.25, "loss": 0.25, "val_loss": 0.375},
        ],
        scores=Scores(
            value=np.where(rng.random((2, 2, 2, 2, 2)) < 0.2, np.nan, rng.random((2, 2, 2, 2, 2))).astype(np.float32),
            image=IMAGES,
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
        gallery=[
            GalleryImage(
                id="3/a.png",
                corruption="box",
                rank=rank,
                clean=clean[i],
                damaged=damaged[i],
                restored=restored[i],
                mask=clean[i, ..., 0],
                confidence=damaged[i, ..., 0],
            )
            for i, rank in enumerate(RANKS)
        ],
        weights={"model": layers},
        state=State(
            weights={"model": layers},
            optimizer={"model": moments},
            training={"best_epoch": 2, "wait": 0, "best": None},
        ),
        events=[
            LogEntry("2026-01-02T03:04:06+00:00", "info", "training begins"),
            LogEntry("2026-01-02T03:04:07+00:00", "warning", "one picture was skipped: 5/broken.png"),
        ],
    )


def sample() -> Record:
    """Return a small record in which every field has a value of every kind that it may have."""
    rng = np.random.default_rng(2)
    first = sample_1()
    assert first.scores is not None
    assert first.state is not None
    finder = [("conv/kernel", rng.standard_normal((3, 3, 3, 1)).astype(np.float32))]
    return replace(
        first,
        parent=Parent("ba9876543210", "5" * 64),
        margins=[{"size": [103, 96], "top": 2, "bottom": 5, "left": 0, "right": 0}],
        scores=replace(first.scores, pixels=rng.integers(0, 64, (2, 2, 2)), data=["", "scans"]),
        gallery=[_image(rng, number, rank) for number, rank in enumerate(RANKS)],
        weights={"finder": finder, **first.weights},
        exports={"finder": b"\0\1\2"},
        state=replace(
            first.state,
            weights={"finder": finder, **first.state.weights},
            optimizer={"finder": [], **first.state.optimizer},
        ),
    )


def _image(rng: np.random.Generator, number: int, rank: str) -> GalleryImage:
    """Return an image of a size of its own, in colour where its number is odd."""
    shape = 6 + number, 9, 1 + 2 * (number % 2)
    clean, damaged, restored = (rng.integers(0, 256, shape, np.uint8) for _ in range(3))
    mask, true_mask, confidence = (rng.integers(0, 256, shape[:2], np.uint8) for _ in range(3))
    details = {"truth": {"angle": 12.5, "corners": [[0, 1], [2, None]]}, "logits": [0.25, -1.0]}
    return GalleryImage(
        id=IMAGES[number % 2],
        corruption="box",
        rank=rank,
        clean=clean,
        damaged=damaged,
        restored=restored,
        mask=mask,
        true_mask=None if number == 3 else true_mask,
        confidence=None if number == 3 else confidence,
        details={} if number == 3 else details,
    )


def image() -> np.ndarray:
    """Return the image that the golden run restores, float32 (32, 32, 1): waves with a hole."""
    y, x = np.mgrid[:32, :32].astype(np.float32)
    made = (0.5 + 0.5 * np.sin(x / 2 + y / 3))[..., None].astype(np.float32)
    made[8:18, 12:22] = 0
    return made


def train(folder: Path) -> Record:
    """Return the record of a small run, with nothing in it of when and where it was made."""
    import restore

    made = restore.run(
        "fingerprint",
        corrupt="box:size=8",
        model="selective-unet:width=8,depth=1",
        baselines="none",
        size=32,
        limit=24,
        epochs=1,
        gallery=1,
        runs=folder,
        cache=False,
    )
    record = made.record
    return replace(
        record,
        id="0123456789ab",
        name=PLAN.stem,
        created="2026-01-02T03:04:05+00:00",
        environment={},
        seconds=dict.fromkeys(record.seconds, 1.0),
        history=[{**row, "seconds": 1.0} for row in record.history],
        events=(),
    )


def main() -> None:
    """Write the files that the arguments name."""
    if "plan" not in sys.argv[1:]:
        (HERE / f"run-schema-{CURRENT.number}.h5").write_bytes(encode(sample(), WRITER))
        return
    import restore

    with tempfile.TemporaryDirectory() as folder:
        PLAN.write_bytes(encode(train(Path(folder)), WRITER))
    outputs = restore.open(PLAN).restorer().restore(image(), np.ones((32, 32), np.bool_))
    np.save(RESTORED, np.round(outputs.image * 255).astype(np.uint8))


if __name__ == "__main__":
    main()
