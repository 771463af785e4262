"""Options: read from a signature, checked by type, and written so that they read back."""

import contextlib
import functools
import math
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from restore.errors import RequestError
from restore.plugins import spec
from restore.plugins.options import REQUIRED, Option, parse_options, plain, read_options

FINITE = st.floats(allow_nan=False, allow_infinity=False)
TYPED_VALUES = st.one_of(
    st.tuples(st.just(int), st.integers()),
    st.tuples(st.just(float), FINITE),
    st.tuples(st.just(bool), st.booleans()),
    st.tuples(st.just(str), st.text()),
    st.tuples(st.just(int | None), st.none() | st.integers()),
    st.tuples(st.just(str | None), st.none() | st.text().filter(lambda text: text != spec.NONE)),
    st.tuples(st.just(Literal["mean", "noise", "none"]), st.sampled_from(["mean", "noise", "none"])),
    st.tuples(st.just(tuple[int, int]), st.tuples(st.integers(), st.integers())),
    st.tuples(st.just(tuple[float, float]), st.tuples(FINITE, FINITE)),
    st.tuples(st.just(tuple[int, ...]), st.lists(st.integers(), max_size=5).map(tuple)),
)
ANY_TYPE = st.sampled_from(
    [int, float, bool, str, str | None, Literal["a", "b"], tuple[int, int], tuple[float, ...], list[str]]
)


@given(TYPED_VALUES)
def test_a_written_value_reads_back_through_a_spec(typed):
    annotation, value = typed
    written = str(spec.Step("a", None, {"option": spec.write_value(plain(value))}))
    (step,) = spec.parse(written)
    assert Option("option", annotation, value).parse(step.options["option"]) == value


@given(TYPED_VALUES)
def test_plain_json_reads_back(typed):
    annotation, value = typed
    assert Option("option", annotation, value).parse(plain(value)) == value


@given(ANY_TYPE, st.one_of(st.text(), st.from_regex(r"[\d²x.e-]{1,12}"), st.sampled_from(["[" * 9999, "9" * 5000])))
def test_any_text_is_parsed_or_refused(annotation, text):
    with contextlib.suppress(RequestError):
        Option("option", annotation, REQUIRED).parse(text)


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "NaN", "Infinity", "1e999"])
def test_no_number_is_refused(text):
    with pytest.raises(RequestError, match="must be a finite number"):
        Option("amount", float, 0.1).parse(text)


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        (int, "28", 28),
        (float, "1e-3", 0.001),
        (bool, "true", True),
        (bool, "no", False),
        (tuple[int, int], "96x128", (96, 128)),
        (tuple[int, int], "[96, 128]", (96, 128)),
        (tuple[float, float], "[0.1, 0.5]", (0.1, 0.5)),
        (int | None, "none", None),
        (str | None, "none", None),
        (str, "none", "none"),
        (str, "96x128", "96x128"),
        (str, "[1]", "[1]"),
    ],
)
def test_known_texts(annotation, text, value):
    parsed = Option("option", annotation, value).parse(text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("annotation", "text", "problem"),
    [
        (int, "many", "option count=many should be a valid integer"),
        (int, "1.5", "option count=1.5 should be a valid integer"),
        (int, "none", "option count=none should be a valid integer"),
        (Annotated[int, Field(ge=1)], "0", "option count=0 should be greater than or equal to 1"),
        (Literal["mean", "noise"], "men", "option count=men should be 'mean' or 'noise'"),
        (tuple[int, int], "96", "option count=96 should be a valid tuple"),
    ],
)
def test_a_wrong_value_is_told(annotation, text, problem):
    with pytest.raises(RequestError) as caught:
        Option("count", annotation, REQUIRED).parse(text)
    assert caught.value.what.startswith(problem)


def scratch(
    image,
    rng: "NotThereAtAll",  # noqa: F821 - only the hints of options are resolved
    *,
    count: Annotated[int, Field(ge=1, lt=50, description="how many scratches")] = 3,
    kind: Literal["straight", "bent"] = "straight",
    size: "tuple[int, int]" = (2, 8),
    seed: int,
):
    return image, rng, count, kind, size, seed


def test_options_are_the_keyword_only_parameters():
    options = read_options(scratch)
    assert list(options) == ["count", "kind", "size", "seed"]
    assert options["seed"].default is REQUIRED
    assert options["count"].describe() == {
        "type": "int ≥ 1, < 50",
        "choices": None,
        "default": 3,
        "help": "how many scratches",
    }
    assert options["kind"].describe() == {
        "type": "choice",
        "choices": ["straight", "bent"],
        "default": "straight",
        "help": "",
    }
    assert options["size"].describe() == {"type": "tuple[int, int]", "choices": None, "default": [2, 8], "help": ""}
    assert options["seed"].describe()["default"] is None


def test_the_options_of_a_wrapped_function_are_its_own():
    @functools.wraps(scratch)
    def wrapper(*args, **options):
        return scratch(*args, **options)

    assert read_options(wrapper) == read_options(scratch)


def test_an_option_without_a_hint_is_refused():
    def untyped(image, *, count=3):
        return image, count

    with pytest.raises(TypeError, match="option count has no type hint"):
        read_options(untyped)


def test_an_unknown_option_is_told_with_the_nearest_name():
    options = read_options(scratch)
    with pytest.raises(RequestError, match=r"no option 'cuont'\ndid you mean 'count'\?"):
        parse_options(options, {"cuont": "3"})
    with pytest.raises(RequestError, match="it takes count, kind, size, seed"):
        parse_options(options, {"zzz": "3"})
    with pytest.raises(RequestError, match="it takes no options"):
        parse_options({}, {"zzz": "3"})
    assert parse_options(options, {"count": "7", "size": [1, 2]}) == {"count": 7, "size": (1, 2)}


def test_plain_keeps_json_and_writes_the_rest_as_text():
    assert plain((1, [2.5, None], "a", True)) == [1, [2.5, None], "a", True]
    assert plain(math.pi) == math.pi
    assert plain({1}) == "{1}"
