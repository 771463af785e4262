"""Networks trained on synthetic prints only, and on real ones of the same sensor, scored on the same real images.

python benchmarks/synthetic_to_real.py DATA --images 57000     (ten minutes for each training on two cores)

DATA holds SOCOFing/Real, fvc2002/DB1_B and fvc2002/DB3_B. The subjects and fingers scored are held out of training:
SOCOFing's subjects from 101 on, and the last three fingers of each FVC database. Images are 96x96: whole prints of
SOCOFing, pieces of the FVC's prints at 500 dpi. The damage is a black box of 28x28 pixels at a random position, the
same for all networks. With --windows, networks are trained on whole prints of the FVC too: on windows that a run takes
of them, on the same with quarter turns, and on their centres.
"""

from __future__ import annotations

import argparse
import re
import shutil
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
ON_FINGER = 0.7
"""Least share of a piece that lies on the finger."""
SHARE_TRAINED = 0.7
"""Share of a run's data in its training set; the rest validates and tests it."""

ROWS, WINDOWS = ("damaged", "biharmonic", "real", "synthetic"), ("windows", "windows, turned", "centres")

Images = NDArray[np.float32]


@dataclass(frozen=True)
class Scored:
    """The real images scored: clean and damaged float32 (N, 96, 96, 1) in [0, 1], masks bool (N, 96, 96)."""

    clean: Images
    damaged: Images
    masks: NDArray[np.bool_]

    def hole(self, restored: Images) -> float:
        """Return the pooled PSNR in the holes, in dB."""
        return float(-10 * np.log10(np.mean((restored - self.clean)[self.masks] ** 2)))


def person(path: Path) -> int:
    """Return the subject, or the FVC's finger: the number at the start of the name."""
    match = re.match(r"\d+", path.stem)
    assert match is not None, path
    return int(match[0])


def pieces(path: Path, sensor: str) -> Iterator[Images]:
    """Yield the 96x96 pieces of a print: SOCOFing's whole, padded with white; of others, those on the finger."""
    image = read_print(path)
    if sensor == "socofing":
        if image.shape != SENSORS[sensor].size:
            return
        image = image[:SIDE]
        missing = SIDE - image.shape[1]
        yield np.pad(image, ((0, 0), (missing // 2, missing - missing // 2)), constant_values=1.0).astype(np.float32)
        return
    inside = Seen(image, SENSORS[sensor].dpi).inside
    for top in range(8, image.shape[0] - SIDE, SIDE // 2):
        for left in range(8, image.shape[1] - SIDE, SIDE // 2):
            here = np.s_[top : top + SIDE, left : left + SIDE]
            if inside[here].mean() >= ON_FINGER:
                yield image[here].astype(np.float32)


def divide(data: Path, sensor: str, folder: Path, limit: int | None) -> Images:
    """Write the training pieces of at most `limit` prints to `folder`, and whole prints beside it.

    Returns the pieces scored, float32 (N, 96, 96).
    """
    whole = folder.with_name(f"{folder.name}-whole")
    whole.mkdir()
    paths = sorted(p for p in (data / SENSORS[sensor].folder).iterdir() if not p.as_posix().endswith(SPOILT))
    paths = [paths[i] for i in np.linspace(0, len(paths) - 1, min(limit or len(paths), len(paths))).astype(int)]
    people = sorted({person(path) for path in paths})
    scored = {number for number in people if number > 100} if sensor == "socofing" else set(people[-3:])
    kept = []
    for path in paths:
        if person(path) not in scored:
            shutil.copyfile(path, whole / path.name)
        for number, piece in enumerate(pieces(path, sensor)):
            if person(path) in scored:
                kept.append(piece)
            else:
                target = folder / str(person(path)) / f"{path.stem}-{number:02}.png"
                target.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(np.rint(255 * piece).astype(np.uint8)).save(target)
    return np.stack(kept)


def damage(clean: Images) -> Scored:
    """Return images with a black box at a random position, the same on every call."""
    rng = np.random.default_rng(0)
    masks = np.zeros(clean.shape, dtype=np.bool_)
    for mask in masks:
        top, left = rng.integers(0, SIDE - HOLE + 1, 2)
        mask[top : top + HOLE, left : left + HOLE] = True
    return Scored(clean[..., None], np.where(masks, 0, clean).astype(np.float32)[..., None], masks)


def windows_of(folder: Path) -> int:
    """Return how many windows an epoch takes of the prints of a folder: as many as their areas hold."""
    sizes = (Image.open(path).size for path in folder.iterdir())
    return sum(max(1, width * height // SIDE**2) for width, height in sizes)


def train(options: argparse.Namespace, count: int, runs: Path, **source: str | int) -> tuple[restore.Run, float]:
    """Train on about `--images` images from a dataset of `count`; return the run, and the minutes that it took."""
    start = time.perf_counter()
    epochs = max(1, round(options.images / (SHARE_TRAINED * count)))
    run = restore.run(
        "fingerprint", corrupt="box", model=f"selective-unet:depth={options.depth}", baselines="none", metrics="psnr",
        epochs=epochs, size=SIDE, gallery=0, runs=runs, cache=False, **source,
    )  # fmt: skip
    return run, (time.perf_counter() - start) / 60


def compare(sensor: str, options: argparse.Namespace, folder: Path) -> str:
    """Return the table's row for a sensor."""
    clean = divide(options.data, sensor, folder / sensor, options.limit)
    scored = damage(clean)
    real = sum(1 for _ in (folder / sensor).rglob("*.png"))
    print(f"{sensor}: {real} real images to train on, {len(clean)} to score", file=sys.stderr, flush=True)
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
    sets: dict[str, tuple[int, dict[str, str | int]]] = {
        "real": (real, {"dataset": "prints:group=folder", "data": str(folder / sensor)}),
        "synthetic": (options.count, {"dataset": f"synthetic:sensor={sensor},count={options.count}"}),
    }
    whole = folder / f"{sensor}-whole"
    if options.windows and sensor != "socofing":
        prints: dict[str, str | int] = {"dataset": "fvc2002", "data": str(whole)}
        count = windows_of(whole)
        sets["windows"] = (count, {**prints, "fit": "window"})
        sets["windows, turned"] = (count, {**prints, "fit": "window", "augment": "turn"})
        sets["centres"] = (len(list(whole.iterdir())), {**prints, "fit": "pad"})
    minutes = {}
    for name, (count, source) in sets.items():
        run, minutes[name] = train(options, count, folder / "runs", **source)
        restorer = run.restorer()
        figures[name] = scored.hole(np.stack([restorer.restore(image).image for image in scored.damaged]))
        print(f"{sensor}, {name}: {figures[name]:.2f} dB, {minutes[name]:.1f} min", file=sys.stderr, flush=True)
    windows = [f"{figures[name]:.2f}" if name in figures else "" for name in WINDOWS] if options.windows else []
    cells = " | ".join([*(f"{figures[name]:.2f}" for name in ROWS), *windows])
    loss = figures["real"] - figures["synthetic"]
    return f"| {sensor} | {real} | {options.count} | {len(clean)} | {cells} | {loss:.2f} | {minutes['synthetic']:.1f} |"


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with SOCOFing/Real and fvc2002")
    parser.add_argument("--sensor", choices=list(SENSORS), action="append", help="this sensor only")
    parser.add_argument(
        "--images", type=int, default=57_000, help="images that each network is trained on; 95 per second on two cores"
    )
    parser.add_argument("--count", type=int, default=4000, help="synthetic prints")
    parser.add_argument("--windows", action="store_true", help="train on windows and centres of whole prints too")
    parser.add_argument("--limit", type=int, help="real prints of each sensor; default: all")
    parser.add_argument("--depth", type=int, default=3, help="depth of selective-unet")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        rows = [compare(sensor, options, Path(folder)) for sensor in options.sensor or list(SENSORS)]
    print("PSNR in dB in the hole\n")
    more = [f"on {name}" for name in WINDOWS] if options.windows else []
    names = ["sensor", "real", "drawn", "scored", "damaged", "biharmonic", "trained on real", "on synthetic"]
    names += [*more, "loss", "minutes"]
    print(f"| {' | '.join(names)} |\n|{'---|' * len(names)}")
    print("\n".join(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
