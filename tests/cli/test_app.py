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
    ("arguments", "lines"),
    [
        (["rnu"], ["error: there is no command 'rnu'", "  restore", "  did you mean run?"]),
        (["--versoin"], ["error: there is no option --versoin", "  restore", "  did you mean --version?"]),
        (["run", "--epoch", "3"], ["error: there is no option --epoch", "  restore run", "  did you mean --epochs?"]),
        (["show"], ["error: missing argument 'RUN'", "  restore show", "  restore show --help shows what it takes"]),
        (
            ["run", "a", "--seed", "1", "--seed", "2"],
            ["error: --seed is given twice", "  restore run", "  give it once"],
        ),
    ],
)
def test_a_wrong_command_line_is_told_in_three_lines(restore, arguments, lines):
    answer = restore(*arguments)
    assert (answer.code, answer.out, answer.error) == (2, "", lines)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        *((["run", "a", flag, ""], f"{flag} is empty") for flag in ("--model", "--dataset", "--device", "--data")),
        (["run", "a", "--corrupt=box", "--corrupt="], "--corrupt is empty"),
        (["corrupt", "box", "", "-o", "out"], "INPUT is empty"),
        (["corrupt", "", "in", "-o", "out"], "SPEC is empty"),
        (["corrupt", "box", "in", "-o", ""], "--output is empty"),
        (["export", "last", "--csv", ""], "--csv is empty"),
        (["show", "last", "--runs="], "--runs is empty"),
    ],
)
def test_an_empty_value_is_refused(restore, arguments, what):
    answer = restore(*arguments)
    assert (answer.code, answer.out, answer.error[0]) == (2, "", f"error: {what}")


@pytest.mark.parametrize(
    "arguments", [["run", "a", "--epochs", "x"], ["runs", "extra"], ["run", "a", "--lr"], ["export", "last"]]
)
def test_other_usage_errors_exit_with_2(restore, arguments):
    answer = restore(*arguments)
    assert (answer.code, answer.out, len(answer.error)) == (2, "", 3)


@pytest.fixture
def failing(monkeypatch):
    """Make `restore runs` raise."""

    def install(error):
        def runs() -> None:
            raise error

        monkeypatch.setitem(app.COMMANDS, "runs", runs)

    return install


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (RequestError("what\nof it", where="where", hint="hint"), 2, ["error: what of it", "  where", "  hint"]),
        (WorkError("what"), 1, ["error: what"]),
        (Stopped(signal.SIGTERM, "stopped"), 143, ["error: stopped"]),
        (OSError(28, "No space left on device", "/runs/a.h5"), 1, ["error: No space left on device", "  /runs/a.h5"]),
        (
            MemoryError(),
            1,
            ["error: there is not enough memory", "  lower --batch, --size or --limit"],
        ),
    ],
)
def test_an_error_is_told_in_three_lines_with_its_exit_code(restore, failing, error, code, lines):
    failing(error)
    answer = restore("runs")
    assert (answer.code, answer.out, answer.error) == (code, "", lines)


def test_a_fault_of_the_program_itself_says_where_and_what_to_do(restore, failing):
    failing(ZeroDivisionError("by zero"))
    answer = restore("runs")
    assert answer.code == 1
    what, where, hint = answer.error
    assert what == "error: ZeroDivisionError: by zero"
    assert where.startswith("  test_app.py, line ")
    assert "--traceback" in hint


@pytest.mark.parametrize("arguments", [["--traceback", "runs"], ["runs", "--traceback"]])
def test_a_traceback_is_printed_on_demand_alone(restore, failing, arguments):
    failing(RequestError("what"))
    answer = restore(*arguments)
    assert answer.err.startswith("Traceback (most recent call last):")
    assert answer.err.endswith("\nerror: what\n")
    assert answer.code == 2


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
