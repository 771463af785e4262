"""How long `restore runs --json` takes with one run file and with a thousand.

python benchmarks/listing.py
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from restore.runfile.commit import commit
from restore.runfile.encode import encode
from restore.runfile.record import Record, new_id


def write_runs(folder: Path, count: int) -> None:
    """Write `count` complete runs without images or weights, which a listing does not read."""
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
    """Return the seconds that the whole process of a listing takes."""
    start = time.perf_counter()
    command = [str(Path(sys.executable).with_name("restore")), "runs", "--all", "--json", "--runs", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(arguments: list[str]) -> None:
    """Time both folders in turn and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="run files in the larger folder")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folders = {count: Path(name, str(count)) for count in (1, options.count)}
        times: dict[int, list[float]] = {count: [] for count in folders}
        for count, folder in folders.items():
            folder.mkdir()
            write_runs(folder, count)
        for _ in range(options.rounds):
            for count, folder in folders.items():
                times[count].append(time_listing(folder))
    medians = {count: statistics.median(seconds) for count, seconds in times.items()}
    for count, seconds in medians.items():
        print(f"{count:5} run files {seconds:.2f} s")
    print(f"difference      {medians[options.count] - medians[1]:.2f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
