"""A new package is whole, is written whole or not at all, and passes its own tests, lint, types and checks."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore import scaffold
from restore.errors import RequestError, WorkError

FILES = {
    ".gitignore",
    "README.md",
    "pyproject.toml",
    "src/restore_old_films/__init__.py",
    "src/restore_old_films/plugin.py",
    "src/restore_old_films/py.typed",
    "src/restore_old_films/spot.py",
    "tests/test_old_films.py",
}


def run(*command, cwd, path=()):
    environment = {"PYTHONPATH": ":".join(map(str, path)), "PATH": str(Path(sys.executable).parent)}
    done = subprocess.run(
        [sys.executable, *command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def installed(tmp_path):
    """Write a package, and the metadata that an installer would write, and return the import path of both."""
    scaffold.write_package("old-films", tmp_path)
    info = tmp_path / "site" / "restore_old_films-0.1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: restore-old-films\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("[restore]\nold-films = restore_old_films.plugin\n")
    return tmp_path / "restore-old-films", [tmp_path / "restore-old-films" / "src", tmp_path / "site"]


def test_all_files_are_written_and_returned(tmp_path):
    written = scaffold.write_package("old-films", tmp_path)
    package = tmp_path / "restore-old-films"
    assert {path.relative_to(package).as_posix() for path in written} == FILES
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(written)
    assert not any("$" in path.read_text() for path in written)


def test_the_name_of_the_package_means_that_of_the_plugin(restore, tmp_path):
    answer = restore("new-plugin", "restore-old-films", "--json")
    assert (answer.code, answer.json["name"]) == (0, "old-films")
    package = tmp_path / "restore-old-films"
    (tmp_path / "other").mkdir()
    scaffold.write_package("old-films", tmp_path / "other")
    for path in scaffold.fill_templates("old-films"):
        assert (package / path).read_bytes() == (tmp_path / "other" / "restore-old-films" / path).read_bytes()


def test_the_readme_installs_into_an_environment_of_uv():
    assert "    uv pip install -e .\n" in scaffold.fill_templates("old-films")["README.md"]


def test_the_package_passes_its_own_tests(installed):
    package, path = installed
    assert "1 passed" in run("-m", "pytest", "-p", "no:cacheprovider", "-W", "error", cwd=package, path=path)


def test_the_package_passes_lint_and_types(tmp_path):
    for tool in ("ruff", "mypy"):
        pytest.importorskip(tool, reason=f"{tool} is not installed")
    for name in ("old-films", "a", "x" * scaffold.LONGEST):
        scaffold.write_package(name, tmp_path)
        package = tmp_path / f"restore-{name}"
        run("-m", "ruff", "check", "--no-cache", ".", cwd=package)
        run("-m", "ruff", "format", "--no-cache", "--check", ".", cwd=package)
    run("-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "src", "tests", cwd=tmp_path / "restore-old-films")


def test_the_package_passes_restore_check(installed):
    package, path = installed
    assert "old-films/spot" in run("-m", "restore", "check", "old-films", cwd=package, path=path)
    assert "old-films" in run("-m", "restore", "list-plugins", "--check", cwd=package, path=path)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Old_Films", "for example old-films"),
        ("a--b", "for example a-b"),
        ("-a", "for example a"),
        ("2d", "for example d"),
        ("", "for example scratches"),
        ("ä", "for example scratches"),
        ("../up", "for example up"),
        ("a\n", "for example a"),
        ("x" * 41, f"for example {'x' * 40}"),
    ],
)
def test_a_name_that_is_none_is_refused_with_a_near_one(tmp_path, name, hint):
    with pytest.raises(RequestError) as caught:
        scaffold.write_package(name, tmp_path)
    assert caught.value.hint == hint
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=50))
def test_the_near_name_is_one(name):
    try:
        scaffold._check_name(name)
    except RequestError as error:
        if error.code == "bad-name":
            scaffold._check_name(error.hint.removeprefix("for example "))


@pytest.mark.parametrize("name", ["builtin", "fingerprint", "face", "toolkit"])
def test_a_taken_name_is_refused(tmp_path, name):
    with pytest.raises(RequestError) as caught:
        scaffold.write_package(name, tmp_path)
    assert caught.value.code == "taken-name"
    assert caught.value.where.startswith("restore-")


def test_what_is_there_is_never_touched(tmp_path):
    package = tmp_path / "restore-old-films"
    package.mkdir()
    with pytest.raises(RequestError) as caught:
        scaffold.write_package("old-films", tmp_path)
    assert (caught.value.code, caught.value.where) == ("exists", str(package))
    assert list(tmp_path.rglob("*")) == [package]
    package.rmdir()
    package.symlink_to("nowhere")
    with pytest.raises(RequestError):
        scaffold.write_package("old-films", tmp_path)


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(RequestError) as caught:
        scaffold.write_package("old-films", tmp_path / "nowhere")
    assert caught.value.code == "not-a-directory"


@pytest.mark.parametrize("fails", ["write_text", "rename"])
def test_a_failing_disk_leaves_nothing(tmp_path, monkeypatch, fails):
    calls = []

    def fail(self, *_, **__):
        calls.append(self)
        if fails == "rename" or len(calls) == 3:
            raise OSError(28, "No space left on device")
        self.touch()

    monkeypatch.setattr(Path, fails, fail)
    with pytest.raises(WorkError, match="No space left on device"):
        scaffold.write_package("old-films", tmp_path)
    assert calls
    assert list(tmp_path.iterdir()) == []
