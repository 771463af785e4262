"""`restore apply` on a folder of small prints: beside its network alone, beside Keras, with two processes, on a cluster.

All take turns, in processes of their own whose backends have one thread, so that other load on the machine affects all of
them alike; the medians of the rounds' ratios are compared. Images per second are those between the first image and the
last, unless the whole command is meant, from the start of its process to its end.

python benchmarks/apply.py --images 2000
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

import restore
from restore.images import write
from restore.runfile.commit import commit
from restore.runfile.encode import encode
from restore_fingerprint.synthetic import synthetic

SIDE, DAMAGE = 96, 28
ALONE = """
import sys, time
from pathlib import Path
import numpy as np
import restore
from restore.images import read

images = np.stack([read(path).pixels for path in sorted(Path(sys.argv[2]).iterdir())])
restorer = restore.open(sys.argv[1]).restorer()
restorer.restore_all(images[:2])
start = time.perf_counter()
restorer.restore_all(images)
print(len(images) / (time.perf_counter() - start))
"""
ONE = dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1")
"""Settings by which libraries work with one thread."""
KERAS, WHOLE = "--jobs 1, TensorFlow", "--jobs 1, whole command"
RATIOS = (
    ("--jobs 1", "network alone", 0.6),
    ("--jobs 1", KERAS, 1.5),
    (WHOLE, f"{KERAS}, whole command", 2.5),
    ("--jobs 2", "--jobs 1", 1.7),
    ("two Dask workers", "one Dask worker", 1.5),
)
"""What is compared with what, and how many times as fast it is meant to be."""


def main(arguments: list[str]) -> None:
    """Print the images per second of each way, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", default="fingerprint/pretrained", help="a run with its networks as ONNX")
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    opened = restore.open(options.run)
    rates: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one, bare = folder / "run.h5", folder / "bare.h5"
        plan = {**opened.plan, "training": {**opened.plan["training"], "threads": 1}}
        commit(one, encode(replace(opened.record, plan=plan)))
        commit(bare, encode(replace(opened.record, plan=plan, exports={})))
        _draw(folder / "in", options.images)
        _draw(folder / "few", 8)
        for _ in range(options.rounds):
            for way, rate in _round(folder, one, bare):
                rates.setdefault(way, []).append(rate)
    for way, found in rates.items():
        print(f"{way:36} {statistics.median(found):8.1f} images/s")
    for way, other, wanted in RATIOS:
        ratio = statistics.median(a / b for a, b in zip(rates[way], rates[other], strict=True))
        print(f"{way} / {other}: {ratio:.2f}, wanted {wanted}")


def _draw(folder: Path, count: int) -> None:
    """Write synthetic prints of 96x96, each damaged by a box."""
    source, rng = synthetic(None, count=count, impressions=1), np.random.default_rng(0)
    folder.mkdir()
    for number in range(count):
        image = source[number].clean.copy()
        top, left = rng.integers(0, SIDE - DAMAGE, 2)
        image[top : top + DAMAGE, left : left + DAMAGE] = 0
        write(folder / f"{number:05}.png", image)


def _round(folder: Path, run: Path, bare: Path) -> Iterator[tuple[str, float]]:
    """Yield each way's name and its images per second."""
    command = [sys.executable, "-c", ALONE, run, folder / "in"]
    yield "network alone", float(subprocess.run(command, check=True, capture_output=True, env=os.environ | ONE).stdout)
    for way, file in (("--jobs 1", run), (KERAS, bare)):
        rate, whole = _apply(folder, file)
        yield way, rate
        yield f"{way}, whole command", whole
    yield "--jobs 2", _apply(folder, run, "--jobs", "2")[0]
    for way, count in (("one Dask worker", 1), ("two Dask workers", 2)):
        with _cluster(folder, count) as address:
            _apply(folder, run, "--scheduler", address, images="few")  # workers stay, and import what they need once
            yield way, _apply(folder, run, "--scheduler", address)[0]


def _apply(folder: Path, run: Path, *options: str, images: str = "in") -> tuple[float, float]:
    """Return the images per second that `restore apply` takes at work, and from the start of its process to its end."""
    with tempfile.TemporaryDirectory(dir=folder) as out:
        command = [sys.executable, "-m", "restore", "apply", run, folder / images, "-o", out, "--json", *options]
        start = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, env=os.environ | ONE)
        whole = time.perf_counter() - start
        times = [Path(one["output"]).stat().st_mtime for one in json.loads(done.stdout)["images"]]
    return (len(times) - 1) / (max(times) - min(times)), len(times) / whole


@contextlib.contextmanager
def _cluster(folder: Path, count: int) -> Iterator[str]:
    """Yield the address of a scheduler with workers of one thread, all on this machine."""
    from distributed import Client

    place = folder / "scheduler.json"
    place.unlink(missing_ok=True)
    options = ["--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", place]
    processes = [_start("dask_scheduler", *options)]
    try:
        while not place.exists():
            time.sleep(0.05)
        address = json.loads(place.read_text())["address"]
        worker = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", folder]
        processes += [_start("dask_worker", address, *worker) for _ in range(count)]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)
        yield address
    finally:
        for process in processes[::-1]:
            process.kill()
            process.wait()


def _start(name: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.{name}", *arguments]
    return subprocess.Popen(command, env=os.environ | ONE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main(sys.argv[1:])
