from restore.cli.failure import describe, print_failure
from restore.errors import InputError, RequestError


def test_a_failure_is_three_lines_of_printable_text(capsys):
    failure = InputError("cut\nshort", where="a\x1b[2J.png: cut\n\nb.png: \udcff", hint="mend it")
    assert print_failure(failure) == 2
    assert capsys.readouterr().err == "error: cut short\n  a\\x1b[2J.png: cut; b.png: \\udcff\n  mend it\n"


def test_an_error_of_ours_is_told_as_it_is():
    error = RequestError("a")
    assert describe(error) is error


def test_an_operating_system_error_without_a_reason_is_a_fault_of_ours():
    assert describe(OSError("odd")).what == "OSError: odd"
