"""A command whose streams are closed or full ends with the right code, without a traceback."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="closes descriptors by a shell")


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """Call `restore` with the streams that a shell makes of a redirection, buffered or not."""
    monkeypatch.chdir(tmp_path)

    def call(arguments, redirection, *, buffered=True):
        python = f"'{sys.executable}' {'' if buffered else '-u'} -m restore"
        return subprocess.run(
            ["/bin/sh", "-c", f"{python} {arguments} {redirection}"], capture_output=True, text=True, check=False
        )

    return call


@pytest.mark.parametrize("arguments", ["runs", "runs --json", "--help", "run --help", "--version", "list-plugins"])
@pytest.mark.parametrize(("redirection", "why"), [(">&-", "Bad file descriptor"), (">/dev/full", "disk full")])
def test_lost_output_is_an_error(shell, arguments, redirection, why):
    assert_lost(shell(arguments, redirection), why)


def test_lost_output_without_a_buffer_is_an_error(shell):
    assert_lost(shell("runs", ">/dev/full", buffered=False), "disk full")


def assert_lost(done, why):
    what, where, _ = done.stderr.splitlines()
    assert (done.returncode, where) == (1, "  standard output")
    assert what.startswith("error: ")
    assert what.endswith(why)


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full", "<&- >&- 2>&-", ">/dev/full 2>/dev/full"])
def test_a_lost_message_keeps_the_exit_code(shell, redirection):
    done = shell("show nosuch", redirection)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


def test_a_reader_that_has_gone_is_not_an_error(shell):
    done = shell("list-plugins --json", "| true")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_file_never_gets_the_descriptor_of_a_closed_stream(tmp_path):
    code = (
        "from restore.cli.streams import open_closed_streams; open_closed_streams();"
        f"file = open({str(tmp_path / 'a')!r}, 'w'); print(file.fileno(), file=file)"
    )
    subprocess.run(["/bin/sh", "-c", '"$0" -c "$1" <&- >&- 2>&-', sys.executable, code], check=True)
    assert int((tmp_path / "a").read_text()) > 2
