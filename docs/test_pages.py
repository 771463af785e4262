"""Every code block of the pages is run, in order, in a folder of its own; runs are made short.

A block of `sh` holds commands, one of `console` commands after `$ ` and what they print, one of `python` code that goes
on from the page's earlier ones. `% not run: why` (or the same as an HTML comment) before a block leaves it out.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections import deque
from pathlib import Path

import numpy as np
import pytest

import restore
from restore.cli import main
from restore.images import write
from restore_fingerprint.synthetic import synthetic

ROOT = Path(__file__).parent.parent
PAGES = [
    path
    for pattern in (
        "README.md",
        "docs/*.md",
        "docs/decisions/*.md",
        "docs/tutorials/*.md",
        "docs/examples/*/README.md",
        "*/README.md",
        "plugins/*/README.md",
    )
    for path in sorted(ROOT.glob(pattern))
]
ELSEWHERE = {"write-a-plugin.md": "tests/docs/test_write_a_plugin.py", "models.md": "tests/docs/test_models.py"}
"""Pages that a test of their own follows."""
BLOCK = re.compile(
    r"^(?:(?:%|<!--) not run: (?P<reason>.+)\n+)?```(?P<kind>\S*).*\n(?P<code>(?:.*\n)*?)```$", re.MULTILINE
)
RUN = {"sh", "console", "python"}
SHOWN = {"text", "json", "toml", "matlab", "{toctree}", "{literalinclude}"}
SHORT = {"limit": 46, "epochs": 1}
"""What makes a run short enough for a test: batches of one size, as each other size is traced anew, for seconds.

32 images are trained on in batches of 8, 7 validate, and 7 are tested; with fewer than 6, nothing would be compared.
"""


def blocks_of(page):
    """Yield kind, code and line number of every block that is run."""
    text = page.read_text("utf-8")
    for block in BLOCK.finditer(text):
        assert block["kind"] in RUN | SHOWN, f"{page.name}: a block of {block['kind'] or 'no kind'}"
        if block["kind"] in RUN and not block["reason"]:
            yield block["kind"], block["code"], text.count("\n", 0, block.start("code"))


def is_followed(page):
    text = page.read_text("utf-8")
    made = "<!-- made by docs/generate.py -->" in text
    return not made and page.name not in ELSEWHERE and any(blocks_of(page))


def runs_of(page):
    """Return how often a page trains, by which its test is long or short."""
    return sum(len(re.findall(r"restore[ .]run\b", code)) for _, code, _ in blocks_of(page))


def in_turn(pages):
    """Yield the page with most runs, then that with fewest, and so on.

    A worker of pytest-xdist holds two tests from the start, so that nothing long waits for the longest.
    """
    left = deque(sorted(pages, key=runs_of))
    while left:
        yield left.pop()
        if left:
            yield left.popleft()


@pytest.fixture
def folder(tmp_path, monkeypatch, request):
    """Return the folder where a page is followed, with images to work on and the golden run file."""
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.delenv("RESTORE_RUNS", raising=False)
    work = tmp_path / "work"
    for made in ("prints", "scans/clean", "scans/damaged", "scans/masks"):
        (work / made).mkdir(parents=True)
    (work / "tests").symlink_to(ROOT / "tests")
    source = synthetic(None, count=60, impressions=4)
    for i in range(len(source)):
        name, clean = f"{i // 4 + 1}_{i % 4 + 1}.png", source[i].clean
        mask = np.zeros_like(clean)
        mask[20:40, 20:40] = 1
        write(work / "prints" / name, clean, overwrite=False)
        for part, image in {"clean": clean, "masks": mask, "damaged": np.where(mask, 0, clean)}.items():
            write(work / "scans" / part / name, image, overwrite=False)
    monkeypatch.chdir(work)
    if "apply" not in request.node.name:
        # It takes ten seconds a run, and is tested elsewhere.
        monkeypatch.setattr("restore.pipeline.model.can_export", lambda: False)
    full = restore.run
    monkeypatch.setattr(restore, "run", lambda *said, **named: full(*said, **named | SHORT), raising=False)
    return work


def commands_of(kind, code):
    """Yield the commands of a block, each with the lines that it is shown to print."""
    if kind == "sh":
        yield from ((line, []) for line in code.splitlines())
        return
    for part in re.split(r"^\$ ", code, flags=re.MULTILINE)[1:]:
        command, *printed = part.splitlines()
        yield command, printed


def follow(command, capsys):
    """Run one command as a reader would, and return what it printed."""
    words = shlex.split(command.removeprefix("pip install uv && ").removeprefix("uv run "), comments=True)
    # Points of a sweep have one thread each, and the backend may have started with more here.
    if words[0] != "restore" or {"|", ">", "&&"} & set(words) or words[1] == "sweep":
        return subprocess.run(command, shell=True, check=True, capture_output=True, text=True).stdout
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(shortened(words[1:]))
    printed = capsys.readouterr()
    assert not ended.value.code, printed.err
    return printed.out


def shortened(words):
    """Return the arguments of a command, a run made short."""
    if words[0] != "run" or "--resume" in words:
        return words
    for name, value in SHORT.items():
        if f"--{name}" in words:
            words[words.index(f"--{name}") + 1] = str(value)
        else:
            words += [f"--{name}", str(value)]
    return words


@pytest.mark.parametrize(
    "page", list(in_turn(filter(is_followed, PAGES))), ids=lambda page: str(page.relative_to(ROOT))
)
def test_a_reader_can_follow_the_page(page, folder, capsys):
    names = {"__name__": "__page__"}
    for kind, code, line in blocks_of(page):
        if kind == "python":
            # On the same line as in the page, so that a traceback names it.
            exec(compile("\n" * line + code, str(page), "exec"), names)
            continue
        for command, shown in commands_of(kind, code):
            printed = follow(command, capsys)
            missing = set(re.findall(r"\b[a-z]{3,}\b", "\n".join(shown))) - set(re.findall(r"\w+", printed))
            assert not missing, f"{page.name}: {command} does not print {sorted(missing)}"


def test_pages_that_are_followed_elsewhere_are_there():
    assert all((ROOT / "docs" / page).exists() and (ROOT / test).exists() for page, test in ELSEWHERE.items())


def test_few_blocks_are_left_out():
    reasons = [block["reason"] for page in PAGES for block in BLOCK.finditer(page.read_text("utf-8"))]
    assert sum(reason is not None and "needs SOCOFing" not in reason and "FVC" not in reason for reason in reasons) <= 7
