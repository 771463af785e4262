"""What damage and baselines do to identity: minutiae, rank-1 and EER on SOCOFing's official pairs and on FVC2002.

python benchmarks/identity.py socofing SOCOFing --probes 24
python benchmarks/identity.py fvc fvc2002/DB1_B

Needs the extra `minutiae`. Templates and scores are kept in the user's cache (mode 0700: they tell fingers apart).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from platformdirs import user_cache_path

from restore.api import generator
from restore.builtin.models import classical
from restore_fingerprint.matching.matchers import MatcherName, find_matcher
from restore_fingerprint.matching.protocol import pair_up
from restore_fingerprint.matching.rates import accept_rate, equal_error, equal_error_interval, ranks
from restore_fingerprint.minutiae import Minutiae, leader
from restore_fingerprint.minutiae.pairing import ledger

Images = NDArray[np.float32]
Masks = NDArray[np.bool_]

SIDE = 96
# SOCOFing's prints stand in a screenshot's frame: two grey lines at the top and left, four black ones at the bottom
# and right. By their ridges they are of 200 dpi, whatever their header says.
FRAME = (slice(2, 99), slice(2, 92))
SOCOFING_DPI, FVC_DPI = 200.0, 500.0
SUBJECTS = range(101, 113)
ALTERATIONS = {"rotation": "CR", "zcut": "Zcut", "obliteration": "Obl"}
LEVELS = ("medium", "hard", "easy")
BASELINES: Mapping[str, Callable[[Images, Masks], Images]] = {
    "biharmonic": classical.biharmonic,
    "median": classical.median,
    "tv": classical.tv,
    "nl-means": classical.nl_means,
}
"""The core's baselines; `identity` returns the damaged prints. Only `biharmonic` is told the mask."""
NAME = re.compile(r"(\d+)__[MF]_\w+_finger")


@dataclass(frozen=True)
class Store:
    """A folder of templates and scores by the content that they were made from."""

    folder: Path

    def __post_init__(self) -> None:
        """Make the folder, for its owner alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)

    def template(self, image: Images, dpi: float) -> Minutiae:
        """Return LEADER's minutiae of an image (H, W)."""
        path = self.folder / f"leader-{_digest(image, str(dpi))}.npz"
        if path.exists():
            with np.load(path) as kept:
                return Minutiae(*(kept[key] for key in ("x", "y", "direction", "kind", "quality")), image.shape, dpi)
        found = leader.extract(image, dpi)
        fields = {key: getattr(found, key) for key in ("x", "y", "direction", "kind", "quality")}
        _write(path, lambda file: np.savez(file, **fields))
        return found

    def scores(
        self, probes: Sequence[Minutiae], gallery: Sequence[Minutiae], matcher: MatcherName
    ) -> NDArray[np.float64]:
        """Return the scores of probes with a gallery, float64 (P, G)."""
        told = [str((matcher, len(probes))).encode()]
        told += [np.stack([m.x, m.y, m.direction, m.quality]).tobytes() for m in (*probes, *gallery)]
        path = self.folder / f"{matcher}-{hashlib.sha256(b'|'.join(told)).hexdigest()[:32]}.npy"
        if path.exists():
            return np.asarray(np.load(path), np.float64)
        found = find_matcher(matcher).scores(probes, gallery)
        _write(path, lambda file: np.save(file, found))
        return found


@dataclass(frozen=True)
class Row:
    """One line of the table: what was done to how many prints, and what of their fingers is left."""

    damage: str
    what: str
    probes: int
    f1: float | None
    ledger: Mapping[str, float] | None
    rank1: Mapping[str, float]
    eer: Mapping[str, tuple[float, float, float]]
    tar: Mapping[str, float]


def _digest(image: Images, *told: str) -> str:
    return hashlib.sha256(repr((image.shape, told)).encode() + image.tobytes()).hexdigest()[:32]


def _write(path: Path, save: Callable[[Path], None]) -> None:
    """Write whole or not at all, as the script may be stopped at any time."""
    partial = path.with_name(f"partial-{path.name}")
    save(partial)
    partial.rename(path)


def read_print(path: Path) -> Images:
    """Return a print of SOCOFing without its frame, cropped or padded with white to 96x96, float32 in [0, 1]."""
    with Image.open(path) as picture:
        image = np.asarray(picture.convert("L"), dtype=np.float32)[FRAME][:SIDE, :SIDE] / np.float32(255)
    rows, columns = SIDE - image.shape[0], SIDE - image.shape[1]
    around = ((rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2))
    return np.pad(image, around, constant_values=1)


def judge(
    damage: str,
    what: str,
    probes: Sequence[Minutiae],
    own: Sequence[int],
    truth: Sequence[Minutiae],
    scores: Mapping[str, NDArray[np.float64]],
) -> Row:
    """Return the line of probes whose own finger is column `own` of the scores, and whose true minutiae are known."""
    place = np.arange(len(own)), np.asarray(own)
    rank1, eer, tar = {}, {}, {}
    for matcher, table in scores.items():
        others = table.copy()
        others[place] = np.nan
        pairs = np.argwhere(~np.isnan(others))
        pairs[:, 0] = place[1][pairs[:, 0]]
        genuine, impostor = table[place], others[~np.isnan(others)]
        rank1[matcher] = float(np.mean(ranks(genuine, others) == 1))
        ends = equal_error_interval((genuine, own), (impostor, pairs), generator("identity"))
        eer[matcher] = (equal_error(genuine, impostor).rate, *ends)
        tar[matcher] = accept_rate(genuine, impostor, 1e-2)
    books = [ledger(before, after) for before, after in zip(truth, probes, strict=True)]
    counts = {key: float(np.mean([len(getattr(book, key)) for book in books])) for key in KEPT}
    f1 = [2 * len(b.kept) / max(1, len(t) + len(p)) for b, t, p in zip(books, truth, probes, strict=True)]
    return Row(damage, what, len(probes), float(np.mean(f1)), counts, rank1, eer, tar)


KEPT = ("kept", "moved", "lost", "invented")


def socofing(options: argparse.Namespace, store: Store) -> None:
    """Print the table of SOCOFing's official pairs against the real prints of subjects 101 to 112."""
    real = sorted(p for p in (options.folder / "Real").iterdir() if _subject(p) in SUBJECTS)
    clean = {path.stem: read_print(path) for path in real}
    gallery = [store.template(image, SOCOFING_DPI) for image in clean.values()]
    names = list(clean)
    print(f"gallery: {len(gallery)} prints, {np.mean([len(one) for one in gallery]):.1f} minutiae each", flush=True)
    for what in options.rows:
        for level in options.levels:
            for alteration, short in ALTERATIONS.items():
                folder = options.folder / "Altered" / f"Altered-{level.capitalize()}"
                paths = sorted(p for p in folder.glob(f"*_{short}.BMP") if _subject(p) in SUBJECTS)
                paths = [paths[i] for i in np.linspace(0, len(paths) - 1, min(options.probes, len(paths))).astype(int)]
                stems = [path.stem.removesuffix(f"_{short}") for path in paths]
                damaged = np.stack([read_print(path) for path in paths])[..., np.newaxis]
                truth = np.stack([clean[stem] for stem in stems])[..., np.newaxis]
                images = damaged
                if what == "clean":
                    images = truth
                elif what != "damaged":
                    images = BASELINES[what](damaged, (damaged != truth)[..., 0])
                probes = [store.template(image[..., 0], SOCOFING_DPI) for image in images]
                own = [names.index(stem) for stem in stems]
                scores = {one: store.scores(probes, gallery, one) for one in options.matchers}
                show(judge(f"{alteration} {level}", what, probes, own, [gallery[one] for one in own], scores), options)


def fvc(options: argparse.Namespace, store: Store) -> None:
    """Print the table of an FVC database: all genuine pairs, and first impressions of two fingers."""
    paths = sorted(options.folder.glob("*.tif"), key=lambda p: tuple(map(int, p.stem.split("_"))))
    # The copy of DB1_B that is passed around has this one print in black and white alone.
    paths = [path for path in paths if path.stem not in options.without]
    fingers = [path.stem.split("_")[0] for path in paths]
    clean = []
    for path in paths:
        with Image.open(path) as picture:
            clean.append(np.asarray(picture.convert("L"), np.float32) / np.float32(255))
    genuine, impostor = pair_up(fingers)
    number = np.unique(fingers, return_inverse=True)[1]
    truth = [store.template(image, FVC_DPI) for image in clean]
    for what, damaged in DAMAGES.items():
        probes = [store.template(damaged(image, path.stem), FVC_DPI) for image, path in zip(clean, paths, strict=True)]
        books = [ledger(before, after) for before, after in zip(truth, probes, strict=True)]
        counts = {key: float(np.mean([len(getattr(book, key)) for book in books])) for key in KEPT}
        f1 = [2 * len(b.kept) / max(1, len(t) + len(p)) for b, t, p in zip(books, truth, probes, strict=True)]
        eer, tar = {}, {}
        for matcher in options.matchers:
            # The first of each pair is damaged, the second is the clean one enrolled.
            found = [
                np.array([store.scores([probes[a]], [truth[b]], matcher)[0, 0] for a, b in pairs])
                for pairs in (genuine, impostor)
            ]
            ends = equal_error_interval(
                (found[0], number[genuine[:, 0]]), (found[1], number[impostor]), generator("identity")
            )
            eer[matcher] = (equal_error(*found).rate, *ends)
            tar[matcher] = accept_rate(*found, 1e-2)
            show(
                Row(options.folder.name, what, len(probes), float(np.mean(f1)), counts, {}, eer, tar),
                options,
            )


def black_box(image: Images, name: str) -> Images:
    """Return an FVC print with a black box that is to it what 28x28 is to 96x96 at 200 dpi: 3.6 mm, in the finger."""
    side = round(28 * FVC_DPI / SOCOFING_DPI)
    rng = generator("identity", name, "box")
    rows, columns = np.nonzero(image < np.float32(0.5))
    low, high = (np.percentile(axis, [15, 85]) for axis in (rows, columns))
    top, left = (int(rng.integers(a, max(a + 1, b - side))) for a, b in (low.astype(int), high.astype(int)))
    damaged = image.copy()
    damaged[top : top + side, left : left + side] = 0
    return damaged


DAMAGES: Mapping[str, Callable[[Images, str], Images]] = {
    "clean": lambda image, _: image,
    "black box 70x70": black_box,
}


def show(row: Row, options: argparse.Namespace) -> None:
    """Print a line of the table, and add it to the file that was asked for."""
    cells = [row.damage, row.what, str(row.probes)]
    cells += ["-" if row.f1 is None else f"{row.f1:.2f}"]
    cells += ["-" if row.ledger is None else " · ".join(f"{row.ledger[key]:.1f}" for key in KEPT)]
    cells += [f"{row.rank1[one]:.2f}" for one in row.rank1]
    cells += [f"{100 * rate:.1f} ({100 * low:.1f} to {100 * high:.1f})" for rate, low, high in row.eer.values()]
    print("| " + " | ".join(cells) + " |", flush=True)
    if options.out is not None:
        with options.out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row)) + "\n")


def _subject(path: Path) -> int:
    told = NAME.match(path.stem)
    return int(told[1]) if told else 0


def main(arguments: list[str]) -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", choices=["socofing", "fvc"])
    parser.add_argument("folder", type=Path, help="SOCOFing, or a database of the FVC")
    parser.add_argument("--probes", type=int, default=24, help="prints of each alteration and level")
    parser.add_argument("--levels", nargs="+", default=LEVELS[:2], choices=LEVELS)
    parser.add_argument("--rows", nargs="+", default=["damaged", *BASELINES, "clean"])
    parser.add_argument("--matchers", nargs="+", default=["geometric", "bozorth3"])
    parser.add_argument("--without", nargs="*", default=["101_1"], help="prints of the FVC to leave out")
    parser.add_argument("--out", type=Path, help="file that gets every line as JSON")
    options = parser.parse_args(arguments)
    store = Store(user_cache_path("restore-benchmarks") / "identity")
    print("| damage | row | prints | F1 | kept · moved · lost · invented | figures of", *options.matchers, "|")
    {"socofing": socofing, "fvc": fvc}[options.table](options, store)


if __name__ == "__main__":
    main(sys.argv[1:])
