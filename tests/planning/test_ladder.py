"""Corruptions in several amounts: written as ranges, or taken from levels, and found again in a plan."""

import pytest

from restore.errors import RequestError
from restore.planning.ladder import climb, ladders_of
from restore.planning.options import make_request
from restore.planning.resolve import resolve


@pytest.fixture
def catalogue(stand_in):
    return stand_in.catalogue()


@pytest.mark.parametrize(
    ("text", "specs"),
    [
        ("box:size=8..56", [f"box:size={side}" for side in (8, 16, 24, 32, 40, 48, 56)]),
        ("box:size=8..20..4", ["box:size=8", "box:size=12", "box:size=16", "box:size=20"]),
        ("box:size=8..17..4", ["box:size=8", "box:size=12", "box:size=16"]),
        ("box:size=3..1..1", ["box:size=3", "box:size=2", "box:size=1"]),
        ("box:count=2,size=4..8..4", ["box:count=2,size=4", "box:count=2,size=8"]),
        ("noise:amount=0..0.3..0.1", ["noise:amount=0", "noise:amount=0.1", "noise:amount=0.2", "noise:amount=0.3"]),
        ("noise:amount=0.1|box:size=2..4..2", ["noise:amount=0.1|box:size=2", "noise:amount=0.1|box:size=4"]),
        ("box", ["box@easy", "box@medium", "box@hard"]),
    ],
)
def test_amounts(catalogue, text, specs):
    assert climb([text], catalogue, "stand-in") == specs


@pytest.mark.parametrize(
    "text",
    [
        *("box@easy", "box:size=4", "box|noise", "box:size=4..", "box:size=..4", "box:size=a..b", "box:size=4..4"),
        *("box:size=4..9,count=1..2", "box:size=1..9999..1", "box:size=4..8..16"),
    ],
)
def test_what_has_no_amounts_is_refused(catalogue, text):
    with pytest.raises(RequestError) as error:
        climb([text], catalogue, "stand-in")
    assert error.value.code == "no-ladder"
    assert text in error.value.where


def ladders(catalogue, *corrupt):
    found = ladders_of(resolve(make_request("small", corrupt=list(corrupt)), catalogue))
    return [(one.name, one.option, one.specs, one.amounts) for one in found]


def test_amounts_are_found_again_in_rising_order(catalogue):
    assert ladders(catalogue, "box:size=8", "noise", "box:size=4", "box:size=12") == [
        ("box", "size", ("box:size=4", "box:size=8", "box:size=12"), (4, 8, 12))
    ]


def test_the_default_amount_is_one_of_them(catalogue):
    ((_, option, specs, amounts),) = ladders(catalogue, "box:size=30", "box")
    assert (option, specs, amounts) == ("size", ("box", "box:size=30"), (28, 30))


def test_levels_that_change_one_option_have_numbers(catalogue):
    assert ladders(catalogue, "box@hard", "box@easy") == [("box", "size", ("box@easy", "box@hard"), (14, 42))]


def test_levels_that_change_several_options_keep_their_order(catalogue):
    assert ladders(catalogue, "scratches@easy", "scratches@hard") == [
        ("scratches", "level", ("scratches@easy", "scratches@hard"), None)
    ]


def test_fixed_options_are_part_of_the_name(catalogue):
    ((name, *_),) = ladders(catalogue, "box:count=2,size=4", "box:count=2,size=8")
    assert name == "box:count=2"


def test_a_single_amount_is_no_ladder(catalogue):
    assert ladders(catalogue, "box:size=8", "noise") == []
