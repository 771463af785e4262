"""The panel of `quality.py`: a few fixed prints, clean, damaged, and restored by each model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from quality_damage import Cases

from restore.builtin.models.opencv import fsr
from restore.pipeline.restorer import Restorer

PEOPLE = 2
"""Prints of each kind of damage, of the first and the last person."""
ZOOM, GAP, MARGIN, FONT = 2, 8, 160, 15
LONGEST = 22
"""Letters of a name above a column."""


def draw(cases: Cases, restorers: Mapping[str, Restorer]) -> Image.Image:
    """Return the panel: a row for each print, a column for each restoration; easy and medium alterations are left out."""
    rows: list[tuple[str, Sequence[NDArray[np.float32]]]] = []
    for kind, test in cases.sets.items():
        if kind.endswith(("easy", "medium")):
            continue
        places = sorted({0, len(test.ids) - 1})[:PEOPLE]
        clean, damaged, masks = (np.asarray(one)[places] for one in (test.clean, test.damaged, test.masks))
        columns = [clean, damaged, fsr(damaged, masks)]
        columns += [np.asarray(one.restore_all(damaged).images) for one in restorers.values()]
        rows += [(kind, images) for images in zip(*columns, strict=True)]
    return _paste(rows, ["clean", "damaged", "fsr, true mask", *restorers])


def _paste(rows: Sequence[tuple[str, Sequence[NDArray[np.float32]]]], names: Sequence[str]) -> Image.Image:
    side = ZOOM * rows[0][1][0].shape[0]
    step, font = side + GAP, ImageFont.load_default(FONT)
    panel = Image.new("L", (MARGIN + len(names) * step, 2 * FONT + len(rows) * step), 255)
    pen = ImageDraw.Draw(panel)
    for column, name in enumerate(names):
        pen.text((MARGIN + column * step, FONT // 2), name[:LONGEST], fill=0, font=font)
    for line, (kind, images) in enumerate(rows):
        top = 2 * FONT + line * step
        pen.text((GAP, top + side // 2), kind, fill=0, font=font)
        for column, image in enumerate(images):
            tile = Image.fromarray(np.rint(255 * image[..., 0]).astype(np.uint8))
            panel.paste(tile.resize((side, side), Image.Resampling.NEAREST), (MARGIN + column * step, top))
    return panel
