"""The text form of a spec: what is written parses back, and what does not parse is told with its place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.errors import RequestError
from restore.plugins.spec import NAME, Step, parse, write_value

NAMES = st.from_regex(NAME, fullmatch=True)
KEYS = st.from_regex(r"[A-Za-z_]\w*", fullmatch=True)
STEPS = st.builds(
    Step,
    st.one_of(NAMES, st.tuples(NAMES, NAMES).map("/".join)),
    st.none() | NAMES,
    st.dictionaries(KEYS, st.text(), max_size=4),
)


@given(st.lists(STEPS, min_size=1, max_size=4))
def test_what_is_written_parses_back(steps):
    assert parse("|".join(map(str, steps))) == tuple(steps)


@given(st.text(alphabet=st.sampled_from('ab/@:=,|"\\ .x1')))
def test_any_text_parses_to_what_writes_it_or_is_refused(text):
    try:
        steps = parse(text)
    except RequestError:
        return
    assert parse("|".join(map(str, steps))) == steps


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("box", [Step("box")]),
        ("builtin/box@easy", [Step("builtin/box", "easy")]),
        ("box:size=28,fill= 0.5 ", [Step("box", None, {"size": "28", "fill": "0.5"})]),
        ("box|noise:amount=0.1", [Step("box"), Step("noise", None, {"amount": "0.1"})]),
        ('a@hard:text="x,y|\\"z\\" \\u00e4",n=1', [Step("a", "hard", {"text": 'x,y|"z" ä', "n": "1"})]),
        ("a:empty=,next=1", [Step("a", None, {"empty": "", "next": "1"})]),
        ("a:size=96x128", [Step("a", None, {"size": "96x128"})]),
    ],
)
def test_known_specs(text, steps):
    assert parse(text) == tuple(steps)


@pytest.mark.parametrize(
    ("text", "what", "place"),
    [
        ("", "a name is missing", 1),
        ("box|", "a name is missing", 5),
        ("|box", "a name is missing", 1),
        ("-box", "a name is missing", 1),
        ("box:", "key=value is missing", 5),
        ("box:size=28, fill=0.5", "key=value is missing", 13),
        ("box:28", "key=value is missing", 5),
        ("box:a=1,", "key=value is missing", 9),
        ("box:a=1,a=2", "option a is given twice", 9),
        ('box:a="1', "'\"' does not belong here", 7),
        ('box:a="\\x"', "the quoted value is not a JSON string", 7),
        ('box:a="1"2', "'2' does not belong here", 10),
        ("box@", "'@' does not belong here", 4),
        ("a/b/c", "'/' does not belong here", 4),
        ("box noise", "' ' does not belong here", 4),
    ],
)
def test_a_fault_is_told_with_its_place(text, what, place):
    with pytest.raises(RequestError, match=f"^{re.escape(what)} in .* at character {place}\n"):
        parse(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (28, "28"),
        (0.1, "0.1"),
        (True, "true"),
        (None, "none"),
        ("mean", "mean"),
        ([96, 128], "96x128"),
        ((96, 128), "96x128"),
        ([7], "[7]"),
        ([-1, 2], "[-1, 2]"),
        ([0.5, 1], "[0.5, 1]"),
        ([True, False], "[true, false]"),
    ],
)
def test_values_as_text(value, text):
    assert write_value(value) == text
