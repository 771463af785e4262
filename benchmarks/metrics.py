"""Metrics and extractors of prints: images per second and core, and how official alterations affect minutiae.

OMP_NUM_THREADS=1 python benchmarks/metrics.py SOCOFing --count 100
OMP_NUM_THREADS=1 python benchmarks/metrics.py SOCOFing --identity leader --probes 24 --panel ledger.png
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from alterations import FRAME, SIDE, square
from numpy.typing import NDArray
from PIL import Image

from restore.api import Scored
from restore_fingerprint import ridges
from restore_fingerprint.metrics.contrast import contrast
from restore_fingerprint.metrics.minutiae import minutiae
from restore_fingerprint.metrics.orientation import orientation
from restore_fingerprint.metrics.period import period
from restore_fingerprint.metrics.segmentation import segmentation
from restore_fingerprint.minutiae import Name, extractor, find_minutiae
from restore_fingerprint.minutiae.pairing import ledger
from restore_fingerprint.minutiae.panel import draw_ledger
from restore_fingerprint.synthetic import synthetic

DPI = 200.0
SUBJECTS = range(101, 113)
ALTERATIONS = {"rotation": "CR", "z-cut": "Zcut", "obliteration": "Obl"}
LEVELS = ("Easy", "Medium", "Hard")
BOX = 28

Prints = NDArray[np.float32]


def read_print(path: Path) -> Prints:
    """Return a print without its frame, padded with white to 96x96, float32 in [0, 1]."""
    with Image.open(path) as image:
        return square(np.asarray(image.convert("L"), np.float32)[FRAME] / 255)


def real_prints(folder: Path, subjects: range) -> list[Path]:
    """Return the real prints of some subjects that have the usual frame, by name."""
    paths = sorted((folder / "Real").glob("*.BMP"))
    return [path for path in paths if int(path.name.split("__")[0]) in subjects and path.stat().st_size < 50_000]


def put_boxes(clean: Prints) -> tuple[Prints, NDArray[np.bool_]]:
    """Return prints (N, H, W) with a black box of 28x28 pixels at a random position, and its mask."""
    rng = np.random.default_rng(0)
    masks = np.zeros(clean.shape, bool)
    for mask in masks:
        top, left = rng.integers(0, SIDE - BOX + 1, 2)
        mask[top : top + BOX, left : left + BOX] = True
    return np.where(masks, np.float32(0), clean), masks


def speed(name: str, count: int, work: Callable[[], object]) -> None:
    """Print images per second of processor time, for `work` that processes `count` of them."""
    start = time.process_time()
    work()
    print(f"{name:32} {count / (time.process_time() - start):8.1f} images per second and core", flush=True)


def time_all(clean: Prints, leader: int) -> None:
    """Print the speed of every ridge measure, metric and extractor on 96x96 prints at 200 dpi."""
    count = len(clean)
    damaged, masks = put_boxes(clean)
    speed("orientation", count, lambda: ridges.orientation(clean))
    speed("period", count, lambda: [ridges.period(one) for one in clean])
    speed("foreground", count, lambda: ridges.foreground(clean))
    for metric in (orientation, period, contrast, segmentation):
        speed(f"metric {metric.__name__}", count, lambda m=metric: m(damaged[..., None], clean[..., None], masks))
    for name, some in (("light", count), ("leader", leader)):
        if some:
            extract = extractor(name)
            extract(clean[0], DPI)
            speed(f"extractor {name}", some, lambda e=extract, n=some: [e(one, DPI) for one in clean[:n]])
    names = [str(i) for i in range(count)]
    scored = Scored(damaged[..., None], clean[..., None], damaged[..., None], masks, names, names, [{}] * count)
    speed("metric minutiae, light", count, lambda: minutiae(scored, extractor="light", dpi=DPI))


def show_boxes(folder: Path, count: int) -> None:
    """Print orientation, contrast and period in black boxes on subjects 101 to 120, damaged and inpainted by OpenCV."""
    from restore.builtin.models.opencv import fsr, telea

    clean = np.stack([read_print(path)[..., None] for path in real_prints(folder, range(101, 121))[:count]])
    damaged, masks = put_boxes(clean[..., 0])
    damaged = damaged[..., None]
    rows = {"damaged": damaged, "telea": telea(damaged, masks), "fsr": fsr(damaged, masks)}
    print(f"\nbox of {BOX} in {len(clean)} prints: orientation (degrees), contrast, period (%) in the hole")
    for name, images in rows.items():
        given = images, clean, masks
        print(
            f"{name:12}" + "".join(f"{np.nanmean(metric(*given)):8.2f}" for metric in (orientation, contrast, period))
        )


def show_identity(folder: Path, name: Name, probes: int, panel: Path | None) -> None:
    """Print F1 and the ledger of official altered prints of subjects 101 to 112 against the real ones."""
    paths = real_prints(folder, SUBJECTS)
    # Evenly over subjects and fingers.
    paths = paths[4 :: max(1, len(paths) // probes)][:probes]
    print(f"\n{name}, {DPI:g} dpi enlarged to 500: mean F1, and minutiae kept, moved, lost, invented per print")
    tiles = []
    for title, code in ALTERATIONS.items():
        for level in LEVELS:
            rows = []
            for path in paths:
                altered = folder / "Altered" / f"Altered-{level}" / f"{path.stem}_{code}.BMP"
                if not altered.exists():
                    continue
                prints = np.stack([read_print(path), read_print(altered)])
                before, after = find_minutiae(prints, name, DPI)
                book = ledger(before, after)
                counts = [len(one) for one in (book.kept, book.moved, book.lost, book.invented)]
                rows.append([2 * counts[0] / max(1, len(before) + len(after)), *counts])
                if panel is not None and level == "Medium" and path in paths[:4]:
                    tiles.append(draw_ledger(prints[1], before, after, book))
            mean = np.mean(rows, axis=0)
            print(f"{title:13}{level:8}{mean[0]:6.2f}" + "".join(f"{v:7.1f}" for v in mean[1:]) + f"  n={len(rows)}")
    if panel is not None:
        Image.fromarray(np.concatenate(tiles, axis=1)).save(panel)


def main(arguments: list[str]) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "folder", type=Path, nargs="?", help="SOCOFing, with Real and Altered; default: synthetic prints"
    )
    parser.add_argument("--count", type=int, default=100, help="prints for the speeds")
    parser.add_argument("--boxes", type=int, default=200, help="prints with a black box")
    parser.add_argument("--leader", type=int, default=0, help="prints for LEADER's speed, about half a second each")
    parser.add_argument(
        "--identity", choices=["light", "leader", "mindtct"], help="F1 of official alterations, by this extractor"
    )
    parser.add_argument("--probes", type=int, default=24, help="prints for that F1")
    parser.add_argument("--panel", type=Path, help="image file of the first ledgers at level medium")
    options = parser.parse_args(arguments)
    if options.identity:
        show_identity(options.folder, options.identity, options.probes, options.panel)
        return
    if options.folder is None:
        source = synthetic(None, count=options.count, dpi=int(DPI))
        clean = np.stack([sample.clean[:, :, 0] for sample in source])
    else:
        clean = np.stack([read_print(path) for path in real_prints(options.folder, range(1, 101))[: options.count]])
    print(f"{os.environ.get('OMP_NUM_THREADS', 'all')} threads")
    time_all(clean, options.leader)
    if options.folder is not None:
        show_boxes(options.folder, options.boxes)


if __name__ == "__main__":
    main(sys.argv[1:])
