"""`restore` in processes that are cheap to start, watched while they commit, and what must be true of their files."""

import json
import os
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from restore.runfile.read import read
from restore.runfile.store import RunsFolder
from restore.runfile.verify import verify

EPOCHS = 8
WORK = [
    *("run", "fingerprint", "--corrupt", "box", "--limit", "24", "--size", "32", "--batch", "4"),
    *("--epochs", str(EPOCHS), "--baseline", "none", "--gallery", "2"),
]
"""A whole run in three seconds: real pictures, trainer, scores and commits, all of them small."""
MODELS = ("cae", "selective-unet:width=8,depth=1")


SERVER = Path(__file__).with_name("server.py")


def start(folder, *command, **environment):
    """Start Python in a folder, in a process group of its own, with a cache there."""
    environment = {**os.environ, "RESTORE_CACHE": str(folder / "cache")} | environment
    return subprocess.Popen(
        [sys.executable, *map(str, command)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process):
    """Return the exit code of a process, and what it has printed to both streams, when it ends."""
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


class Server:
    """Starts `restore` in a folder, and reads what it tells of its commits."""

    def __init__(self, folder):
        self.folder, self.runs = folder, folder / "runs"
        self.started = 0
        self.events, theirs = os.pipe()
        os.set_blocking(self.events, False)
        environment = {**os.environ, "RESTORE_CACHE": str(folder / "cache"), "RESTORE_RUNS": str(self.runs)}
        with (folder / "server").open("w") as noise:
            self.process = subprocess.Popen(
                [sys.executable, str(SERVER), str(theirs)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=noise,
                pass_fds=[theirs],
                cwd=folder,
                env=environment,
            )
        os.close(theirs)
        self.process.stdout.readline()

    def ask(self, **question):
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def start(self, *argv, room=None):
        self.started += 1
        output = self.folder / f"output-{self.started}"
        return Worker(self, self.ask(argv=argv, output=str(output), room=room), output)

    def heard(self, seconds=0.0):
        """Return the marks written since the last call, waiting up to some seconds for the first."""
        select.select([self.events], [], [], seconds)
        try:
            return os.read(self.events, 65536)
        except BlockingIOError:
            return b""

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        os.close(self.events)


@dataclass
class Worker:
    """One `restore` at work; `marks` are those of its commits so far."""

    server: Server
    pid: int
    _output: Path
    marks: bytes = b""

    @property
    def output(self):
        """Return what it has printed."""
        return self._output.read_text()

    def listen(self, until, seconds=60.0):
        """Hear marks until `until(marks)` or the process ends; tells whether it was met."""
        while not until(self.marks):
            heard = self.server.heard(0.05)
            self.marks += heard
            seconds -= 0.0 if heard else 0.05
            if not heard and (seconds < 0 or self.ended()):
                return False
        return True

    def ended(self):
        status = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii")
        return status.rpartition(")")[2].split()[0] == "Z"

    def signal(self, number):
        os.kill(self.pid, number)

    def wait(self):
        """Return the exit code, negative for a signal, when all marks are heard."""
        code = self.server.ask(wait=self.pid)
        self.marks += self.server.heard()
        return code

    @property
    def inside_commit(self):
        return self.marks.count(b"{") > self.marks.count(b"}")


def assert_whole(path, whole, epochs):
    """Assert that a run file is sound, unheld, and holds the first epochs of the whole run, `epochs` at least.

    Returns its record.
    """
    record = read(path)
    assert not verify(path)
    assert len(record.history) >= epochs
    assert plain(record.history) == plain(whole.history)[: len(record.history)]
    shown = next(one for one in RunsFolder(path.parent).summaries() if one.path == path)
    assert (shown.damage, shown.status) == ("", "complete" if record.status == "complete" else "stopped")
    return record


def assert_same(path, whole):
    """Assert that a finished run is the uninterrupted one, bit for bit, with nothing left beside it."""
    record = read(path)
    assert record.status == "complete"
    assert plain(record.history) == plain(whole.history)
    made, wanted = record.weights["model"], whole.weights["model"]
    assert [name for name, _ in made] == [name for name, _ in wanted]
    for (_, ours), (name, theirs) in zip(made, wanted, strict=True):
        assert ours.tobytes() == theirs.tobytes(), name
    np.testing.assert_array_equal(record.scores.value, whole.scores.value)
    assert not list(path.parent.glob(f".{path.stem}.*"))


def plain(history):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in history]
