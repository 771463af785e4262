"""A case with originals of several kinds and steps of two runs, made in no time by the stand-in."""

import itertools

import numpy as np
from PIL import Image

import restore
from restore.tasks.batch import Handling
from restore.tasks.case.steps import Words, add_originals, restore_originals
from restore.tasks.case.verify import verify_case
from restore.tasks.restoration import Settings

SAVED = Settings(save_mask=True, save_confidence=True)
NAMES = ("a.png", "b.jpg", "c.tif")


def save_scan(path, number=0):
    """Save an image with a black hole at the path."""
    image = np.random.default_rng(number).integers(40, 250, (24, 32), np.uint8)
    image[6:14, 8:20] = 0
    Image.fromarray(image).save(path, quality=95)
    return path


def save_mask(path):
    mask = np.zeros((24, 32), np.uint8)
    mask[2:9, 3:17] = 255
    Image.fromarray(mask).save(path)
    return path


def train(folder):
    """Return the files of two runs."""
    made = (
        restore.run("small", model="filler-optional", name=f"r{n}", epochs=n, runs=folder, cache=False) for n in (1, 2)
    )
    return [run.path for run in made]


def begin(folder, names=NAMES):
    """Make scans, masks of them, two runs, and a case with the scans as originals."""
    (folder / "in").mkdir(parents=True)
    (folder / "masks").mkdir()
    scans = [save_scan(folder / "in" / name, number) for number, name in enumerate(names)]
    for scan in scans:
        save_mask(folder / "masks" / f"{scan.stem}.png")
    runs = train(folder / "runs")
    add_originals(folder / "case", scans, Words("ann", "seized"), Handling(), new=True)
    return runs


def step(case, run, *names, how=None, why="", **settings):
    """Do one step in a case."""
    settings = Settings(save_mask=True, save_confidence=True, **settings)
    return restore_originals(case, str(run), names, settings, Words("ann", why), how or Handling(), runs=None)


def do_steps(folder, runs, count, names):
    """Do some steps, in turn with other runs, masks, fills and originals."""
    ways = [{}, {"mask": str(folder / "masks")}, {"fill": "leave"}, {"mask": "color=#000000"}]
    turn = itertools.cycle(itertools.product(runs, ways))
    for number, (run, way) in zip(range(count), turn, strict=False):
        step(folder / "case", run, *([names[number % len(names)]] if number % 3 else ()), why=f"try {number}", **way)


def verify(path, **options):
    return verify_case(path, Handling(), **options)
