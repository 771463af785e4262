"""What an installer gets: entry points, types, versions, licences, and an import that loads nothing heavy."""

import importlib
import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import restore

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "restore-toolkit": ("restore", ROOT),
    "restore-fingerprint": ("restore_fingerprint", ROOT / "plugins/fingerprint"),
    "restore-face": ("restore_face", ROOT / "plugins/face"),
}
HEAVY = {"h5py", "jinja2", "keras", "matplotlib", "numpy", "PIL", "pydantic", "rich", "scipy", "skimage", "tensorflow"}


@pytest.fixture(params=PACKAGES)
def distribution(request):
    """Return each distribution's name, package and folder."""
    return request.param, *PACKAGES[request.param]


def project_of(folder):
    return tomllib.loads((folder / "pyproject.toml").read_text())


def test_the_version_is_the_same_everywhere():
    project = project_of(ROOT)["project"]
    assert restore.__version__ == importlib.metadata.version("restore-toolkit") == project["version"]


def test_entry_points_name_what_is_there():
    names = {point.name for point in importlib.metadata.entry_points(group="restore")}
    assert {"builtin", "fingerprint", "face"} <= names
    (command,) = importlib.metadata.entry_points(group="console_scripts", name="restore")
    assert callable(command.load())


def test_every_package_ships_its_types(distribution):
    _, package, _ = distribution
    assert (Path(importlib.import_module(package).__file__).parent / "py.typed").is_file()


def test_every_package_has_a_page_a_licence_and_a_range_of_pythons(distribution):
    _, _, folder = distribution
    project = project_of(folder)["project"]
    assert project["license"] == "Apache-2.0"
    assert project["requires-python"] == ">=3.11,<3.14"
    assert len((folder / project["readme"]).read_text()) > 200


def test_a_wheel_holds_its_package_and_nothing_else(distribution):
    _, package, folder = distribution
    (packed,) = project_of(folder)["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert Path(packed).name == package
    assert not [path for path in (folder / packed).rglob("*") if path.name.startswith("test_") or path.name == "tests"]


def test_a_source_archive_leaves_plugins_and_tests_out():
    include = project_of(ROOT)["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert "/restore" in include
    assert not {"/plugins", "/tests", "/benchmarks"} & set(include)


@pytest.mark.parametrize("module", ["restore", "restore.api", "restore_fingerprint.plugin", "restore_face.plugin"])
def test_importing_loads_nothing_heavy(module):
    code = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert not HEAVY & set(loaded.split())
