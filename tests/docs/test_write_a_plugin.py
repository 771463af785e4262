"""Whoever follows the page on writing a plugin ends with the example package, and with commands that work."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "examples" / "restore-scratches"
PAGE = (DOCS / "write-a-plugin.md").read_text()
BLOCK = re.compile(r"^```(?P<head>.*)\n(?P<body>(?:.*\n)*?)```$", re.MULTILINE)
INSTALL = "uv pip install -e ."
LEFT_OUT = {"__pycache__", ".ruff_cache", ".pytest_cache", ".mypy_cache"}


def steps():
    """Yield what the page tells to do, in order: ("write", path, text) or ("type", command)."""
    for block in BLOCK.finditer(PAGE):
        included = re.fullmatch(r"\{literalinclude\} (.+)", block["head"])
        if included:
            (caption,) = re.findall(r"^:caption: (.+)$", block["body"], re.MULTILINE)
            yield "write", caption, (DOCS / included[1]).read_text()
        else:
            assert block["head"] == "console", f"a block that no test follows: {block['head']}"
            for line in block["body"].splitlines():
                assert line.startswith("$ "), f"what is printed is not tested: {line}"
                yield "type", line.removeprefix("$ ")


def files_of(folder):
    """Return the files below a folder that belong to the package: path → text."""
    paths = [path for path in folder.rglob("*") if path.is_file() and not LEFT_OUT & set(path.parts)]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


class Reader:
    """Someone who follows the page in an empty folder, with the commands of this environment at hand."""

    def __init__(self, folder):
        self.folder = self.start = folder
        self.site = folder / "site-packages"
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        self.environment = os.environ | {"PATH": path, "PYTHONPATH": str(self.site), "TF_CPP_MIN_LOG_LEVEL": "3"}

    def do(self, what, *said):
        """Take one step of the page; returns what a command printed."""
        if what == "write":
            path, text = said
            (self.folder / path).write_text(text)
        elif said[0].startswith("cd "):
            self.folder = self.folder / said[0].removeprefix("cd ")
        elif said[0] == INSTALL:
            self.install()
        else:
            done = subprocess.run(
                said[0], shell=True, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{said[0]}\n{done.stdout}{done.stderr}"
            return done.stdout
        return ""

    def install(self):
        """Put the package where Python finds it, as an installer does; the tox env `wheels` uses a real one."""
        info = self.site / "restore_scratches-0.1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: restore-scratches\nVersion: 0.1.0\n")
        (point,) = re.findall(r"^(scratches) = \"(.+)\"$", (self.folder / "pyproject.toml").read_text(), re.MULTILINE)
        (info / "entry_points.txt").write_text(f"[restore]\n{point[0]} = {point[1]}\n")
        self.environment["PYTHONPATH"] += os.pathsep + str(self.folder / "src")


def commands():
    return [said[0] for what, *said in steps() if what == "type"]


def test_the_page_gives_the_files_of_the_example(tmp_path):
    reader = Reader(tmp_path)
    for step in steps():
        if step[0] == "write" or step[1].startswith(("cd ", "rm ", "restore new-plugin ")):
            reader.do(*step)
    assert files_of(reader.folder) == files_of(EXAMPLE)
    assert reader.folder.name == EXAMPLE.name


def test_every_file_that_the_page_shows_lies_where_it_says():
    shown = dict(re.findall(r"^```\{literalinclude\} examples/restore-scratches/(.+)\n:language: .+\n:caption: (.+)$",
                            PAGE, re.MULTILINE))  # fmt: skip
    assert len(shown) == PAGE.count("{literalinclude}") == 4
    assert all(path == caption for path, caption in shown.items())


def test_the_page_ends_with_the_commands_of_a_user():
    assert INSTALL in commands()
    assert commands()[-4:-1] == ["restore list-plugins", "restore list-plugins scratches", "restore check scratches"]
    assert commands()[-1].startswith("restore run fingerprint --corrupt scratches/scratch")


@pytest.mark.trains
def test_every_command_of_the_page_works(tmp_path):
    reader, printed = Reader(tmp_path), {}
    for step in steps():
        printed[step[1]] = reader.do(*step)
    assert "scratches" in printed["restore list-plugins"]
    assert "smooth" in printed["restore list-plugins scratches"]
    assert "2 passed" in printed["python -m pytest"]
    assert len(list((reader.folder / "runs").glob("fingerprint-scratches-scratch-hard-*.h5"))) == 1
