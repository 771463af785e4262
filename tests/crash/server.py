"""A process that has imported the backend and forks a `restore` for every line it is asked: importing takes 8 s.

Reads JSON lines on stdin, {"argv": [...], "output": FILE, "room": BYTES} or {"wait": PID}, and answers each with a
number: the new process's id, or how the process ended. Where `room` is given, the process may take no more memory than
that after its second commit. On its events pipe, its argument, a forked process writes `{` when it has
created the file of a commit, and `}` when the commit's last call, the folder's fsync, has returned.
"""

import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path

import keras  # noqa: F401 - imported before the fork
import tensorflow as tf  # noqa: F401

import restore.running.execution  # noqa: F401
from restore.cli import main
from restore.runfile import disk

EVENTS = int(sys.argv[1])


def mark_commits(room):
    create, sync_folder, committing, commits = disk.create, disk.sync_folder, False, 0

    def marked_create(path):
        nonlocal committing
        file = create(path)
        committing = True
        os.write(EVENTS, b"{")
        return file

    def marked_sync_folder(folder):
        nonlocal committing, commits
        sync_folder(folder)
        if committing:
            committing = False
            commits += 1
            os.write(EVENTS, b"}")
            if room is not None and commits == 2:
                taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
                resource.setrlimit(resource.RLIMIT_AS, (taken + room, resource.RLIM_INFINITY))

    disk.create, disk.sync_folder = marked_create, marked_sync_folder


def work(argv, output, room):
    """Be `restore` with these arguments, as a process started from a shell would; does not return."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for stream, flags in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
            os.dup2(os.open(output if stream else os.devnull, flags | os.O_CREAT | os.O_APPEND), stream)
        mark_commits(room)
        main(argv)
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - shown, and told by the code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def answer(number):
    os.write(answers, f"{number}\n".encode())


# The project's own output, and TensorFlow's, must not be taken for an answer.
answers = os.dup(1)
os.dup2(2, 1)
signal.signal(signal.SIGINT, signal.SIG_IGN)
answer(os.getpid())
for line in sys.stdin:
    asked = json.loads(line)
    if "wait" in asked:
        answer(os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1]))
        continue
    pid = os.fork()
    if pid == 0:
        work(asked["argv"], asked["output"], asked["room"])
    answer(pid)
