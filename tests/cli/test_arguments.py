import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.cli.arguments import parse_count, parse_size
from restore.errors import RequestError


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_sizes_come_back(height, width):
    assert parse_size(f"{height}x{width}") == parse_size(f"{height}X{width}") == (height, width)
    assert parse_size(str(height)) == (height, height)


@pytest.mark.parametrize("text", ["", "x", "9x", "1x2x3", "-8", "8.0", "²", "9" * 5_000, "auto"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(RequestError, match="is no size"):
        parse_size(text)


def test_counts_and_none():
    assert [parse_count(text) for text in (None, "none", "0", "12")] == [None, 0, 0, 12]


@pytest.mark.parametrize("text", ["", "-1", "some", "9" * 5_000])
def test_what_is_no_count_is_refused(text):
    with pytest.raises(RequestError, match="--gallery"):
        parse_count(text)
