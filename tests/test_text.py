"""Texts are told on one printable line, of a length that can be read."""

import pytest

from restore.text import LISTED, TOLD, few, in_words, listed, one_line, show, words_of


class Unspeakable(Exception):
    def __str__(self):
        raise SystemExit("no words")

    __repr__ = __str__


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a b.png", "a b.png"),
        ("a\nb.png", "a\\nb.png"),
        ("\x1b[2Ja", "\\x1b[2Ja"),
        ("a\udcff.png", "a\\xff.png"),
        ("é", "é"),
    ],
)
def test_names_are_shown_on_one_line_of_valid_text(name, shown):
    assert show(name) == shown
    show(name).encode()


def test_a_message_is_one_line_that_steers_no_terminal():
    assert one_line("bad\n  token \x1b[31m\0\x9b") == "bad token \\x1b[31m\\x00\\x9b"
    assert one_line("long " * 100, 7) == "long lo"


def test_an_error_speaks_at_some_length_or_not_at_all():
    assert words_of(ValueError("bad\n  token")) == "bad token"
    assert words_of(ValueError()) == ""
    assert len(words_of(ValueError("long" * 100))) == TOLD
    assert words_of(Unspeakable()) == in_words(Unspeakable()) == "an unprintable Unspeakable"


def test_the_first_are_named_and_the_rest_counted():
    assert listed(["a"] * LISTED) == ["a"] * LISTED
    assert listed(["a", "b", "c"], 1) == ["a", "and 2 more"]
    assert few(["a", "b", "c"], 2) == "a, b and 1 more"
    assert few(["a", "b"]) == "a, b"
    assert few([]) == ""
