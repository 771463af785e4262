"""A Dask worker with the stand-in of the tests; it notes each image that it restores, and may be killed after some."""

import os
import signal
import sys
import time
from pathlib import Path

import applying
from distributed.cli.dask_worker import main

from restore.tasks import together

restore_part, done = together.restore_part, []


def noting(run, settings, tasks):
    rows = []
    for task in tasks:
        time.sleep(0.05)
        rows += restore_part(run, settings, [task])
        done.append(task.name)
        with Path("restored.log").open("a") as file:
            file.write(f"{os.getpid()} {task.name}\n")
        if len(done) == int(os.environ.get("RESTORE_DIES", "0")):  # the result is written, and nobody has heard of it
            os.kill(os.getpid(), signal.SIGKILL)
    return rows


noting.__qualname__ = noting.__name__ = "restore_part"
noting.__module__ = together.__name__
together.restore_part = noting

if __name__ == "__main__":
    assert applying.stand_in
    main([*sys.argv[1:], "--nthreads", "1", "--no-nanny", "--no-dashboard"])
