"""Draw the panel of alterations: synthetic prints, every alteration, every level."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np

from restore.api import generator
from restore_fingerprint.plugin import restore_corruptions
from restore_fingerprint.synthetic import synthetic

GAP, LABEL = 4, 12


def draw_panel(path: Path, *, size: tuple[int, int] = (96, 96), seed: int = 0, zoom: int = 2) -> None:
    """Draw a PNG: in each row one alteration at easy, medium and hard, each on two synthetic prints beside the clean.

    `size`: height and width of a print in pixels; `zoom`: how many pixels of the panel go on one of a print.
    """
    from PIL import Image, ImageDraw

    corruptions = restore_corruptions()
    names = [one.name for one in corruptions]
    source = synthetic(None, count=2 * len(names), size=size, seed=seed)
    rows = []
    for index, one in enumerate(corruptions):
        module, name = one.ref.split(":")
        function = getattr(importlib.import_module(module), name)
        cells = []
        for print_number in range(2):
            clean = source[2 * index + print_number].clean
            cells.append(clean)
            for level in ("easy", "medium", "hard"):
                rng = generator("panel", seed, name, level, print_number)
                cells.append(function(clean, rng, **one.levels[level]).image)
        framed = [np.pad(cell[..., 0], ((LABEL, GAP), (GAP, GAP)), constant_values=1) for cell in cells]
        rows.append(np.hstack(framed))
    panel = Image.fromarray((np.vstack(rows) * 255).astype(np.uint8))
    panel = panel.resize((panel.width * zoom, panel.height * zoom), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(panel)
    for index, name in enumerate(names):
        for column, word in enumerate(("clean", "easy", "medium", "hard") * 2):
            place = (column * (size[1] + 2 * GAP) + GAP, index * (size[0] + LABEL + GAP) + 1)
            pen.text((place[0] * zoom, place[1] * zoom), f"{name} {word}" if column % 4 == 0 else word, fill=0)
    panel.save(path)


if __name__ == "__main__":
    draw_panel(Path(sys.argv[1]))
