"""Codes as images: a panel of inputs, codes and outputs, and of steps between two inputs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import RenderableType

from restore.errors import RequestError
from restore.show.panels import draw_panel
from restore.show.sheet import Column, Sheet, to_table
from restore.text import few

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from restore.runfile.record import GalleryImage
    from restore.running.coder import Coder
    from restore.tasks.encode import Encoded, Neighbour

    Array = NDArray[Any]

ROWS = ("input", "code", "output")
MOST = 10
"""Images of a panel, as many as the tutorials show."""
STEPS = 8
"""Codes between two images, both ends included."""
PAPER = 255


@dataclass(frozen=True, slots=True, eq=False)
class CodeView:
    """One column of a panel: input, code and output, uint8 (H, W, C) or (H, W); `clean` decides its size."""

    id: str
    corruption: str
    rank: str
    clean: Array
    input: Array
    code: Array
    output: Array


def draw_codes(
    coder: Coder, gallery: Sequence[GalleryImage], between: tuple[str, str] | None = None
) -> NDArray[np.float32]:
    """Return a panel of a run's test images, float32 (H, W, 3) in [0, 1]: input, code and output.

    `between` names two images, by id; a second block then shows the steps from the code of one to that of the other,
    and above them the mixtures of their pixels. Codes are scaled to grey over the panel.
    """
    shown = _chosen(gallery)
    images = np.stack([coder.prepare(one.damaged, trim=False) for one in shown])
    names = [one.id for one in shown]
    views = _views(coder, images, coder.encode(images), names, "codes")
    if between is not None:
        ends = np.stack([coder.prepare(_named(gallery, name).damaged, trim=False) for name in between])
        codes, share = coder.encode(ends), np.linspace(0, 1, STEPS, dtype=np.float32)
        mixed, steps = (np.stack([(1 - t) * pair[0] + t * pair[1] for t in share]) for pair in (ends, codes))
        views += _views(coder, mixed, steps, [f"{t:.0%}" for t in share], f"{between[0]} to {between[1]}")
    return draw_panel(views, ROWS, most=MOST)


def nearest_document(encoded: Encoded, found: Mapping[str, Sequence[Neighbour]], run: str, output: str | None) -> Any:
    """Return what was encoded, and the nearest codes of each image where they were asked for, as plain JSON."""
    return {
        "schema": 1,
        "run": run,
        "output": output,
        "images": len(encoded.ids),
        "code": list(encoded.codes.shape[1:]),
        "notes": list(encoded.notes),
        "nearest": {
            name: [{"id": one.id, "distance": one.distance} for one in others] for name, others in found.items()
        },
    }


def nearest_parts(document: Mapping[str, Any]) -> list[RenderableType]:
    """Return a table of the nearest codes, and what was encoded."""
    sheet = Sheet([Column("image"), Column("nearest"), Column("distance", right=True)])
    for name, others in document["nearest"].items():
        for place, one in enumerate(others):
            sheet.rows.append([name if place == 0 else "", one["id"], f"{one['distance']:.4g}"])
    shape, file = "x".join(map(str, document["code"])), document["output"]
    said = f"{document['images']} images encoded to {shape} numbers each"
    table: list[RenderableType] = [to_table(sheet), ""] if sheet.rows else []
    return [*table, f"{said}: {file}" if file else said]


def code_image(code: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    """Return a code (n,) or (h, w, c) as an image, uint8 (H, W): rows of numbers, or the mean over its channels."""
    plane = code.mean(axis=-1) if code.ndim == 3 else _folded(code.reshape(-1))
    scaled = np.clip((plane - low) / max(high - low, 1e-9), 0, 1)
    grey: NDArray[np.uint8] = np.where(np.isnan(plane), PAPER, np.nan_to_num(scaled) * PAPER).astype(np.uint8)
    return grey


def _folded(numbers: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return numbers as rows of the most even length: 128 as 16x8, 300 as 20x15."""
    count = len(numbers)
    across = max(one for one in range(1, math.isqrt(count) + 1) if not count % one)
    if count // across > 4 * across:  # a prime number of them, or nearly so
        across = math.isqrt(count)
    padded = np.full(-(-count // across) * across, np.nan, np.float32)
    padded[:count] = numbers
    return padded.reshape(-1, across)


def _views(coder: Coder, images: Array, codes: Array, names: Sequence[str], title: str) -> list[CodeView]:
    outputs, planes = coder.decode(codes), codes.mean(axis=-1) if codes.ndim == 4 else codes
    low, high = float(planes.min()), float(planes.max())
    return [
        CodeView(
            name, title, "", _bytes(image), _bytes(image), _square(code_image(code, low, high), image), _bytes(output)
        )
        for name, image, code, output in zip(names, images, codes, outputs, strict=True)
    ]


def _square(code: NDArray[np.uint8], image: Array) -> NDArray[np.uint8]:
    """Return a code's image on paper of the aspect ratio of `image`, so that its numbers stay squares."""
    height, width = code.shape
    rows = max(height, -(-width * image.shape[0] // image.shape[1]))
    columns = max(width, -(-height * image.shape[1] // image.shape[0]))
    paper = np.full((rows, columns), PAPER, np.uint8)
    top, left = (rows - height) // 2, (columns - width) // 2
    paper[top : top + height, left : left + width] = code
    return paper


def _bytes(image: Array) -> NDArray[np.uint8]:
    grey: NDArray[np.uint8] = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
    return grey


def _chosen(gallery: Sequence[GalleryImage]) -> list[GalleryImage]:
    """Return up to ten images of a gallery, each test image once."""
    return list({one.id: one for one in reversed(gallery)}.values())[::-1][:MOST]


def _named(gallery: Sequence[GalleryImage], name: str) -> GalleryImage:
    for one in gallery:
        if one.id == name:
            return one
    hint = f"its images: {few(sorted({one.id for one in gallery}))}"
    raise RequestError(f"no image {name} in the gallery", code="unknown-image", where="--interpolate", hint=hint)
