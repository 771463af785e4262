"""How much the fingerprint plugin's alterations change the same real prints, compared with SOCOFing's official ones.

python benchmarks/alterations.py SOCOFing
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restore.api import Damaged, generator
from restore_fingerprint.alterations.obliteration import obliteration
from restore_fingerprint.alterations.rotation import rotation
from restore_fingerprint.alterations.zcut import zcut
from restore_fingerprint.plugin import restore_corruptions

FUNCTIONS: dict[str, Callable[..., Damaged]] = {"rotation": rotation, "obliteration": obliteration, "zcut": zcut}
OFFICIAL = {"rotation": "CR", "obliteration": "Obl", "zcut": "Zcut"}
LEVELS = ("easy", "medium", "hard")
NAME = re.compile(r"(\d+)__[MF]_\w+?_finger")
FRAMED = (103, 96)
# SOCOFing's prints carry the frame of a screenshot: two grey lines at the top and left, four black ones at the bottom
# and right.
FRAME = (slice(2, 99), slice(2, 92))
SIDE = 96
VISIBLE = 0.05

Print = NDArray[np.float32]


@dataclass(frozen=True)
class Pair:
    """A real print and its official alteration, both float32 (H, W) in [0, 1] without the frame."""

    name: str
    subject: int
    alteration: str
    level: str
    clean: Print
    altered: Print

    def imitate(self, seed: int) -> Damaged:
        """Return the same real print altered by the plugin, under the same name and at the same level."""
        levels = next(one.levels for one in restore_corruptions() if one.name == self.alteration)
        rng = generator("benchmarks", seed, self.name, self.alteration, self.level)
        return FUNCTIONS[self.alteration](self.clean[..., np.newaxis], rng, **levels[self.level])


def read_print(path: Path) -> Print | None:
    """Return a print without its frame, None where the image has another size."""
    with Image.open(path) as image:
        grey: Print = np.asarray(image.convert("L"), dtype=np.float32) / np.float32(255)
    return grey[FRAME] if grey.shape == FRAMED else None


def read_pairs(folder: Path, subjects: range, alteration: str, level: str) -> Iterator[Pair]:
    """Yield the official pairs of some subjects, of one alteration at one level."""
    for path in sorted((folder / "Altered" / f"Altered-{level.title()}").glob(f"*_{OFFICIAL[alteration]}.BMP")):
        match = NAME.match(path.stem)
        if match is None or int(match[1]) not in subjects:
            continue
        name = path.stem.rpartition("_")[0]
        clean, altered = read_print(folder / "Real" / f"{name}.BMP"), read_print(path)
        if clean is not None and altered is not None:
            yield Pair(name, int(match[1]), alteration, level, clean, altered)


def square(image: Print) -> Print:
    """Return a print cropped, or padded with white, to 96x96."""
    image = image[:SIDE, :SIDE]
    rows, columns = SIDE - image.shape[0], SIDE - image.shape[1]
    return np.pad(image, ((rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2)), constant_values=1)


def measure(clean: Print, altered: Print) -> tuple[float, float]:
    """Return the mean squared error and the share of pixels changed by more than 0.05, at 96x96."""
    error = square(altered) - square(clean)
    return float((error**2).mean()), float((np.abs(error) > VISIBLE).mean())


def decibels(mse: float) -> float:
    """Return the PSNR in dB of a mean squared error, for values in [0, 1]."""
    return float(-10 * np.log10(mse))


def main(arguments: list[str]) -> None:
    """Print a line for each alteration and level."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="SOCOFing, the folder with Real and Altered")
    parser.add_argument("--first", type=int, default=101, help="first subject")
    parser.add_argument("--last", type=int, default=120, help="last subject")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, default=None, help="pairs for each alteration and level")
    options = parser.parse_args(arguments)
    subjects = range(options.first, options.last + 1)
    print("mean MSE / its PSNR in dB / share changed by more than 0.05 (5 to 95 %), at 96x96")
    for alteration in FUNCTIONS:
        for level in LEVELS:
            pairs = list(read_pairs(options.folder, subjects, alteration, level))[: options.limit]
            rows = {
                "official": [measure(pair.clean, pair.altered) for pair in pairs],
                "plugin": [measure(pair.clean, pair.imitate(options.seed).image[..., 0]) for pair in pairs],
            }
            cells, means = [], []
            for name, values in rows.items():
                mse, share = np.array(values).mean(axis=0)
                low, high = np.percentile([value[1] for value in values], [5, 95])
                means.append((mse, share))
                cells.append(f"{name} {mse:.4f} / {decibels(mse):.1f} / {share:5.1%} ({low:.1%} - {high:.1%})")
            change = [means[1][index] / means[0][index] - 1 for index in range(2)]
            print(
                f"{alteration:12} {level:6} n={len(pairs):3}  " + "  ".join(cells),
                f" plugin/official MSE {change[0]:+.0%} share {change[1]:+.0%}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
