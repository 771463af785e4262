"""Restoring with networks stored as ONNX, beside Keras: a process from its start to one image, and images per second.

Both take turns, in processes of their own, on one thread; medians are compared, of processor time too, which depends less
on what else the machine does.

python benchmarks/exported.py --model find-restore
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import restore
from restore.runfile.commit import commit
from restore.runfile.encode import encode

COLD = "import sys, numpy, restore; restore.open(sys.argv[1]).restorer().restore(numpy.zeros((96, 96), numpy.uint8))"
MANY = """
import sys, time
import numpy as np
import restore
from restore.system.processors import fix_threads

opened, count = restore.open(sys.argv[1]), int(sys.argv[2])
if not opened.record.exports:
    fix_threads(1, "tensorflow")
images = np.random.default_rng(0).random((count, 96, 96, 1), np.float32)
images[:, 30:60, 30:60] = 0
masks = (images == 0).all(axis=-1)
restorer = opened.restorer()
restorer.restore_all(images, masks)
start = time.process_time()
restorer.restore_all(images, masks)
print(count / (time.process_time() - start))
"""


def main(arguments: list[str]) -> None:
    """Print seconds of a cold start and images per second, with ONNX and with Keras."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="find-restore")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=256)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        run = restore.run(
            "fingerprint",
            corrupt="box",
            model=options.model,
            limit=30,
            epochs=1,
            threads=1,
            metrics="psnr",
            baselines="none",
            runs=folder,
            cache=False,
        )
        bare = Path(folder) / "bare.h5"
        commit(bare, encode(replace(run.record, exports={})))
        cold: dict[str, list[float]] = {"ONNX": [], "Keras": []}
        used: dict[str, list[float]] = {"ONNX": [], "Keras": []}
        rate: dict[str, list[float]] = {"ONNX": [], "Keras": []}
        for _ in range(options.rounds):
            for name, path in (("ONNX", run.path), ("Keras", bare)):
                start, before = time.perf_counter(), _processor()
                subprocess.run([sys.executable, "-c", COLD, path], check=True, capture_output=True)
                cold[name].append(time.perf_counter() - start)
                used[name].append(_processor() - before)
                command = [sys.executable, "-c", MANY, path, str(options.count)]
                rate[name].append(float(subprocess.run(command, check=True, capture_output=True).stdout))
    for name in ("ONNX", "Keras"):
        figures = [statistics.median(one[name]) for one in (cold, used, rate)]
        print("{:6} cold {:.2f} s, {:.2f} s of a processor   {:.0f} images/s".format(name, *figures))


def _processor() -> float:
    """Return the processor time of all processes that have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(sys.argv[1:])
