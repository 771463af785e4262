"""A reader beside a writer that commits gets a whole file, the old or the new one."""

import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from restore.runfile.read import read
from restore.runfile.store import RunsFolder
from restore.runfile.summary import read_summary

SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "show" / "sample.py"))
WRITER = """
import itertools, runpy, sys
from dataclasses import replace
from pathlib import Path
from restore.runfile.store import RunsFolder
record = runpy.run_path(sys.argv[1])["record"]()
with RunsFolder(Path(sys.argv[2])).create("busy") as writer:
    for commit in itertools.count():
        writer.commit(replace(record, status="running", seconds={"total": float(commit)}))
        if not commit:
            print("begun", flush=True)
"""


@pytest.mark.parametrize("reads", [300, pytest.param(10_000, marks=pytest.mark.slow)], ids=["some", "many"])
def test_readers_beside_a_committing_writer(reads, tmp_path, figure):
    wanted = SAMPLE["record"]()
    sample, path = Path(SAMPLE["__file__"]), tmp_path / "busy.h5"
    command = [sys.executable, "-c", WRITER, str(sample), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout.readline() == b"begun\n"
            seen, last = set(), 0.0
            for _ in range(reads):
                record = read(path)
                commit = record.seconds["total"]
                assert commit >= last
                assert record.plan == wanted.plan
                np.testing.assert_array_equal(record.scores.value, wanted.scores.value)
                assert read_summary(path).damage == ""
                seen.add(commit)
                last = commit
            shown = RunsFolder(tmp_path).summaries()
            assert [(one.status, one.damage) for one in shown] == [("running", "")]
        finally:
            writer.kill()
    assert len(seen) > reads / 100
    figure(f"{2 * reads} reads beside {last:.0f} commits, {len(seen)} of them seen: 0 faults")
