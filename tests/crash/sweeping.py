"""A Dask worker with the stand-in of the tests; it notes each epoch that it commits, and may be killed after some."""

import os
import signal
import sys
import time
from pathlib import Path

import applying
from distributed.cli.dask_worker import main

from restore.running.recording import Recording
from restore.tasks import sweep

commit_epoch, done = Recording.commit_epoch, []


def noting(self, *given):
    commit_epoch(self, *given)
    done.append(self.epochs)
    with Path("epochs.log").open("a") as file:
        file.write(f"{os.getpid()} {self.record.name} {self.epochs}\n")
    if len(done) == int(os.environ.get("RESTORE_DIES", "0")):
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)


Recording.commit_epoch = noting
sweep._ready = lambda: None  # without Keras, which the stand-in needs not

if __name__ == "__main__":
    assert applying.stand_in
    main([*sys.argv[1:], "--nthreads", "1", "--no-nanny", "--no-dashboard"])
