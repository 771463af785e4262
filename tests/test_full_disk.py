"""A disk that is really full: a small tmpfs in a mount namespace of its own, where the machine allows it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from restore.images import write

SAMPLE = Path(__file__).parent / "show" / "sample.py"
COMMITS = """
import runpy, sys
from dataclasses import replace
from pathlib import Path
import numpy as np
from restore.errors import WorkError
from restore.runfile.read import read
from restore.runfile.store import RunsFolder
from restore.runfile.verify import verify

record, folder = runpy.run_path(sys.argv[1])["record"](), Path("runs")
with RunsFolder(folder).create("grows") as writer:
    for commit in range(1000):
        noise = np.random.default_rng(commit).random(commit * 5_000, np.float32)
        before = replace(record, weights={"model": [("noise", noise)]})
        try:
            writer.commit(before)
        except WorkError as error:
            failure = error
            break
        last = commit
    assert commit > 2
    assert (failure.code, failure.where) == ("disk-full", "runs/grows.h5")
    assert failure.hint.endswith("restore run --resume runs/grows.h5")
    assert not verify(writer.path)
    assert len(read(writer.path).weights["model"][0][1]) == last * 5_000
    assert [path.name for path in folder.iterdir() if path.name != ".locks"] == ["grows.h5"]
    writer.commit(record)  # smaller, so that it goes on
"""
IMAGES = """
import sys
from pathlib import Path
from restore.errors import WorkError
from restore.images import read
from restore.plugins.catalogue import Catalogue
from restore.tasks.batch import Handling
from restore.tasks.corrupt import corrupt_images, make_corruptor

try:
    corrupt_images(make_corruptor("box", Catalogue.installed()), [Path(sys.argv[2])], Path("out"), Handling())
except WorkError as error:
    failure = error
left = sorted(path.name for path in Path("out").iterdir())
assert (failure.code, failure.exit_code) == ("disk-full", 1)
assert failure.where == f"out/{len(left):02}.png"
assert f"{len(left)} of 20" in failure.hint
assert left and not any(name.startswith(".") for name in left), left
for name in left:
    read(Path("out") / name)
"""
RESTORED = """
import json, sys
from pathlib import Path
sys.path.insert(0, str(Path(sys.argv[1]).parents[1]))
import pytest, stand_in
stand_in.install(pytest.MonkeyPatch())
import restore
from restore.errors import WorkError
from restore.images import read

run = restore.run("small", corrupt="box:size=5", model="filler-optional", runs=sys.argv[3], name="tiny", cache=False)
try:
    restore.apply(run, Path(sys.argv[2]), output="out")
except WorkError as error:
    failure = error
left = sorted(path.name for path in Path("out").iterdir())
rows = [json.loads(line) for line in Path("out/restored.jsonl").read_text().splitlines()]
done = [row["output"] for row in rows[1:] if row["status"] == "restored"]
assert (failure.code, failure.exit_code) == ("disk-full", 1)
assert f"{len(done)} of 20" in failure.hint
assert done and set(left) - {"restored.jsonl"} >= set(done) and len(left) <= len(done) + 2, left
for name in done:
    read(Path("out") / name)
"""


@pytest.fixture
def on_a_small_disk(tmp_path):
    """Run code in a folder on a disk of one megabyte; skip where no such disk can be made."""

    def run(code, *arguments):
        disk = tmp_path / "disk"
        disk.mkdir()
        command = f'mount -t tmpfs -o size=1m none "{disk}" || exit 77; cd "{disk}" && exec "$@"'
        environment = {**os.environ, "RESTORE_CACHE": str(tmp_path / "cache")}
        in_namespace = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", command, "sh"]
        python = [sys.executable, "-c", code, str(SAMPLE), *map(str, arguments)]
        child = subprocess.run([*in_namespace, *python], env=environment, capture_output=True, text=True, check=False)
        if child.returncode == 77 or "unshare" in child.stderr:
            pytest.skip(f"no disk can be mounted here: {child.stderr.strip()}")
        assert child.returncode == 0, child.stderr

    if shutil.which("unshare") is None:
        pytest.skip("no disk can be mounted here")
    return run


def test_a_full_disk_ends_a_run_and_the_last_commit_is_kept(on_a_small_disk):
    on_a_small_disk(COMMITS)


def test_a_full_disk_ends_corrupting_without_partial_images(on_a_small_disk, tmp_path):
    rng = np.random.default_rng(0)
    for number in range(20):
        (tmp_path / "in").mkdir(exist_ok=True)
        write(tmp_path / "in" / f"{number:02}.png", rng.random((256, 256, 1), np.float32))
    on_a_small_disk(IMAGES, tmp_path / "in")


def test_a_full_disk_ends_restoring_without_partial_images_or_rows(on_a_small_disk, tmp_path):
    rng = np.random.default_rng(0)
    (tmp_path / "in").mkdir()
    for number in range(20):
        image = 0.1 + 0.8 * rng.random((256, 256, 1), np.float32)
        image[40:60, 40:60] = 0
        write(tmp_path / "in" / f"{number:02}.png", image)
    on_a_small_disk(RESTORED, tmp_path / "in", tmp_path / "runs")
