"""Corrupt images of every format are decoded as another decoder decodes them, or refused with a code.

`RESTORE_FUZZ` is the number of files of each format in the slow test.
"""

import collections
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from images.fuzzing.files import FILES
from images.fuzzing.judge import judge
from images.fuzzing.mutations import fuzzed, split

from restore.images import read
from restore.images.libtiff import leaves_lines

COUNT = int(os.environ.get("RESTORE_FUZZ", "10000"))
APPLIED = 2_000
"""Files that are restored, of all formats together."""
ENDINGS = {"TIFF": "tif", "PNM": "pgm", "DIB": "dib", "JPEG": "jpg"}
BATCH = 2_000
"""Files that one process looks at."""
TESTS = Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (TESTS, TESTS.parent / "benchmarks")))}


@pytest.mark.parametrize("kind", FILES)
def test_whole_files_are_read_and_split(kind, tmp_path):
    outcomes = set()
    for number, data in enumerate(FILES[kind]):
        path = tmp_path / str(number)
        path.write_bytes(data)
        outcomes.add(judge(path))
        assert b"".join(split(kind, data)) == data
    unread = {"PNM": {"unsupported-mode"}}
    if leaves_lines({259: 4}):
        unread["TIFF"] = {"unsupported-compression"}
    assert outcomes == {"decoded"} | unread.get(kind, set())


@pytest.mark.parametrize("kind", FILES)
def test_some_fuzzed_images(kind, seed, tmp_path, figure):
    outcomes = collections.Counter()
    for number in range(300):
        path = tmp_path / f"{kind}-{number}"
        path.write_bytes(fuzzed(kind, seed, number))
        try:
            outcomes[judge(path)] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, the file is kept
            pytest.fail(f"seed {seed}, {kind} {number}, kept in {path}: {error!r}")
        path.unlink()
    figure(summary(kind, seed, outcomes))
    assert outcomes["decoded"] > 20


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
@pytest.mark.parametrize("kind", FILES)
def test_many_fuzzed_images(kind, seed, tmp_path, figure):
    outcomes, faults, start = collections.Counter(), [], 0
    while start < COUNT:
        seen, fault = look(kind, seed, start, min(start + BATCH, COUNT), tmp_path)
        outcomes.update(seen)
        start += len(seen)
        if fault:
            kept = tmp_path / f"{kind}-{seed}-{start}"
            kept.write_bytes(fuzzed(kind, seed, start))
            faults.append(f"{kind} {start}, kept in {kept}: {fault}")
            start += 1
    figure(summary(kind, seed, outcomes))
    assert not faults, f"seed {seed}: " + "\n".join(faults)


def look(kind, seed, start, end, folder):
    """Look at files in a process of its own; returns the outcomes up to the first fault, and that fault."""
    command = [sys.executable, "-m", "images.fuzzing.judge", kind, *map(str, (seed, start, end)), folder]
    done = subprocess.run(command, env=ENVIRONMENT, check=False, capture_output=True, text=True, timeout=3600)
    seen = [outcome for _, _, outcome in (line.partition(" ") for line in done.stdout.splitlines()) if outcome]
    if len(seen) == end - start and not done.returncode:
        assert done.stderr == "", f"seed {seed}, {kind} {start} to {end}: a decoder writes to stderr"
        return seen, ""
    return seen, f"exit code {done.returncode}: {done.stderr[-2000:]}"


def summary(kind, seed, outcomes):
    """Return a line with the outcomes of the files."""
    decoded = sum(count for outcome, count in outcomes.items() if outcome.startswith("decoded"))
    apart = outcomes["decoded, not compared"]
    rest = f" ({apart} of them too large to compare)" if apart else ""
    return f"{kind}, seed {seed}: {decoded} decoded{rest}, {outcomes.total() - decoded} refused"


@pytest.fixture
def folder(seed, tmp_path):
    """Write 200 damaged files, 25 of each format."""
    made = tmp_path / "in"
    made.mkdir()
    for kind in FILES:
        for number in range(25):
            ending = "tif" if kind == "TIFF" else "png"
            (made / f"{kind}-{number:02}.{ending}").write_bytes(fuzzed(kind, seed, number))
    return made


def corrupt(folder, *options):
    """Run `restore corrupt` on a folder."""
    command = [
        sys.executable,
        "-m",
        "restore",
        "corrupt",
        "box:size=1",
        "--max-pixels=1000000",
        folder,
        "-o",
        folder.parent / "out",
        *options,
    ]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)


def test_the_command_line_lists_twenty_and_a_count(folder, seed):
    done = corrupt(folder)
    assert (done.returncode, done.stdout) == (2, ""), f"seed {seed}"
    what, where, hint = done.stderr.splitlines()
    bad = int(what.split()[1])
    assert what.endswith("of 200 inputs cannot be used")
    assert where.count(str(folder)) == 20
    assert where.endswith(f"and {bad - 20} more")
    assert "--skip-bad" in hint
    assert not (folder.parent / "out").exists()


def test_the_command_line_leaves_out_what_is_bad(folder, seed):
    done = corrupt(folder, "--skip-bad")
    assert done.returncode == 0, f"seed {seed}: {done.stderr}"
    assert all(line.startswith("warning: ") for line in done.stderr.splitlines())
    left_out = int(done.stderr.split()[1])
    written = [path for path in (folder.parent / "out").iterdir() if path.is_file()]
    assert len(written) == len(done.stdout.splitlines()) == 200 - left_out
    for path in written:
        assert judge(path) == "decoded"


@pytest.mark.slow
def test_many_fuzzed_images_are_restored_or_refused(seed, tmp_path, figure):
    (tmp_path / "in").mkdir()
    for number in range(APPLIED):
        kind = [*FILES][number % len(FILES)]
        ending = ENDINGS.get(kind, kind.lower())
        (tmp_path / "in" / f"{number:04}.{ending}").write_bytes(fuzzed(kind, seed, number))
    command = [sys.executable, "-m", "restore", "apply", "fingerprint/pretrained", "in", "-o", "out"]
    options = ["--skip-bad", "--max-pixels=1000000", "--save-mask"]
    done = subprocess.run([*command, *options], cwd=tmp_path, check=False, capture_output=True, text=True, timeout=3600)
    assert done.returncode == 0, f"seed {seed}: {done.stderr}"
    assert "Traceback" not in done.stderr
    lines = (tmp_path / "out/restored.jsonl").read_text().splitlines()[1:]
    rows = {row["output"]: row for row in map(json.loads, lines)}
    made = {name for name, row in rows.items() if row["status"] in ("restored", "untouched")}
    assert len(rows) == APPLIED
    assert {row["status"] for row in rows.values()} <= {"restored", "untouched", "refused"}
    beside = {f"{Path(name).stem}.mask.png" for name in made}
    assert {path.name for path in (tmp_path / "out").iterdir()} == made | beside | {"restored.jsonl"}, f"seed {seed}"
    for name in made:
        read(tmp_path / "out" / name)
    figure(f"{APPLIED} fuzzed images applied (seed {seed}): {len(made)} restored or untouched, the others refused")
