"""Memory of preparation and training is bounded by the largest image, not by the set: 70,000 files, or 24 megapixels."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.slow
LIMIT = 2**31
SMALL = int(os.environ.get("RESTORE_SMALL_FILES", "70000"))
LARGE = int(os.environ.get("RESTORE_LARGE_FILES", "300"))
SCRIPT = """
import json, resource, sys
from restore.builtin.folder import folder
from restore.builtin.models.selective_unet import selective_unet
from restore.pipeline.data import prepare, training_pieces
from pathlib import Path
import numpy as np

path, size, fit = sys.argv[1], int(sys.argv[2]), sys.argv[3]
data = prepare(folder(Path(path), group="file"), size=(size, size), channels=1, fit=fit, cache=False)
pieces = training_pieces(data.train, data.window, None, 0)
model = selective_unet((size, size, 1)).model
model.compile("adamw", loss={"image": "mse", "mask": "binary_crossentropy", "confidence": None})
for step in range(20):
    which = np.random.default_rng(step).integers(len(pieces), size=8).tolist()
    clean = pieces.take(which, 0).clean
    model.train_on_batch(clean, {"image": clean, "mask": 0 * clean})
print(json.dumps([len(pieces), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024]))
"""

START = """
import json, resource, sys, time
import restore
from restore.errors import Stopped
from restore.events import Advance, Phase

began, phase, decoded = time.monotonic(), "", 0

def heard(event):
    global phase, decoded
    if isinstance(event, Phase):
        phase = event.name
    if isinstance(event, Advance) and phase == "data":
        decoded += 1
    if isinstance(event, Advance) and phase == "training":
        raise Stopped(0, "the first batch is done")

try:
    restore.run("face-latent", data=sys.argv[1], size=32, batch=64, epochs=1, listener=heard, runs=sys.argv[2])
except Stopped:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps([time.monotonic() - began, decoded, used]))
"""


def peak(folder, size, fit):
    """Return the number of pieces and the peak of the resident memory in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), str(size), fit], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_many_small_files(tmp_path, figure):
    noise = np.random.default_rng(0).integers(0, 256, (SMALL, 28), np.uint8)
    for number, row in enumerate(noise):
        Image.fromarray(np.broadcast_to(row, (28, 28))).save(tmp_path / f"{number:05}.png", compress_level=1)
    pieces, memory = peak(tmp_path, 28, "pad")
    figure(f"{SMALL} files of 28x28: peak {memory / 2**20:.0f} MiB")
    assert pieces > 0.6 * SMALL
    assert memory < LIMIT


def test_large_files(tmp_path, figure):
    y, x = np.mgrid[:4000, :6000]
    base = (127 + 120 * np.sin(x / 7 + y / 11)).astype(np.uint8)
    for number in range(LARGE):
        base[number] = number % 251
        Image.fromarray(base).save(tmp_path / f"{number:03}.png", compress_level=1)
    pieces, memory = peak(tmp_path, 96, "window")
    figure(f"{LARGE} files of 24 megapixels: peak {memory / 2**20:.0f} MiB")
    assert pieces > LARGE
    assert memory < LIMIT


def test_many_faces_are_prepared_with_progress_and_not_again(tmp_path, figure):
    noise = np.random.default_rng(0).integers(0, 256, (SMALL, 32, 3), np.uint8)
    faces = tmp_path / "faces"
    for number, row in enumerate(noise):
        folder = faces / f"{number // 1000:05}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.broadcast_to(row, (32, 32, 3))).save(folder / f"{number:05}.png", compress_level=1)
    seconds = []
    for decoded in (SMALL, 0):
        done = subprocess.run(
            [sys.executable, "-c", START, str(faces), str(tmp_path / "runs")],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "RESTORE_CACHE": str(tmp_path / "cache")},
        )
        took, steps, memory = json.loads(done.stdout.splitlines()[-1])
        seconds.append(took)
        assert steps == decoded
        assert memory < LIMIT
    first, second = seconds
    figure(f"{SMALL} faces: first batch after {first:.0f} s, of the second start after {second:.0f} s")
