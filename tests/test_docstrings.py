"""Every public function that takes an array says its shape and its range, or its class or module does."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "restore", *sorted(ROOT.glob("plugins/*/src")))
ARRAYS = {"Images", "Masks", "Pictures", "NDArray", "ndarray"}
SHAPE = re.compile(r"\((?:[KNHWC]|rows|\d+|…|\.\.\.)[^()]*\)|any shape")
RANGE = re.compile(r"\[0, 1\]|bool|u?int(?:8|16)|pixels|millimetres|from \S+ to|any values")


def functions_of(path):
    """Yield every public function of a file that takes an array: its name, and all that is said about it."""

    def look(body, said, name):
        for node in body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
                continue
            told = f"{said}\n{ast.get_docstring(node) or ''}"
            if isinstance(node, ast.ClassDef):
                yield from look(node.body, told, f"{name}{node.name}.")
            elif any(map(takes_array, (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs))):
                yield f"{name}{node.name}", told

    tree = ast.parse(path.read_text())
    return look(tree.body, ast.get_docstring(tree) or "", f"{path.relative_to(ROOT)}: ")


def takes_array(parameter):
    """Return whether a parameter's annotation names an array type."""
    parts = ast.walk(parameter.annotation) if parameter.annotation else ()
    return any(getattr(part, "id", getattr(part, "attr", "")) in ARRAYS for part in parts)


FUNCTIONS = dict(one for folder in FOLDERS for path in sorted(folder.rglob("*.py")) for one in functions_of(path))


def test_there_are_functions_to_look_at():
    assert "restore/pipeline/restorer/restorer.py: Restorer.restore" in FUNCTIONS


@pytest.mark.parametrize("function", FUNCTIONS)
def test_shape_and_range_are_said(function):
    said = FUNCTIONS[function]
    assert SHAPE.search(said), "no shape, such as (N, H, W, C)"
    assert RANGE.search(said), "no range, such as [0, 1]; bool for masks"
