"""A package to start a plugin from: one corruption with levels, its tests, and all that an installer needs."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path
from string import Template
from tempfile import mkdtemp

from restore.errors import RequestError, WorkError
from restore.plugins.discovery import HOME, discover

FILES = {
    ".gitignore": "gitignore.template",
    "README.md": "README.md.template",
    "pyproject.toml": "pyproject.toml.template",
    "src/$package/__init__.py": "__init__.py.template",
    "src/$package/plugin.py": "plugin.py.template",
    "src/$package/py.typed": "py.typed.template",
    "src/$package/spot.py": "spot.py.template",
    "tests/test_$module.py": "test.py.template",
}
"""Files of the package and the templates they are made from; `$` stands before what depends on the name."""
LONGEST = 40
"""Characters of a name, so that the lines made from the templates stay within 120."""


def write_package(name: str, folder: Path) -> list[Path]:
    """Write the package `restore-NAME` of the plugin `name` into `folder`, whole or not at all; return its files.

    Raises `RequestError` where `name` is not valid or taken, where `folder` does not exist, or where it holds such a
    package already; `WorkError` where it cannot be written.
    """
    _check_name(name)
    package = folder / f"restore-{name}"
    if not folder.is_dir():
        raise RequestError("not a directory", code="not-a-directory", where=str(folder), hint=f"mkdir {folder}")
    if package.exists() or package.is_symlink():
        raise RequestError(
            "the folder exists", code="exists", where=str(package), hint="choose another name, or move it away"
        )
    try:
        _write(package, fill_templates(name))
    except OSError as error:
        raise WorkError(
            f"the package cannot be written: {error.strerror}", where=str(package), hint="nothing was kept of it"
        ) from error
    return [package / path for path in sorted(fill_templates(name))]


def plugin_name(name: str) -> str:
    """Return the name of a plugin that may be given by that of its package: `restore-films` is `films`."""
    return name.removeprefix("restore-")


def fill_templates(name: str) -> dict[str, str]:
    """Return the files of the package for `name`: path below the package's folder → text."""
    module = name.replace("-", "_")
    words = {"name": name, "module": module, "package": f"restore_{module}", "distribution": f"restore-{name}"}
    templates = files(__name__) / "templates"
    return {
        Template(path).substitute(words): Template((templates / source).read_text("utf-8")).substitute(words)
        for path, source in FILES.items()
    }


def _check_name(name: str) -> None:
    """Raise `RequestError` for a name that no distribution and no module can have, or that is taken."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or len(name) > LONGEST:
        near = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")[:LONGEST].strip("-")
        raise RequestError(
            f"invalid plugin name {name!r}",
            code="bad-name",
            where=f"up to {LONGEST} lower-case letters, digits and single hyphens",
            hint=f"for example {near or 'scratches'}",
        )
    taken = {plugin.name: plugin.owner for plugin in discover()} | {HOME.removeprefix("restore-"): HOME}
    if name in taken:
        raise RequestError(
            f"the plugin {name!r} exists", code="taken-name", where=taken[name], hint="choose another name"
        )


def _write(package: Path, texts: dict[str, str]) -> None:
    """Write all files beside their place, then give the folder its name."""
    temporary = Path(mkdtemp(prefix=f".{package.name}.", dir=package.parent))
    try:
        for path, text in texts.items():
            file = temporary / package.name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        (temporary / package.name).rename(package)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
