"""Files beside images: masks that are given, and the masks, confidences and strips of results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from restore.images.image_file import as_float
from restore.text import few, show

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from restore.tasks.batch import Job

    Pixels = NDArray[Any]

_COMPANIONS = ("mask", "confidence", "strip")
"""What the names of files beside a result have before their ending."""
_GAP, _TALLEST = 8, 1024
"""Columns between the parts of a strip, and its greatest height."""
_MASK_ENDINGS = (".mask.png", ".png", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".pbm", ".pgm")
"""What the name of an image's mask may end in, most likely first."""


def confidence_path(target: Path) -> Path:
    """Return the path of a result's confidence: `NAME.confidence.png` beside it."""
    return target.with_name(f"{target.stem}.confidence.png")


def strip_path(target: Path) -> Path:
    """Return the path of a result's strip: `NAME.strip.png` beside it."""
    return target.with_name(f"{target.stem}.strip.png")


def find_mask(folder: Path, name: PurePosixPath) -> Path | None:
    """Return the mask of an image in a folder of masks: named like it, in the same folder below."""
    names = [name.name, *(f"{name.stem}{ending}" for ending in _MASK_ENDINGS)]
    names.insert(0, names.pop(1))
    return next((path for path in (folder / name.parent / one for one in names) if path.is_file()), None)


def without_companions(jobs: Sequence[Job]) -> tuple[list[Job], str]:
    """Return jobs without masks and the like that stand beside the images that they belong to, and a note on those."""
    owners = {(job.source.parent, job.source.stem) for job in jobs}

    def belongs(job: Job) -> bool:
        stem, _, kind = job.source.stem.rpartition(".")
        return kind in _COMPANIONS and job.source.suffix == ".png" and (job.source.parent, stem) in owners

    kept = [job for job in jobs if not belongs(job)]
    names = [show(job.source) for job in jobs if belongs(job)]
    return kept, f"masks and the like of other images are not restored: {few(names)}" if names else ""


def strip(parts: list[Pixels]) -> Pixels:
    """Return stored images (H, W, C), any values, beside each other, made smaller where they are tall."""
    import numpy as np

    from restore.images import to_channels
    from restore.images.fitting import Fitting

    channels = max(part.shape[2] for part in parts)
    height, width = parts[0].shape[:2]
    factor = min(1.0, _TALLEST / height)
    size = (max(1, round(height * factor)), max(1, round(width * factor)))
    fitting = Fitting((height, width), size, "resize")
    parts = [fitting.apply(to_channels(as_float(part), channels)) for part in parts]
    gap = np.ones((size[0], _GAP, channels), np.float32)
    return np.concatenate([parts[0], gap, parts[1], gap, parts[2]], axis=1)
