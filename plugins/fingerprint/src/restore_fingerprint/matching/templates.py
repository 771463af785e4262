"""Minutiae of pictures, found once: extraction takes a hundred times longer than a comparison."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.minutiae.values import Minutiae

Extract = Callable[[NDArray[np.float32], float], Minutiae]
HELD = 2048
"""Templates kept: those of some ten rows of a metric's default number of prints, of about 2 kB each."""


def digest(image: NDArray[np.float32]) -> bytes:
    """Return what tells an image from others: a hash of its size and its numbers."""
    told = hashlib.blake2b(repr((image.shape, image.dtype.str)).encode(), digest_size=16)
    told.update(image.tobytes())
    return told.digest()


def to_grey(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return an image (H, W) or (H, W, C) as grey (H, W), the mean of its channels."""
    return image if image.ndim == 2 else image.mean(axis=-1, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The last templates made, by the picture's content, how they were found, and at which resolution."""

    held: int = HELD
    templates: OrderedDict[tuple[bytes, str, float], Minutiae] = field(default_factory=OrderedDict)

    def find(self, image: NDArray[np.float32], dpi: float, name: str, extract: Extract) -> Minutiae:
        """Return the minutiae of an image, found by `extract`, which is called `name`, where they are not kept yet."""
        grey = to_grey(image)
        key = digest(grey), name, dpi
        if key in self.templates:
            self.templates.move_to_end(key)
            return self.templates[key]
        found = extract(grey, dpi)
        self.templates[key] = found
        while len(self.templates) > self.held:
            self.templates.popitem(last=False)
        return found


@cache
def process_shelf() -> Shelf:
    """Return the shelf of this process: the same clean prints stand beside every row of every metric."""
    return Shelf()
