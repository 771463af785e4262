"""Draws the panels of docs/prints.md and docs/identity.md, all of synthetic prints: `python docs/panels.py`."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from restore.api import generator
from restore_fingerprint.minutiae import find_minutiae
from restore_fingerprint.minutiae.pairing import ledger
from restore_fingerprint.minutiae.panel import draw_ledger
from restore_fingerprint.plugin import restore_corruptions
from restore_fingerprint.synthetic import synthetic
from restore_fingerprint.synthetic.sensors import SensorName

FOLDER = Path(__file__).parent / "pictures"
GAP = 8
LEVELS = ("easy", "medium", "hard")
SENSORS: dict[SensorName, tuple[tuple[int, int], int]] = {
    "socofing": ((96, 96), 170),
    "optical": ((374, 388), 500),
    "capacitive": ((300, 300), 500),
}
"""Height and width of a whole frame in pixels, and its resolution in dpi."""
SIDE = 192
"""Side of a tile in pixels."""

Row = Sequence[tuple[str, NDArray[np.float32]]]


def draw_sensors() -> list[Row]:
    """Return a row per sensor: two impressions each of two fingers, whole frames."""
    rows: list[Row] = []
    for sensor, (size, dpi) in SENSORS.items():
        source = synthetic(None, count=4, impressions=2, size=size, dpi=dpi, sensor=sensor, seed=3)
        labels = [f"{sensor}, finger 1", "again", "finger 2", "again"]
        rows.append([(label, sample.clean) for label, sample in zip(labels, source, strict=True)])
    return rows


def draw_alterations() -> list[Row]:
    """Return a row per alteration: two synthetic prints, each clean and at easy, medium and hard."""
    corruptions = restore_corruptions()
    source = synthetic(None, count=2 * len(corruptions), size=(96, 96), seed=0)
    rows: list[Row] = []
    for index, one in enumerate(corruptions):
        module, _, name = one.ref.partition(":")
        function = getattr(importlib.import_module(module), name)
        row = []
        for number in range(2):
            clean = source[2 * index + number].clean
            row.append(("clean" if number else name, clean))
            for level in LEVELS:
                rng = generator("panel", 0, name, level, number)
                row.append((level, function(clean, rng, **one.levels[level]).image))
        rows.append(row)
    return rows


def draw_ledgers() -> Image.Image:
    """Return the minutiae ledgers of a print under three alterations at level hard, side by side."""
    clean = synthetic(None, count=1, size=(96, 96))[0].clean
    panels = []
    for one in restore_corruptions()[:3]:
        module, _, name = one.ref.partition(":")
        function = getattr(importlib.import_module(module), name)
        damaged = function(clean, generator("ledger", name), **one.levels["hard"]).image
        before, after = find_minutiae(np.stack([clean, damaged]), "light", SENSORS["socofing"][1])
        panels.append(draw_ledger(damaged, before, after, ledger(before, after), scale=4))
    return Image.fromarray(np.concatenate(panels, axis=1))


def draw(rows: Sequence[Row]) -> Image.Image:
    """Return a panel of rows of labelled images, (H, W, 1) in [0, 1] each."""
    across = max(map(len, rows))
    # Pages show all panels at the same width, so letters scale with the number of tiles.
    font = ImageFont.load_default(3.4 * across)
    label_height = 5 * across
    panel = Image.new("L", (across * (SIDE + GAP), len(rows) * (SIDE + label_height + GAP)), 255)
    pen = ImageDraw.Draw(panel)
    for row, images in enumerate(rows):
        for column, (label, image) in enumerate(images):
            left, top = column * (SIDE + GAP), row * (SIDE + label_height + GAP)
            pen.text((left, top), label, fill=0, font=font)
            tile = Image.fromarray(np.rint(255 * image[..., 0]).astype(np.uint8))
            zoom = SIDE / max(tile.size)
            size = (round(tile.width * zoom), round(tile.height * zoom))
            # Pixels stay visible when enlarged, grey values are averaged when reduced.
            how = Image.Resampling.NEAREST if zoom > 1 else Image.Resampling.LANCZOS
            panel.paste(tile.resize(size, how), (left, top + label_height))
    return panel


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    draw(draw_sensors()).save(FOLDER / "sensors.png", optimize=True)
    draw(draw_alterations()).save(FOLDER / "alterations.png", optimize=True)
    draw_ledgers().save(FOLDER / "ledger.png", optimize=True)
