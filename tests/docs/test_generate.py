"""The pages made from the code are what the code makes now, and say everything that a plugin author needs."""

import importlib
import inspect
import re
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from restore import api
from restore.plugins import hookspecs
from restore.plugins.components import COMPONENTS

DOCS = Path(__file__).parents[2] / "docs"
sys.path.append(str(DOCS))  # as for a script of that folder
generate = importlib.import_module("generate")
HOOKS = [name for name in vars(hookspecs) if name.startswith("restore_")]
PAGE = (DOCS / "hooks.md").read_text()


@pytest.mark.parametrize("name", generate.PAGES)
def test_a_page_is_what_the_code_makes(name):
    assert (DOCS / name).read_text() == generate.PAGES[name](), "python docs/generate.py"


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_a_heading_with_its_signature(hook):
    returned = inspect.signature(getattr(hookspecs, hook)).return_annotation
    assert re.search(rf"^## `{hook}\(\) -> {re.escape(returned)}`$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("kind", COMPONENTS)
def test_every_field_stands_there_with_its_meaning(kind):
    section = PAGE.partition(f"### `{kind.__name__}`\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| .+ \| (.+) \|$", section, re.MULTILINE)
    assert [name for name, _ in rows] == [one.name for one in fields(kind)]
    assert all(meaning.endswith((".", "none.")) for _, meaning in rows)


def test_no_meaning_is_of_a_field_that_is_gone():
    assert set(generate.FIELDS) == {one.name for kind in COMPONENTS for one in fields(kind)}


def test_every_value_that_the_calls_name_is_told():
    calls = " ".join(" ".join(call.values()) for call in generate.CALLS.values())
    named = {name for name in api.__all__ if re.search(rf"\b{name}\b", calls)} - {"RequestError", "Model"}
    assert named <= {value.__name__ for value in generate.VALUES}


def test_check_tells_a_stale_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(generate, "HERE", tmp_path)
    monkeypatch.setattr("sys.argv", ["generate.py", "--check"])
    assert generate.main() == 1
    told = capsys.readouterr().err.splitlines()
    assert told == [f"docs/{name} is not what the code makes: python docs/generate.py" for name in generate.PAGES]
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr("sys.argv", ["generate.py"])
    assert generate.main() == 0
    monkeypatch.setattr("sys.argv", ["generate.py", "--check"])
    assert generate.main() == 0
