"""Compare synthetic prints with real ones: brightness, contrast, ridge period, coherence, paper, and speed."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import fft, ndimage

from restore_fingerprint.synthetic import synthetic

SIDE = 96
WINDOW = 32
PADDED = 96
# SOCOFing's prints stand in a screenshot's frame: two grey lines at the top and left, four black ones at the bottom
# and right.
FRAMED = (103, 96)
FRAME = (slice(2, 99), slice(2, 92))

Print = NDArray[np.float64]


def ridge_period(image: Print) -> float:
    """Return the median ridge period in pixels, NaN without ridges.

    In every window of 32x32 pixels that has ridges, under a Hann window: the radial peak of the power spectrum,
    refined by a parabola.
    """
    hann = np.outer(np.hanning(WINDOW), np.hanning(WINDOW))
    cycles = np.hypot(fft.fftfreq(PADDED)[:, None], fft.rfftfreq(PADDED)[None, :])
    ring = np.rint(cycles * PADDED).astype(int)
    area = np.bincount(ring.ravel())
    # Between 12 and 2.1 pixels: nothing slower is a ridge, nothing faster can be seen.
    first, last = PADDED // 12, int(PADDED / 2.1)
    periods = []
    for top in range(0, image.shape[0] - WINDOW + 1, WINDOW // 4):
        for left in range(0, image.shape[1] - WINDOW + 1, WINDOW // 4):
            window = image[top : top + WINDOW, left : left + WINDOW]
            if paper(window) > 0.2 or window.std() < 0.1:
                continue
            power = np.abs(fft.rfft2((window - window.mean()) * hann, (PADDED, PADDED))) ** 2
            radial = np.bincount(ring.ravel(), power.ravel()) / area
            peak = first + int(np.argmax(radial[first:last]))
            before, at, after = radial[peak - 1 : peak + 2]
            bend = before - 2 * at + after
            periods.append(PADDED / (peak + (0.5 * (before - after) / bend if bend < 0 else 0)))
    return float(np.median(periods)) if periods else np.nan


def coherence(image: Print) -> float:
    """Return how well ridges agree on a direction, 0 to 1: of the structure tensor, weighted by gradient energy."""
    along_y, along_x = ndimage.sobel(image, 0), ndimage.sobel(image, 1)
    xx, yy, xy = (ndimage.gaussian_filter(p, 3) for p in (along_x**2, along_y**2, along_x * along_y))
    return float(np.hypot(xx - yy, 2 * xy).sum() / (xx + yy).sum())


def paper(image: Print) -> float:
    """Return the share of pixels without ink (darker than 0.85) within 4 pixels."""
    return float((ndimage.minimum_filter(image, 9) > 0.85).mean())


MEASURES: dict[str, Callable[[Print], float]] = {
    "mean": lambda image: float(image.mean()),
    "contrast (std)": lambda image: float(image.std()),
    "ridge period (px)": ridge_period,
    "coherence": coherence,
    "paper (share)": paper,
    "black < 0.1 (share)": lambda image: float((image < 0.1).mean()),
    "white > 0.9 (share)": lambda image: float((image > 0.9).mean()),
}


def read_print(path: Path) -> Print:
    """Return a real print without its frame, cropped or padded with white to 96x96, float64 in [0, 1]."""
    with Image.open(path) as picture:
        image = np.asarray(picture.convert("L"), dtype=np.float64) / 255
    if image.shape == FRAMED:
        image = image[FRAME]
    image = image[:SIDE, :SIDE]
    rows, columns = SIDE - image.shape[0], SIDE - image.shape[1]
    return np.pad(image, ((rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2)), constant_values=1.0)


def measure(prints: Iterable[Print]) -> dict[str, NDArray[np.float64]]:
    """Return every measure of every print, float64 (N,) by name."""
    rows = [[function(image) for function in MEASURES.values()] for image in prints]
    return dict(zip(MEASURES, np.array(rows).T, strict=True))


def spread(values: NDArray[np.float64]) -> str:
    """Return the median and the 5 to 95 % percentiles."""
    low, middle, high = np.nanpercentile(values, [5, 50, 95])
    return f"{middle:6.3f} {low:6.3f} -{high:6.3f}"


def draw(count: int, seed: int) -> tuple[list[Print], float]:
    """Return `count` synthetic prints and how many were drawn in a second of one core's time."""
    source = synthetic(None, count=count + 1, size=(SIDE, SIDE), seed=seed)
    # The first one builds the filters.
    _ = source[count]
    start = time.process_time()
    prints = [source[index].clean[:, :, 0].astype(np.float64) for index in range(count)]
    return prints, count / (time.process_time() - start)


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="real prints (BMP), for example SOCOFing/Real")
    parser.add_argument("--count", type=int, default=300, help="prints of each kind")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    drawn, speed = draw(options.count, options.seed)
    columns = {"synthetic": measure(drawn)}
    if options.folder is not None:
        # Evenly over the folder: its names sort by person.
        paths = sorted(p for p in options.folder.iterdir() if p.suffix.lower() == ".bmp")
        paths = paths[:: max(1, len(paths) // options.count)][: options.count]
        columns["real"] = measure(map(read_print, paths))
    heads = (f"{name} (n={len(values['mean'])})" for name, values in columns.items())
    print(" " * 22 + "".join(f"{head:>24}" for head in heads))
    print(" " * 22 + f"{'median    5 -   95 %':>24}" * len(columns))
    for name in MEASURES:
        print(f"{name:22}" + "".join(f"{spread(values[name]):>24}" for values in columns.values()))
    print(f"\n{speed:.0f} prints of {SIDE}x{SIDE} a second on one core")


if __name__ == "__main__":
    main(sys.argv[1:])
