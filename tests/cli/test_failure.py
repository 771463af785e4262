import pytest

from restore.cli.failure import describe, print_failure
from restore.errors import InputError, RequestError


def test_a_failure_is_three_lines_of_printable_text(capsys):
    failure = InputError("cut\nshort", where="a\x1b[2J.png: cut\n\nb.png: \udcff", hint="fix it")
    assert print_failure(failure) == 2
    assert capsys.readouterr().err == "error: cut short\n  a\\x1b[2J.png: cut; b.png: \\udcff\n  fix it\n"


def test_an_error_of_the_project_is_kept():
    error = RequestError("a")
    assert describe(error) is error


@pytest.mark.parametrize(
    ("error", "code", "value"),
    [
        (MemoryError(), "out-of-memory", ""),
        (OSError(28, "No space left on device", "/a"), "system-error", "No space left"),
        (OSError("odd"), "internal-error", "OSError: odd"),
        (ZeroDivisionError("odd"), "internal-error", "ZeroDivisionError: odd"),
    ],
)
def test_every_other_error_has_a_code(error, code, value):
    failure = describe(error)
    assert (failure.code, failure.exit_code) == (code, 1)
    assert value in failure.what
