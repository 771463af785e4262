"""Synthetic prints compared with real ones of the same sensor: contact, grey values, ridges, flow, minutiae; speed.

OMP_NUM_THREADS=1 python benchmarks/prints.py DATA
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from alterations import FRAME, FRAMED
from numpy.typing import NDArray
from PIL import Image
from print_measures import MEASURES, Print, measure

from restore_fingerprint.synthetic import synthetic

# Binarised in the copy of DB1_B in circulation.
SPOILT = "DB1_B/101_1.tif"


@dataclass(frozen=True)
class Real:
    """A sensor's real prints: subfolder of the data, size of its images, dots per inch."""

    folder: str
    size: tuple[int, int]
    dpi: float


SENSORS = {
    "socofing": Real("SOCOFing/Real", (97, 90), 170),
    "optical": Real("fvc2002/DB1_B", (374, 388), 500),
    "capacitive": Real("fvc2002/DB3_B", (300, 300), 500),
}


def read_print(path: Path) -> Print:
    """Return a real print without its frame, float64 in [0, 1]."""
    with Image.open(path) as file:
        image = np.asarray(file.convert("L"), dtype=np.float64) / 255
    return image[FRAME] if image.shape == FRAMED else image


def read_prints(data: Path, sensor: str, count: int) -> list[Print]:
    """Return up to `count` real prints of a sensor, the same random choice each time."""
    real = SENSORS[sensor]
    paths = sorted(path for path in (data / real.folder).iterdir() if not path.as_posix().endswith(SPOILT))
    order = np.random.default_rng(0).permutation(len(paths))
    prints = (read_print(paths[index]) for index in order)
    return list(itertools.islice((image for image in prints if image.shape == real.size), count))


def draw_prints(sensor: str, count: int, seed: int) -> list[Print]:
    """Return `count` synthetic prints of a sensor, each of a different finger."""
    real = SENSORS[sensor]
    source = synthetic(None, count=count, size=real.size, seed=seed, sensor=sensor, dpi=real.dpi)
    return [source[index].clean[:, :, 0].astype(np.float64) for index in range(count)]


def speed(sensor: str, size: tuple[int, int], count: int) -> float:
    """Return synthetic prints per second of processor time."""
    source = synthetic(None, count=count + 1, size=size, sensor=sensor)
    # The first print builds the filters.
    _ = source[count]
    start = time.process_time()
    for index in range(count):
        _ = source[index]
    return count / (time.process_time() - start)


def table(prints: list[Print], dpi: float) -> NDArray[np.float64]:
    """Return every measure of every print, float64 (N, measures)."""
    return np.array([measure(image, dpi) for image in prints])


def spread(values: NDArray[np.float64]) -> str:
    """Return the median and the 5 to 95 % percentiles."""
    low, middle, high = np.nanpercentile(values, [5, 50, 95])
    return f"{middle:8.3f} {low:8.3f} to{high:8.3f}"


def show(sensor: str, drawn: NDArray[np.float64], real: NDArray[np.float64] | None) -> None:
    """Print a sensor's table; `inside` is the share of synthetic prints within 5 to 95 % of the real ones."""
    print(f"\n{sensor}: synthetic (n={len(drawn)})" + ("" if real is None else f", real (n={len(real)})"))
    print(f"{'':24}{'synthetic  5 to 95 %':>30}" + ("" if real is None else f"{'real       5 to 95 %':>30}    inside"))
    for name, values, truth in zip(MEASURES, drawn.T, [None] * drawn.shape[1] if real is None else real.T, strict=True):
        line = f"{name:24}{spread(values):>30}"
        if truth is not None:
            # Grey values are float32 on one side.
            low, high = np.nanpercentile(truth, [5, 95]) + np.array([-1e-6, 1e-6])
            finite = values[np.isfinite(values)]
            share = np.mean((finite >= low) & (finite <= high))
            within = low <= np.median(finite) <= high
            line += f"{spread(truth):>30}{share:8.0%}{'' if within else '  median outside'}"
        print(line)


def main(arguments: list[str]) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", help="folder with SOCOFing/Real and fvc2002; default: none")
    parser.add_argument("--sensor", choices=list(SENSORS), action="append", help="this sensor only")
    parser.add_argument("--count", type=int, default=150, help="real and synthetic prints of each sensor")
    parser.add_argument(
        "--timed", type=int, default=300, help="prints of 96x96 drawn for the speed, fewer where larger"
    )
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    sensors: list[str] = options.sensor or list(SENSORS)
    for sensor in sensors:
        dpi = SENSORS[sensor].dpi
        real = table(read_prints(options.data, sensor, options.count), dpi) if options.data else None
        show(sensor, table(draw_prints(sensor, options.count, options.seed), dpi), real)
    print()
    for sensor in sensors:
        for size in ((96, 96), SENSORS[sensor].size):
            count = max(1, round(options.timed * 96 * 96 / (size[0] * size[1])))
            print(f"{sensor}: {speed(sensor, size, count):.0f} prints of {size[0]}x{size[1]} per second and core")


if __name__ == "__main__":
    main(sys.argv[1:])
