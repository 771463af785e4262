import os
import subprocess
import sys

import pytest

NOISY = """
import os, sys
os.write(2, b"I0000 noise\\n")
if os.environ.get("FAIL"):
    raise ImportError("no backend")
"""
CALL = """
import sys
from restore.cli.quiet import load_backend, own_stderr
with own_stderr():
    load_backend()
    print("loaded", "keras" in sys.modules, file=sys.stderr)
"""


@pytest.fixture
def call(tmp_path):
    """Load a stand-in for Keras that writes to descriptor 2, in a process of its own."""
    (tmp_path / "keras.py").write_text(NOISY)

    def run(**env):
        kept = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
        return subprocess.run(
            [sys.executable, "-c", CALL],
            capture_output=True,
            text=True,
            check=False,
            env={**kept, "PYTHONPATH": str(tmp_path), **env},
        )

    return run


def test_what_libraries_write_is_suppressed(call):
    assert call().stderr == "loaded True\n"


def test_it_is_shown_where_loading_fails(call):
    done = call(FAIL="1")
    assert done.stderr.startswith("I0000 noise\nTraceback")
    assert "no backend" in done.stderr


def test_it_is_shown_where_the_level_is_set(call):
    assert call(TF_CPP_MIN_LOG_LEVEL="0").stderr == "I0000 noise\nloaded True\n"
