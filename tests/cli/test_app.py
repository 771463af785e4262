import json
import os
import signal
import subprocess
import sys
from importlib.metadata import version

import pytest

from restore.cli import app
from restore.errors import RequestError, RestoreWarning, Stopped, WorkError

HEAVY = {"numpy", "h5py", "PIL", "tensorflow", "keras", "skimage", "matplotlib", "scipy"}


def modules_after(*arguments, env=None):
    """Return the top-level modules that are loaded after a command, in a process of its own."""
    code = (
        "import contextlib, io, json, sys\n"
        "from restore.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        f"    main({list(arguments)!r})\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, **(env or {})}
    )
    assert done.stderr == ""
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["list-plugins"]])
def test_a_look_loads_nothing_heavy(arguments):
    loaded = modules_after(*arguments)
    assert "typer" in loaded
    assert not loaded & HEAVY
    assert "rich" not in loaded or "list-plugins" in arguments
    assert "pydantic" not in loaded


@pytest.mark.parametrize("arguments", [["runs"], ["runs", "--json"]])
def test_listing_runs_opens_no_file_with_hdf5(arguments, make_run, tmp_path):
    make_run()
    loaded = modules_after(*arguments, env={"RESTORE_RUNS": str(tmp_path / "runs")})
    assert not loaded & HEAVY


def test_showing_a_run_loads_no_backend(make_run, tmp_path):
    make_run()
    loaded = modules_after("show", "last", env={"RESTORE_RUNS": str(tmp_path / "runs")})
    assert "h5py" in loaded
    assert not loaded & (HEAVY - {"numpy", "h5py"})


def test_help_lists_every_command_with_a_whole_sentence(restore):
    answer = restore("--help")
    assert answer.code == 0
    assert answer == restore() == restore("-h")
    for name in app.COMMANDS:
        (line,) = [line for line in answer.out.splitlines() if line.split()[:1] == [name]]
        assert line.endswith(".")
        assert not line.endswith("...")


@pytest.mark.parametrize("name", app.COMMANDS)
def test_every_command_has_help(restore, name):
    answer = restore(name, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"Usage: restore {name} ")


def test_version(restore):
    assert restore("--version").out == f"restore {version('restore-toolkit')}\n"


@pytest.mark.parametrize(
    ("arguments", "code", "where", "named"),
    [
        (["rnu"], "unknown-command", "restore", "run"),
        (["--versoin"], "unknown-option", "restore", "--version"),
        (["run", "--epoch", "3"], "unknown-option", "restore run", "--epochs"),
        (["run", "a", "--seed", "1", "--seed", "2"], "duplicate", "restore run", ""),
        (["show"], "bad-usage", "restore show", "restore show --help"),
        (["run", "a", "--epochs", "x"], "bad-usage", "restore run", "restore run --help"),
        (["run", "a", "--lr"], "bad-usage", "restore", "restore --help"),
        (["runs", "extra"], "bad-usage", "restore runs", "restore runs --help"),
        (["export", "last"], "bad-option", "restore export", "--csv"),
    ],
)
def test_a_wrong_command_line_is_refused_with_the_nearest_name(restore, arguments, code, where, named):
    answer = restore(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert (answer.failure.code, answer.failure.where) == (code, where)
    assert named in answer.failure.hint
    assert answer.error


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        *((["run", "a", flag, ""], flag) for flag in ("--model", "--dataset", "--device", "--data", "--also")),
        (["run", "a", "--corrupt=box", "--corrupt="], "--corrupt"),
        (["corrupt", "box", "", "-o", "out"], "INPUT"),
        (["corrupt", "", "in", "-o", "out"], "SPEC"),
        (["corrupt", "box", "in", "-o", ""], "--output"),
        (["export", "last", "--csv", ""], "--csv"),
        (["show", "last", "--runs="], "--runs"),
    ],
)
def test_an_empty_value_is_refused_by_name(restore, arguments, named):
    answer = restore(*arguments)
    assert (answer.code, answer.out, answer.failure.code) == (2, "", "empty-value")
    assert answer.failure.what.startswith(f"{named} ")


@pytest.fixture
def failing(monkeypatch):
    """Make `restore runs` raise."""

    def install(error):
        def runs() -> None:
            raise error

        monkeypatch.setitem(app.COMMANDS, "runs", runs)

    return install


@pytest.mark.parametrize(
    ("error", "exit_code", "lines"),
    [
        (RequestError("what\nof it", where="where", hint="hint"), 2, ["error: what of it", "  where", "  hint"]),
        (WorkError("what"), 1, ["error: what"]),
        (Stopped(signal.SIGTERM, "what"), 143, ["error: what"]),
    ],
)
def test_an_error_of_the_projects_own_is_at_most_three_lines(restore, failing, error, exit_code, lines):
    failing(error)
    answer = restore("runs")
    assert (answer.code, answer.out, answer.error, answer.failure) == (exit_code, "", lines, error)


@pytest.mark.parametrize(
    ("error", "code", "where", "named"),
    [
        (OSError(28, "No space left on device", "/runs/a.h5"), "system-error", "/runs/a.h5", ""),
        (MemoryError(), "out-of-memory", "", "--batch"),
        (ZeroDivisionError("by zero"), "internal-error", "test_app.py, line ", "--traceback"),
    ],
)
def test_any_other_error_has_its_code_place_and_hint(restore, failing, error, code, where, named):
    failing(error)
    answer = restore("runs")
    assert (answer.code, answer.out, answer.failure.code) == (1, "", code)
    assert answer.failure.where.startswith(where)
    assert named in answer.failure.hint
    assert answer.error


@pytest.mark.parametrize("arguments", [["--traceback", "runs"], ["runs", "--traceback"]])
def test_a_traceback_is_printed_on_demand_alone(restore, failing, arguments):
    failing(RequestError("what"))
    answer = restore(*arguments)
    assert answer.err.startswith("Traceback (most recent call last):")
    assert answer.err.endswith("\nerror: what\n")
    assert answer.code == 2
    assert "Traceback" not in restore("runs").err


@pytest.mark.parametrize(
    ("error", "code"),
    [(KeyboardInterrupt(), 130), (KeyboardInterrupt(15), 143), (KeyboardInterrupt("a plugin's"), 130)],
)
def test_an_interrupt_ends_quietly_with_its_signals_code(restore, failing, error, code):
    failing(error)
    answer = restore("runs")
    assert (answer.code, answer.err) == (code, "")


def test_sigterm_ends_a_command_and_its_handler_is_put_back(restore, monkeypatch):
    def runs() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setitem(app.COMMANDS, "runs", runs)
    before = signal.getsignal(signal.SIGTERM)
    assert restore("runs").code == 143
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_reader_that_has_gone_is_no_reason_for_a_message(restore, failing):
    failing(BrokenPipeError())
    answer = restore("runs")
    assert (answer.code, answer.out, answer.err) == (1, "", "")


def test_warnings_are_one_line_on_stderr(restore, monkeypatch, recwarn):
    import warnings

    def runs() -> None:
        warnings.simplefilter("always")
        warnings.warn("two\nlines", RestoreWarning, stacklevel=1)

    monkeypatch.setitem(app.COMMANDS, "runs", runs)
    assert restore("runs").err == "warning: two lines\n"
