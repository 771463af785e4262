"""Train on synthetic prints only and on the real ones of the same sensor, and score both on the same real pictures.

python benchmarks/synthetic_to_real.py DATA --pictures 57000     (ten minutes a training on two cores)

DATA holds SOCOFing/Real, fvc2002/DB1_B and fvc2002/DB3_B. Everyone whose print is scored is kept out of the training:
SOCOFing's subjects from 101 on, and the last three fingers of each FVC set. Pictures are 96x96: whole prints of SOCOFing,
and pieces of 96x96 at 500 dpi of the FVC's. The damage is a black box of 28x28 at a random place, drawn once for all.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from print_measures import Seen
from prints import SENSORS, SPOILT, read_print
from skimage.restoration import inpaint_biharmonic

import restore

SIDE, HOLE = 96, 28
# A piece of a print is taken where so much of it lies on the finger.
ON_FINGER = 0.7
SHARE_TRAINED = 0.7
"""Of a run's data; the rest validates and tests it."""

Images = NDArray[np.float32]


@dataclass(frozen=True)
class Scored:
    """The same real pictures, damaged alike: clean and damaged float32 (N, 96, 96, 1), masks bool (N, 96, 96)."""

    clean: Images
    damaged: Images
    masks: NDArray[np.bool_]

    def hole(self, restored: Images) -> float:
        """Return the pooled PSNR in the holes, in dB."""
        return float(-10 * np.log10(np.mean((restored - self.clean)[self.masks] ** 2)))


def person(path: Path) -> int:
    """Return the subject, or the FVC's finger: the number that a name begins with."""
    told = re.match(r"\d+", path.stem)
    assert told is not None, path
    return int(told[0])


def pieces(path: Path, sensor: str) -> Iterator[Images]:
    """Return the 96x96 pieces of a print: the whole of SOCOFing's, padded with white; those on the finger else."""
    image = read_print(path)
    if sensor == "socofing":
        if image.shape != SENSORS[sensor].size:
            return
        image = image[:SIDE]
        aside = SIDE - image.shape[1]
        yield np.pad(image, ((0, 0), (aside // 2, aside - aside // 2)), constant_values=1.0).astype(np.float32)
        return
    inside = Seen(image, SENSORS[sensor].dpi).inside
    for top in range(8, image.shape[0] - SIDE, SIDE // 2):
        for left in range(8, image.shape[1] - SIDE, SIDE // 2):
            here = np.s_[top : top + SIDE, left : left + SIDE]
            if inside[here].mean() >= ON_FINGER:
                yield image[here].astype(np.float32)


def divide(data: Path, sensor: str, folder: Path) -> Images:
    """Write the pieces that are trained on below `folder`, and return those that are scored, float32 (N, 96, 96)."""
    paths = sorted(p for p in (data / SENSORS[sensor].folder).iterdir() if not p.as_posix().endswith(SPOILT))
    people = sorted({person(path) for path in paths})
    scored = {number for number in people if number > 100} if sensor == "socofing" else set(people[-3:])
    kept = []
    for path in paths:
        for number, piece in enumerate(pieces(path, sensor)):
            if person(path) in scored:
                kept.append(piece)
            else:
                target = folder / str(person(path)) / f"{path.stem}-{number:02}.png"
                target.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(np.rint(255 * piece).astype(np.uint8)).save(target)
    return np.stack(kept)


def damage(clean: Images) -> Scored:
    """Return pictures with a black box at a random place, always the same."""
    rng = np.random.default_rng(0)
    masks = np.zeros(clean.shape, dtype=np.bool_)
    for mask in masks:
        top, left = rng.integers(0, SIDE - HOLE + 1, 2)
        mask[top : top + HOLE, left : left + HOLE] = True
    return Scored(clean[..., None], np.where(masks, 0, clean).astype(np.float32)[..., None], masks)


def train(pictures: int, count: int, runs: Path, **what: str | int) -> tuple[restore.Run, float]:
    """Return a run that sees about `pictures` pictures of a set of `count`, and the minutes that it took."""
    start = time.perf_counter()
    epochs = max(1, round(pictures / (SHARE_TRAINED * count)))
    run = restore.run(
        "fingerprint", corrupt="box", baselines="none", metrics="psnr", epochs=epochs, size=SIDE, gallery=0, runs=runs,
        cache=False, **what,
    )  # fmt: skip
    return run, (time.perf_counter() - start) / 60


def compare(data: Path, sensor: str, pictures: int, drawn: int, folder: Path) -> str:
    """Return the table's row of a sensor."""
    clean = divide(data, sensor, folder / sensor)
    scored = damage(clean)
    real = sum(1 for _ in (folder / sensor).rglob("*.png"))
    print(f"{sensor}: {real} real pictures to train on, {len(clean)} to score", file=sys.stderr, flush=True)
    figures = {
        "damaged": scored.hole(scored.damaged),
        "biharmonic": scored.hole(
            np.stack(
                [
                    inpaint_biharmonic(image, mask, channel_axis=-1)
                    for image, mask in zip(scored.damaged, scored.masks, strict=True)
                ]
            )
        ),
    }
    sets = {
        "real": (real, {"dataset": "prints:group=folder", "data": str(folder / sensor)}),
        "synthetic": (drawn, {"dataset": f"synthetic:sensor={sensor},count={drawn}"}),
    }
    minutes = {}
    for name, (count, what) in sets.items():
        run, minutes[name] = train(pictures, count, folder / "runs", **what)
        figures[name] = scored.hole(restore.open(run.path).restorer().restore_all(scored.damaged)[0])
        print(f"{sensor}, {name}: {figures[name]:.2f} dB, {minutes[name]:.1f} min", file=sys.stderr, flush=True)
    cells = " | ".join(f"{value:.2f}" for value in figures.values())
    lost = figures["real"] - figures["synthetic"]
    return f"| {sensor} | {real} | {drawn} | {len(clean)} | {cells} | {lost:.2f} | {minutes['synthetic']:.1f} |"


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sensor", choices=list(SENSORS), action="append", help="only this one")
    parser.add_argument(
        "--pictures", type=int, default=57_000, help="that each training sees; 95 a second on two cores"
    )
    parser.add_argument("--drawn", type=int, default=4000, help="synthetic prints")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            compare(options.data, sensor, options.pictures, options.drawn, Path(folder))
            for sensor in options.sensor or list(SENSORS)
        ]
    print("PSNR in dB in the hole\n")
    print("| sensor | real | drawn | scored | damaged | biharmonic | trained on real | on synthetic | loss | minutes |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
