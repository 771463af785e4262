"""Speed of `find-restore`, whose cost follows the damage, beside `selective-unet`, whose cost follows the image.

python benchmarks/speed.py --figure speed.svg

Both restore blind, by turns in one process, with onnxruntime on one thread; what is compared is processor time. Prints of
96x96 have a black box in their middle, from none to all of the print; then folders of large images are restored as
`restore apply` does, undamaged ones and the same with noise everywhere.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import restore
from restore.pipeline.restorer import Restorer
from restore_fingerprint.synthetic import synthetic

FIND, WHOLE = "find-restore", "selective-unet"
SIDE = 96
BOXES = (0, 8, 16, 28, 40, 56, 72, 96)
"""Sides of the box, in pixels; 28 is the default of the recipes."""
NOISE = 0.3
Times = Mapping[str, Sequence[float]]


def main(arguments: list[str]) -> None:
    """Print milliseconds a print by damaged area, and seconds a large image, with their ratios."""
    options = _parse(arguments)
    with tempfile.TemporaryDirectory() as folder:
        runs = {FIND: restore.open(options.run), WHOLE: _run_of(options.model, folder)}
        _print_prints({name: run.restorer() for name, run in runs.items()}, options)
        for megapixels in options.megapixels:
            _print_large(runs[FIND], megapixels, options, Path(folder))


def _run_of(model: str, folder: str) -> restore.Run:
    """Return a run of the model, hardly trained: its cost does not depend on its weights."""
    fast = {"limit": 30, "epochs": 1, "threads": 1, "metrics": "psnr", "baselines": "none", "cache": False}
    return restore.run("fingerprint", corrupt="box", model=model, runs=folder, **fast)


def _print_prints(restorers: Mapping[str, Restorer], options: argparse.Namespace) -> None:
    """Print a row for each size of the box, and draw the figure where it is wanted."""
    source = synthetic(None, count=options.count, size=(SIDE, SIDE))
    clean = np.stack([source[i].clean for i in range(options.count)]).astype(np.float32)
    print(f"| damaged | marked | `{FIND}`, ms | `{WHOLE}`, ms | images/s, relative |\n|---|---|---|---|---|")
    rows = []
    for box in BOXES:
        images = clean.copy()
        start = (SIDE - box) // 2
        images[:, start : start + box, start : start + box] = 0
        used = restorers[FIND].restore_all(images).used
        work = {name: partial(one.restore_all, images) for name, one in restorers.items()}
        times = _times(work, options.rounds)
        ratio = statistics.median(whole / find for find, whole in zip(times[FIND], times[WHOLE], strict=True))
        find, whole = (1000 * statistics.median(times[name]) / len(images) for name in (FIND, WHOLE))
        share = box**2 / SIDE**2
        print(f"| {share:.1%} | {np.mean(used):.1%} | {find:.2f} | {whole:.2f} | {ratio:.2f} |", flush=True)
        rows.append((share, find, whole))
    if options.figure:
        _draw(rows, options.figure)


def _times(work: Mapping[str, Callable[[], object]], rounds: int) -> Times:
    """Return the seconds of processor time of each piece of work, one a round, after one that is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for one in work.values():
        one()
    for _ in range(rounds):
        for name, one in work.items():
            start = time.process_time()
            one()
            seconds[name].append(time.process_time() - start)
    return seconds


def _draw(rows: Sequence[tuple[float, float, float]], file: Path) -> None:
    from matplotlib import pyplot as plt

    shares, *curves = zip(*rows, strict=True)
    figure, axes = plt.subplots(figsize=(5, 3.2), layout="constrained")
    for name, milliseconds in zip((FIND, WHOLE), curves, strict=True):
        axes.plot([100 * one for one in shares], milliseconds, marker="o", label=name)
    axes.set(xlabel="damaged area, % of the print", ylabel="ms a print, one thread", ylim=0)
    axes.legend(frameon=False)
    figure.savefig(file)


def _print_large(run: restore.Run, megapixels: float, options: argparse.Namespace, folder: Path) -> None:
    """Print the time of a folder of large images, undamaged and with noise everywhere, 3:2 in shape."""
    height = round((megapixels * 1e6 / 1.5) ** 0.5)
    shape = height, round(1.5 * height)
    rng = np.random.default_rng(0)
    for name in ("undamaged", "noise"):
        (folder / name).mkdir(exist_ok=True)
    for i in range(options.images):
        clean = _large(shape, i)
        noisy = clean + rng.normal(0, NOISE, shape)
        for name, pixels in (("undamaged", clean), ("noise", noisy)):
            Image.fromarray(np.rint(255 * pixels.clip(0, 1)).astype(np.uint8)).save(folder / name / f"{i}.tif")
    times = {}
    for name in ("undamaged", "noise"):
        start = time.process_time()
        restore.apply(run, folder / name, output=folder / f"{name}-restored", overwrite=True)
        times[name] = (time.process_time() - start) / options.images
    unchanged = np.mean([_share_unchanged(folder, f"{i}.tif") for i in range(options.images)])
    print(
        f"{options.images} images of {shape[1]}x{shape[0]}: undamaged {times['undamaged']:.1f} s an image, noise everywhere"
        f" {times['noise']:.1f} s, {times['noise'] / times['undamaged']:.1f} times; {unchanged:.3%} of pixels unchanged"
    )


def _large(shape: tuple[int, int], index: int) -> NDArray[np.float32]:
    """Return a print repeated in mirror images, so that it has no seams."""
    tile = synthetic(None, count=index + 1, size=(388, 374), sensor="optical")[index].clean[..., 0]
    lacking = [(0, side - own) for side, own in zip(shape, tile.shape, strict=True)]
    return np.pad(tile, [(0, max(0, after)) for _, after in lacking], mode="symmetric")[: shape[0], : shape[1]]


def _share_unchanged(folder: Path, name: str) -> float:
    before, after = (np.asarray(Image.open(folder / one / name)) for one in ("undamaged", "undamaged-restored"))
    return float(np.mean(before == after))


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", default="fingerprint/pretrained", help=f"run of {FIND}, with its networks as ONNX")
    parser.add_argument("--model", default=WHOLE, metavar="SPEC", help="what it is compared with")
    parser.add_argument("--count", type=int, default=64, help="prints, restored at once")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megapixels", type=float, nargs="*", default=[24], help="sizes of large images")
    parser.add_argument("--images", type=int, default=2, help="images in each folder")
    parser.add_argument("--figure", type=Path, help="file to draw time against damaged area into")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
