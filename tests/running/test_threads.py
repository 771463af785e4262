"""A plan made with two threads gives the same weights on one core: repeated, and resumed."""

import json
import os
import subprocess
import sys

import pytest

HEAD = """
import json, os, sys
import restore
from restore.errors import RequestError
from restore.events import EpochDone
PLAN = dict(corrupt="box:size=8", size=32, limit=24, epochs=2, batch=8, baselines="none", metrics="mse",
    model="selective-unet:width=8,depth=1", runs=sys.argv[1], keep_state=True)

def bits(name):
    record = restore.open(name, runs=sys.argv[1]).record
    return [array.tobytes() for ours in (record.weights, record.state.optimizer) for one in ours.values() for _, array in one]
"""
BOTH = """
def stop(event):
    if isinstance(event, EpochDone):
        raise KeyboardInterrupt

restore.run("fingerprint", threads=2, name="two", **PLAN)
try:
    restore.run("fingerprint", threads=2, name="half", listener=stop, **PLAN)
except restore.errors.Stopped:
    print(len(restore.open("half", runs=sys.argv[1]).history))
"""
ONE = """
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
restore.run(like="two", name="again", runs=sys.argv[1], keep_state=True)
restore.run(resume="half", runs=sys.argv[1], keep_state=True)
try:
    restore.run("fingerprint", name="one", **PLAN)
except RequestError as error:
    refused = error.code
print(json.dumps({
    "plan": restore.open("again", runs=sys.argv[1]).plan["training"]["threads"],
    "equal": [bits(name) == bits("two") for name in ("again", "half")],
    "refused": refused,
}))
"""


def python(code, folder):
    environment = {**os.environ, "RESTORE_CACHE": str(folder / "cache"), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", HEAD + code, str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.trains
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no affinity")
def test_a_plan_with_two_threads_gives_the_same_weights_on_one_core(tmp_path):
    assert python(BOTH, tmp_path) == 1
    assert python(ONE, tmp_path) == {"plan": 2, "equal": [True, True], "refused": "threads-fixed"}
