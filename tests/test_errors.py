"""Many faults become one error of three parts; an interrupt has a signal."""

import signal

import pytest

from restore.errors import InputError, gathered, signal_of
from restore.text import LISTED


def faults(count, **more):
    return [InputError(f"fault {i}", where=f"{i}.png", **more) for i in range(count)]


def test_one_fault_stays_what_it_is():
    (fault,) = faults(1)
    assert gathered([fault], 9, "images", skip_bad=False) is fault


def test_the_first_faults_are_listed_and_the_rest_counted():
    error = gathered(faults(LISTED + 3), 30, "images", skip_bad=False)
    assert "23 of 30 images" in error.what
    lines = error.where.split("\n")
    assert lines[0] == "0.png: fault 0"
    assert lines[LISTED - 1] == "19.png: fault 19"
    assert "3 more" in lines[LISTED]
    assert InputError("no place").line == "no place"


@pytest.mark.parametrize(
    ("codes", "code"), [(("is-empty", "is-empty"), "is-empty"), (("is-empty", "too-large"), "bad-input")]
)
def test_the_code_is_that_of_the_faults_where_they_share_one(codes, code):
    assert gathered([InputError("x", code=one) for one in codes], 2, "images", skip_bad=False).code == code


@pytest.mark.parametrize(
    ("hints", "kept"),
    [
        (("", ""), ()),
        (("save it", "export it"), ()),
        (("save it", "save it"), ("save it",)),
        (("--alpha drop", "save it"), ("--alpha drop",)),
    ],
)
@pytest.mark.parametrize("skip_bad", [False, True])
def test_a_shared_hint_or_an_option_is_kept_and_skipping_offered_once(hints, kept, skip_bad):
    hint = gathered([InputError("x", hint=one) for one in hints], 2, "images", skip_bad=skip_bad).hint
    assert hint
    assert [one for one in dict.fromkeys(hints) if one and one in hint] == list(kept)
    assert ("--skip-bad" in hint) is not skip_bad


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
