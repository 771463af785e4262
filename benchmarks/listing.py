"""How long `restore runs --json` takes over one run file and over a thousand.

python benchmarks/listing.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from restore.runfile.commit import commit
from restore.runfile.encode import encode
from restore.runfile.record import Record, new_id

ROUNDS = 5
MANY = 1_000


def write_runs(folder: Path, count: int) -> None:
    """Write `count` complete runs without pictures or weights, which a listing does not look at."""
    for number in range(count):
        record = Record(
            id=new_id(),
            name=f"fingerprint-box-{number}",
            created=f"2026-01-01T00:{number // 60 % 60:02}:{number % 60:02}+00:00",
            status="complete",
            restore_version="0.1.0",
            plan={"recipe": "fingerprint/fingerprint", "corrupt": [{"spec": "box"}], "model": {"spec": "cae"}},
            environment={},
        )
        commit(folder / f"{record.name}.h5", encode(record))


def time_listing(folder: Path) -> float:
    """Return the seconds of one listing, as a whole process."""
    start = time.perf_counter()
    command = [str(Path(sys.executable).with_name("restore")), "runs", "--all", "--json", "--runs", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Time both folders in turn and print the medians."""
    with tempfile.TemporaryDirectory() as name:
        folders = {count: Path(name, str(count)) for count in (1, MANY)}
        times: dict[int, list[float]] = {count: [] for count in folders}
        for count, folder in folders.items():
            folder.mkdir()
            write_runs(folder, count)
        for _ in range(ROUNDS):
            for count, folder in folders.items():
                times[count].append(time_listing(folder))
    medians = {count: statistics.median(seconds) for count, seconds in times.items()}
    for count, seconds in medians.items():
        print(f"{count:5} run files {seconds:.2f} s")
    print(f"difference      {medians[MANY] - medians[1]:.2f} s")


if __name__ == "__main__":
    main()
