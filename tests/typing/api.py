"""Python calls as the pages show them, for mypy: `mypy tests/typing/api.py` reads this file and nobody runs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import restore
from restore import Run
from restore.api import Restored
from restore.events import EpochDone, Event, Warned
from restore.tasks.apply import Applied
from restore.tasks.compare import Compared


def runs_are_made() -> Run:
    restore.run("fingerprint")
    restore.run("fingerprint", corrupt="box", epochs=4, size=(96, 128))
    restore.run("fingerprint", corrupt=["box@hard", "noise|box"], baselines="none", metrics=("psnr", "ssim"), size=96)
    restore.run("fingerprint", data=Path("prints"), dataset="folder:group=file", also=[Path("a"), "folder=b"])
    restore.run("face", model="cae", alpha="white", max_pixels=10**6, limit=60, seed=1, gallery=0, batch=8)
    restore.run("face", lr=1e-3, optimizer="adam", loss="mae", threads=2, epochs=None)
    restore.run("fingerprint", runs="runs", name="mine", cache=False, keep_state=True, skip_bad=True, device="cpu")
    restore.run(like="last", seed=2)
    restore.run(like=Path("runs/a.h5"), runs=Path("runs"))
    restore.run(resume="last")
    return assert_type(restore.run("fingerprint", listener=listen), Run)


def listen(event: Event) -> None:
    match event:
        case EpochDone(row, planned):
            assert_type(row["val_loss"], float)
            assert_type(planned, int)
        case Warned(text):
            assert_type(text, str)


def runs_are_opened(run: Run) -> None:
    assert_type(restore.open("last"), Run)
    assert_type(restore.open(run.path, runs="runs"), Run)
    assert_type(run.path, Path)
    assert_type([run.id, run.name], list[str])
    assert_type(run.scores, Sequence[Mapping[str, Any]])
    assert_type(run.history[-1]["loss"], float)
    assert run.plan["seed"] == run.to_json()["plan"]["seed"]


def runs_restore(run: Run) -> None:
    damaged = run.gallery[0].damaged.astype(np.float32) / 255
    restored = run.restorer().restore(damaged)
    restored = run.restorer().restore(damaged, mask=np.ones((96, 128), np.bool_))
    kept = ~restored.mask
    assert (restored.image[kept] == damaged[kept]).all()
    assert restored.confidence is None or restored.confidence.min() >= 0
    for image in run.gallery:
        assert_type([image.id, image.rank, image.corruption], list[str])
        assert image.clean.shape == image.restored.shape
        assert image.details["truth"]


def wrong_calls_are_found() -> None:
    restore.run("fingerprint", epoch=4)  # type: ignore[call-arg]
    restore.run("fingerprint", epochs="4")  # type: ignore[arg-type]
    restore.run("fingerprint", size=(96, 96, 1))  # type: ignore[arg-type]
    restore.run("fingerprint", corrupt=3)  # type: ignore[arg-type]
    restore.open()  # type: ignore[call-arg]


def images_are_restored(run: Run, image: NDArray[np.uint8], mask: NDArray[np.bool_]) -> None:
    assert_type(restore.apply(run, image, mask), Restored)
    assert_type(restore.apply("last", [image, image]), list[Restored])
    assert_type(restore.apply("last", "in", output="out", jobs=2, skip_bad=True), Applied)
    assert_type(restore.apply("last", [Path("a.png")], "masks", output=Path("b.png")), Applied)


def runs_are_compared(run: Run) -> None:
    assert_type(restore.compare("one", "two"), Compared)
    for comparison in restore.compare(run, Path("two.h5"), "last", unpaired=True, runs="runs").comparisons:
        assert_type([row.p for row in comparison.rows], list[float | None])
    restore.compare("one", unpaired="yes")  # type: ignore[arg-type]
