"""How free memory is found, and how a lack of it reads."""

import resource
import subprocess
import sys

import pytest

from restore.errors import RequestError
from restore.system import memory


def test_free_memory_is_bytes_or_unknown():
    left = memory.free()
    assert left is None or 1_000_000 < left < 10**15


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_limit_of_the_process_counts():
    code = """
import resource
from restore.system import memory
taken = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + 50_000_000, resource.RLIM_INFINITY))
print(memory.free(), memory.is_low())
"""
    left, low = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert 45_000_000 < int(left) <= 50_000_000
    assert low == "True"
    assert not memory.is_low()
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


def test_a_limit_of_a_control_group_above_counts(tmp_path):
    group = tmp_path / "above" / "own"
    group.mkdir(parents=True)
    for folder, limit, taken, idle in ((group, "max", 10, 0), (group.parent, "5000", 4000, 200)):
        (folder / "limit").write_text(f"{limit}\n")
        (folder / "taken").write_text(f"{taken}\n")
        (folder / "memory.stat").write_text(f"anon {taken}\nidle {idle}\nread {idle // 2}\n")
    droppable = ("idle", "read", "another")
    assert list(memory._left_in_groups("above/own", str(tmp_path), "limit", "taken", droppable)) == [1300]


def test_too_little_memory_is_refused_with_both_figures_and_what_to_lower(monkeypatch):
    monkeypatch.setattr(memory, "free", lambda: 2_000_000_000)
    memory.require(2e9, "training", lower="--batch 64")
    with pytest.raises(RequestError) as refused:
        memory.require(3.44e9, "training", lower="--batch 64")
    assert refused.value.code == "too-little-memory"
    assert all(value in refused.value.what for value in ("training", "3,440", "2,000"))
    assert "--batch 64" in refused.value.hint


@pytest.mark.parametrize(
    ("name", "text", "is_one"),
    [
        ("ResourceExhaustedError", "OOM when allocating tensor", True),
        ("XlaRuntimeError", "RESOURCE_EXHAUSTED: Out of memory while trying to allocate", True),
        ("OutOfMemoryError", "CUDA out of memory", True),
        ("ValueError", "no room", False),
    ],
)
def test_backends_say_it_in_their_words(name, text, is_one):
    assert memory.is_exhausted(type(name, (RuntimeError,), {})(text)) is is_one
    assert memory.is_exhausted(MemoryError())


def test_an_error_without_words_says_nothing_of_memory():
    class Unspeakable(Exception):
        def __str__(self):
            raise SystemExit("no words")

    assert not memory.is_exhausted(Unspeakable())
    assert memory.is_exhausted(ValueError("long " * 1_000 + "RESOURCE_EXHAUSTED"))
