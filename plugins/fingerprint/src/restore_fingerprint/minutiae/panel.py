"""A panel of the minutiae ledger."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.minutiae.pairing import Ledger
from restore_fingerprint.minutiae.values import Minutiae
from restore_fingerprint.ridges import grey

COLOURS = {"kept": (0, 150, 60), "moved": (235, 175, 0), "lost": (40, 90, 255), "invented": (225, 0, 40)}
"""Green, yellow, blue and red, 8 bits per channel."""
FADE = 0.55
"""Remaining contrast of the print, so that colours stand out."""
RADIUS, TAIL = 3.0, 9.0
"""Radius of a minutia's circle and length of the line along its direction, in pixels at 500 dpi."""


def draw_ledger(
    image: NDArray[np.floating], before: Minutiae, after: Minutiae, book: Ledger, *, scale: int = 5
) -> NDArray[np.uint8]:
    """Return a print overlaid with its minutiae ledger, uint8 (H · scale, W · scale, 3).

    `image`: (H, W) or (H, W, C) in [0, 1], the print of `after`. Kept minutiae are green, moved ones yellow with a line
    from their former position, lost ones blue at their former position, invented ones red.
    """
    from PIL import Image, ImageDraw

    pixels = np.rint(255 * (1 - FADE * (1 - np.clip(grey(image), 0, 1)))).astype(np.uint8)
    size = (pixels.shape[1] * scale, pixels.shape[0] * scale)
    panel = Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST).convert("RGB")
    pencil = ImageDraw.Draw(panel)

    def place(found: Minutiae, which: int) -> NDArray[np.float64]:
        return (np.array([found.x[which], found.y[which]]) + 0.5) * scale

    def mark(found: Minutiae, which: int, what: str) -> None:
        centre, unit = place(found, which), found.dpi / 500 * scale
        way = np.array([np.cos(found.direction[which]), -np.sin(found.direction[which])])
        width = max(1, round(unit))
        pencil.circle(tuple(centre), RADIUS * unit, outline=COLOURS[what], width=width)
        pencil.line([*(centre + way * RADIUS * unit), *(centre + way * TAIL * unit)], COLOURS[what], width)

    for which in book.lost:
        mark(before, which, "lost")
    for which in book.invented:
        mark(after, which, "invented")
    for _, which in book.kept:
        mark(after, which, "kept")
    for old, new in book.moved:
        pencil.line([*place(before, old), *place(after, new)], COLOURS["moved"], 1)
        mark(after, new, "moved")
    return np.asarray(panel)
