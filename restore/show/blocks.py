"""Images in a terminal: half blocks, two pixels in each cell."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GAP = 2
"""Columns between two images."""
WIDEST = 36
"""Columns of an image at most: more rows than a terminal shows help nobody."""


def can_show() -> bool:
    """Return whether stdout is a terminal with colours, and an encoding that has half blocks."""
    console = Console(file=sys.stdout)
    known = (getattr(sys.stdout, "encoding", "") or "").lower().startswith("utf")
    return console.is_terminal and console.color_system in ("256", "truecolor") and known


def draw_rows(rows: Sequence[Sequence[NDArray[np.uint8]]], width: int) -> Text:
    """Return images, uint8 (H, W, 1 or 3), in rows, scaled so that the longest row has at most `width` columns."""
    most = max(len(row) for row in rows)
    columns = max(4, min(WIDEST, (width - GAP * (most - 1)) // most))
    lines = Text()
    for row in rows:
        cells = [_cells(one, columns) for one in row]
        for number in range(max(map(len, cells))):
            for place, cell in enumerate(cells):
                lines.append(" " * (GAP if place else 0))
                lines.append_text(cell[number] if number < len(cell) else Text(" " * columns))
            lines.append("\n")
        lines.append("\n")
    lines.rstrip()
    return lines


def _cells(image: NDArray[np.uint8], columns: int) -> list[Text]:
    """Return an image as lines of `columns` half blocks, its upper pixels in front of the lower ones."""
    import numpy as np
    from PIL import Image

    height, width = image.shape[:2]
    rgb = np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image
    down = max(2, 2 * round(columns * height / width / 2))
    small = np.asarray(Image.fromarray(np.ascontiguousarray(rgb)).resize((columns, down), Image.Resampling.BOX))
    lines = []
    for upper, lower in zip(small[::2].tolist(), small[1::2].tolist(), strict=True):
        line = Text()
        for above, below in zip(upper, lower, strict=True):
            line.append("▀", f"rgb({','.join(map(str, above))}) on rgb({','.join(map(str, below))})")
        lines.append(line)
    return lines
