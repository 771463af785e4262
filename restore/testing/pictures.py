"""The images that checks work on: drawn ridges, their damage, and a folder of them."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from restore.randomness import generator

Images = NDArray[np.float32]
Masks = NDArray[np.bool_]


def draw_ridges(count: int, shape: tuple[int, int, int]) -> Images:
    """Return `count` bent ridge patterns with a period of 6 to 12 pixels, float32 (count, H, W, C) in [0.02, 0.98]."""
    height, width, channels = shape
    y, x = np.mgrid[:height, :width]
    images = np.empty((count, *shape), np.float32)
    for i in range(count):
        rng = generator("restore.testing", i, *shape)
        angle, period, bend = rng.uniform(0, np.pi), rng.uniform(6, 12), rng.uniform(20, 40)
        across = x * np.cos(angle) + y * np.sin(angle)
        along = y * np.cos(angle) - x * np.sin(angle)
        phase = 2 * np.pi * across / period + 2 * np.sin(along / bend)
        for channel in range(channels):
            images[i, ..., channel] = 0.5 + 0.45 * np.sin(phase + channel) + rng.uniform(-0.03, 0.03, phase.shape)
    return images


def damage(clean: Images) -> tuple[Images, Masks]:
    """Return images with a grey square each, and the masks of it, bool (N, H, W); the last image stays clean."""
    masks = np.zeros(clean.shape[:3], np.bool_)
    side = min(clean.shape[1:3]) // 3
    for i in range(len(clean) - 1):
        top, left = generator("restore.testing", "square", i).integers(0, side, size=2)
        masks[i, top : top + side, left : left + side] = True
    return np.where(masks[..., None], np.float32(0.5), clean), masks


def write_folder(path: Path) -> None:
    """Write eight greyscale images of 96x96 pixels into two folders below `path`."""
    from PIL import Image

    for i, image in enumerate(draw_ridges(8, (96, 96, 1))):
        folder = path / f"group-{i // 4}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.rint(image[..., 0] * 255).astype(np.uint8)).save(folder / f"picture-{i}.png")


def write_half_an_image(path: Path) -> None:
    """Write the first half of a PNG file, which cannot be decoded though its header is whole."""
    whole = next(path.parent.rglob("picture-*.png")).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def global_states() -> tuple[object, bytes]:
    """Return the states of Python's and NumPy's global random generators."""
    kind, key, *rest = np.random.get_state(legacy=True)  # noqa: NPY002 - it is the global state that is looked at
    return random.getstate(), b"\0".join([str(kind).encode(), np.asarray(key).tobytes(), repr(rest).encode()])


@contextlib.contextmanager
def seeded_globally(seed: int) -> Iterator[None]:
    """Seed the global random generators of Python and NumPy within a block, and put them back after it."""
    kept, kept_numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - likewise
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - likewise
    try:
        yield
    finally:
        random.setstate(kept)
        np.random.set_state(kept_numpy)  # noqa: NPY002 - likewise
