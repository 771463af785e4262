"""Every sentence that the toolkit may print, in one file: tests elsewhere assert codes, places and values.

`python tests/test_wording.py` writes the file anew; read what changed as a user would.
"""

import ast
import difflib
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
SNAPSHOT = Path(__file__).with_name("wording.txt")
SOURCES = ("restore", "plugins/fingerprint/src", "plugins/face/src")
WORDS = re.compile(r"[A-Za-z]{2,}[^A-Za-z]*\s[^A-Za-z]*[A-Za-z]{2,}")


def sentences_of(path):
    """Yield the texts of a file that hold two words or more, docstrings left out, what is filled in in braces."""
    tree = ast.parse(path.read_text())
    skipped = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(node.value)
        if isinstance(node, ast.JoinedStr):
            skipped.update(ast.walk(node))
            skipped.discard(node)
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                one.value if isinstance(one, ast.Constant) else f"{{{ast.unparse(one.value)}}}" for one in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if WORDS.search(text):
            yield " ".join(text.split())


def wording():
    lines = []
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*.py")):
            found = sorted(set(sentences_of(path)))
            if found:
                lines += ["", f"# {path.relative_to(ROOT)}", *found]
    return "\n".join(lines[1:]) + "\n"


def test_every_sentence_is_as_it_was_read():
    now = wording()
    changed = list(
        difflib.unified_diff(SNAPSHOT.read_text().splitlines(), now.splitlines(), "read", "now", n=0, lineterm="")
    )
    assert not changed, "\n".join(
        [*changed, "", "read the new ones as a user would, then: python tests/test_wording.py"]
    )


if __name__ == "__main__":
    SNAPSHOT.write_text(wording())
