"""Many faults become one error of three parts; an interrupt has a signal."""

import signal

import pytest

from restore.errors import InputError, gathered, signal_of
from restore.text import LISTED


def faults(count, **more):
    return [InputError(f"fault {i}", where=f"{i}.png", **more) for i in range(count)]


def test_one_fault_stays_what_it_is():
    (fault,) = faults(1)
    assert gathered([fault], 9, "pictures", skip_bad=False) is fault


def test_the_first_faults_are_listed_and_the_rest_counted():
    error = gathered(faults(LISTED + 3), 30, "pictures", skip_bad=False)
    assert error.what == "23 of 30 pictures cannot be used"
    lines = error.where.split("\n")
    assert lines[0] == "0.png: fault 0"
    assert lines[LISTED - 1 :] == ["19.png: fault 19", "and 3 more"]
    assert InputError("no place").line == "no place"


@pytest.mark.parametrize(
    ("hints", "skip_bad", "told"),
    [
        (("", ""), False, "mend them, or leave them out: --skip-bad"),
        (("a", "b"), False, "mend them, or leave them out: --skip-bad"),
        (("--alpha drop", "--alpha drop"), False, "--alpha drop, or leave them out: --skip-bad"),
        (("--alpha drop", "--alpha drop"), True, "--alpha drop"),
        (("a", "b"), True, "mend them"),
    ],
)
def test_what_to_do_is_told_where_it_is_one_thing_for_all(hints, skip_bad, told):
    wrong = [InputError("x", hint=hint) for hint in hints]
    assert gathered(wrong, 2, "pictures", skip_bad=skip_bad).hint == told


@pytest.mark.parametrize(
    ("given", "signum"),
    [
        ((), signal.SIGINT),
        ((15,), 15),
        ((signal.SIGTERM, "x"), 15),
        (("text",), signal.SIGINT),
        ((10**9,), signal.SIGINT),
    ],
)
def test_an_interrupt_has_the_signal_that_it_carries_or_that_of_control_c(given, signum):
    assert signal_of(KeyboardInterrupt(*given)) == signum
