"""The page of error codes, read off the places where errors are raised."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).parent.parent
SOURCES = ("restore", "plugins/fingerprint/src", "plugins/face/src")
NOTHING = "\N{EN DASH}"
OPENING = """# Errors

<!-- made by docs/generate.py -->

An error has at most three lines: what is wrong, where, and what to do. In Python it is a `RestoreError` with `what`,
`where`, `hint`, `exit_code` and `code`; code and exit code are stable, sentences may improve.

| class | exit code | meaning |
|---|---|---|
| `RequestError` | 2 | the request or an input is wrong; nothing was written |
| `InputError`, a `RequestError` | 2 | an image, a folder or a run file cannot be used |
| `WorkError` | 1 | the work failed; what stands is named |
| `ComponentError`, a `WorkError` | 1 | a component broke its contract |
| `Stopped` | 128 + signal | stopped by a signal; the last committed epoch stands |

| code | sentences |
|---|---|
"""


def errors_page() -> str:
    """Return the page of all codes with the sentences that they stand for."""
    found: dict[str, list[str]] = {}
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*.py")):
            for code, sentence in _codes(ast.parse(path.read_text("utf-8"))):
                found.setdefault(code, []).append(sentence)
    rows = (
        f"| `{code}` | {'; '.join(dict.fromkeys(one for one in found[code] if one)) or NOTHING} |\n"
        for code in sorted(found)
    )
    return OPENING + "".join(rows)


def _codes(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield every code that is given as a constant, with the sentence beside it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "code":
                    yield str(ast.literal_eval(one.value)), ""
    for scope in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
        assigned = list(_assigned(scope))
        for call in filter(_may_raise, ast.walk(scope)):
            first = call.args[0]
            if isinstance(first, ast.Name):
                found = [one for line, name, one in assigned if name == first.id and line < call.lineno]
                first = found[-1] if found else first
            for keyword in call.keywords:
                if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                    yield keyword.value.value, _sentence(first)


def _may_raise(node: ast.AST) -> TypeGuard[ast.Call]:
    """Return whether a node is a call that may make an error; a model's code is no error's."""
    return isinstance(node, ast.Call) and bool(node.args) and ast.unparse(node.func) != "Model"


def _assigned(scope: ast.FunctionDef) -> Iterator[tuple[int, str, ast.expr]]:
    """Yield line, name and value of every assignment to a name, in the order of lines."""
    for one in sorted((one for one in ast.walk(scope) if isinstance(one, ast.Assign)), key=lambda one: one.lineno):
        target, value = one.targets[0], one.value
        several = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        pairs = zip(target.elts, value.elts, strict=True) if several else [(target, value)]  # type: ignore[attr-defined]
        yield from ((one.lineno, name.id, given) for name, given in pairs if isinstance(name, ast.Name))


def _sentence(node: ast.expr | None) -> str:
    """Return a sentence with an ellipsis for what is filled in; nothing where it is put together elsewhere."""
    if isinstance(node, ast.JoinedStr):
        parts = [one.value if isinstance(one, ast.Constant) else "…" for one in node.values]
        return "".join(map(str, parts)).replace("|", r"\|")
    return node.value.replace("|", r"\|") if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
