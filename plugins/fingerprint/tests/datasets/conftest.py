"""Drawn collections: SOCOFing's layout with the frame of its screenshots, and the FVC databases."""

import os
import re
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

ENDINGS = {"rotation": "CR", "obliteration": "Obl", "zcut": "Zcut"}
FINGERS = [f"{hand}_{finger}" for hand in ("Left", "Right") for finger in ("thumb", "index")]


def ridges(seed, shape, period=3.2):
    """Return parallel ridges of a direction and phase drawn by `seed`, uint8 (H, W), on a white background."""
    rng = np.random.default_rng(zlib.crc32(str(seed).encode()))
    angle, phase = rng.uniform(0, np.pi), rng.uniform(0, 6)
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(float)
    waves = np.cos(2 * np.pi * (rows * np.cos(angle) + columns * np.sin(angle)) / period + phase)
    middle = np.hypot(rows / shape[0] - 0.5, columns / shape[1] - 0.5) < 0.45
    return np.where(middle, np.rint(127.5 + 127.5 * waves), 255).astype(np.uint8)


def framed(inside):
    """Return a print in the frame of SOCOFing's screenshots, uint8 (H + 6, W + 6)."""
    height, width = inside.shape
    image = np.zeros((height + 6, width + 6), np.uint8)
    image[: height + 2, : width + 2] = 160
    image[1 : height + 2, 1 : width + 2] = 105
    image[2 : height + 2, 2 : width + 2] = inside
    return image


def save(path, image, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path, **options)


def save_real(path, inside, dpi=96):
    """Save a real print in SOCOFing's format: RGBA, transparent where the frame is black."""
    image = framed(inside)
    alpha = np.zeros_like(image)
    alpha[: inside.shape[0] + 2, : inside.shape[1] + 2] = 255
    # As PNG, since Pillow writes no alpha into BMP; readers go by a file's content.
    save(path, np.dstack([image] * 3 + [alpha]), dpi=(dpi, dpi), format="PNG")


def save_altered(path, inside, dpi=96):
    """Save an altered print in SOCOFing's format: greyscale, with a blot that covers part of the frame."""
    image = framed(inside)
    image[90:, 40:50] = 200
    image[40:60, 30:50] = 255
    save(path, image, dpi=(dpi, dpi))


def name_of(subject, digit, alteration=""):
    ending = f"_{ENDINGS[alteration]}" if alteration else ""
    return f"{subject}__{'MF'[subject % 2]}_{digit}_finger{ending}.BMP"


def make_socofing(root, subjects=range(1, 4), digits=FINGERS, kinds=tuple(ENDINGS), levels=("Easy", "Medium", "Hard")):
    """Write a collection in its original layout, each finger with its own ridges."""
    for subject in subjects:
        for digit in digits:
            inside = ridges((subject, digit), (97, 90))
            save_real(root / "Real" / name_of(subject, digit), inside)
            for kind in kinds:
                for level in levels:
                    save_altered(root / "Altered" / f"Altered-{level}" / name_of(subject, digit, kind), inside)
    return root


def numbers(note):
    """Return the numbers in a note, in order."""
    return [int(digits) for digits in re.findall(r"\d+", note)]


@pytest.fixture
def drawn():
    """Return the functions that draw prints, write them in a collection's layout and read notes on them."""
    return SimpleNamespace(
        numbers=numbers,
        ridges=ridges,
        framed=framed,
        save=save,
        save_real=save_real,
        save_altered=save_altered,
        name_of=name_of,
        make_socofing=make_socofing,
    )


@pytest.fixture
def collection(tmp_path):
    """Return the folder of a collection of three subjects, four fingers each, with all nine alterations."""
    return make_socofing(tmp_path / "SOCOFing")


@pytest.fixture
def real():
    """Return the folder of the real images."""
    root = os.environ.get("RESTORE_TEST_DATA")
    if not root:
        pytest.skip("RESTORE_TEST_DATA names no real images")
    return Path(root)
