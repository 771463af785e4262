"""Options of a run: declared once, taken by the command line and by Python alike, held to type, range and choices."""

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import restore as toolkit
from restore.errors import RequestError
from restore.planning.options import Request, flag_of, flags, make_request, parse_count, parse_size, types
from restore.planning.resolve import resolve
from restore.plugins.catalogue import Catalogue

VALUES = {
    "data": ("prints", ["--data=prints"]),
    "dataset": ("synthetic:count=7", ["--dataset=synthetic:count=7"]),
    "also": (["prints", "folder=others"], ["--also=prints", "--also=folder=others"]),
    "corrupt": (["box:size=9", "noise|zcut"], ["--corrupt=box:size=9", "--corrupt=noise|zcut"]),
    "model": ("cae", ["--model=cae"]),
    "baselines": ("none", ["--baseline=none"]),
    "metrics": (["mse", "psnr"], ["--metric=mse", "--metric=psnr"]),
    "size": ((32, 48), ["--size=32x48"]),
    "fit": ("crop", ["--fit=crop"]),
    "windows": (5, ["--windows=5"]),
    "augment": (["flip", "turn"], ["--augment=flip", "--augment=turn"]),
    "alpha": ("white", ["--alpha=white"]),
    "max_pixels": (5_000, ["--max-pixels=5000"]),
    "epochs": (3, ["--epochs=3"]),
    "batch": (5, ["--batch=5"]),
    "lr": (0.25, ["--lr=.25"]),
    "optimizer": ("sgd", ["--optimizer=sgd"]),
    "loss": ("mae", ["--loss=mae"]),
    "schedule": ("constant", ["--schedule=constant"]),
    "freeze": (["finder"], ["--freeze=finder"]),
    "threads": (3, ["--threads=3"]),
    "limit": (30, ["--limit=30"]),
    "seed": (4, ["--seed=4"]),
    "split_seed": (4, ["--split-seed=4"]),
    "split": ({"train": ["a", "b"], "validation": ["c"], "test": ["d"]}, ["--split=split.csv"]),
    "gallery": (0, ["--gallery=none"]),
}
"""For each option a value that no recipe has, as Python and as a command line say it."""


@pytest.fixture
def folders(tmp_path):
    """Make the folders that the values name, where `restore` is called."""
    for name in ("prints", "others"):
        (tmp_path / name).mkdir()
    (tmp_path / "split.csv").write_text("group,split\na,train\nb,train\nc,validation\nd,test\n")
    return tmp_path


def refused(**options):
    with pytest.raises(RequestError) as error:
        make_request("fingerprint", **options)
    return error.value


def test_every_option_stands_in_the_help(restore):
    shown = restore("run", "--help").out
    for name, flag in flags().items():
        assert f"  {flag_of(name)} {flag.metavar}" in shown


@pytest.mark.parametrize("name", flags())
def test_every_option_is_taken_by_the_command_line_and_by_python_alike(restore, folders, name):
    value, arguments = VALUES[name]
    answer = restore("run", "fingerprint", *arguments, "--dry-run", "--json")
    plan = resolve(make_request("fingerprint", **{name: value}), Catalogue.installed())
    assert answer.code == 0
    assert answer.json["plan"] == plan.to_json()
    assert plan != resolve(Request("fingerprint"), Catalogue.installed())


@pytest.mark.parametrize("name", flags())
def test_every_option_is_one_of_restore_run(name):
    value, _ = VALUES[name]
    with pytest.raises(RequestError) as error:  # before anything is planned
        toolkit.run(resume="last", **{name: value})
    assert error.value.code == "resume-options"


def test_an_unknown_option_is_refused_with_the_nearest_name():
    error = refused(epoch=3)
    assert (error.code, error.exit_code) == ("unknown-option", 2)
    assert "epochs" in error.hint


def test_what_is_none_is_left_open():
    assert make_request("fingerprint", **dict.fromkeys(flags())) == Request("fingerprint")


def test_values_are_kept_in_their_plain_form():
    request = make_request(
        data=Path("a"), also=Path("b"), corrupt="box", size=np.int64(32), epochs=np.int32(3), lr=Fraction(1, 4)
    )
    assert request.options == {
        "data": "a",
        "also": ["b"],
        "corrupt": ["box"],
        "size": (32, 32),
        "epochs": 3,
        "lr": 0.25,
    }
    assert [type(request.options[name]) for name in ("epochs", "lr")] == [int, float]
    assert make_request(size=[32, 48], corrupt=("box", "noise")).options == {
        "size": (32, 48),
        "corrupt": ["box", "noise"],
    }


@pytest.mark.parametrize("name", [name for name, flag in flags().items() if flag.least is not None])
def test_numbers_are_held_to_their_range(name):
    flag = flags()[name]
    outside = [flag.least if flag.above else flag.least - 1, flag.most + 1, 10**400]
    for value in outside + ([math.nan, math.inf] if types()[name] is float else []):
        error = refused(**{name: value})
        assert (error.code, error.where, error.exit_code) == ("out-of-range", flag_of(name), 2)
    inside = [flag.least + (0.5 if flag.above else 0), flag.most]
    assert all(make_request(**{name: value}).options for value in inside)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("epochs", "lr", "size", "threads") for value in ("3", True, b"3", [])),
        ("epochs", 2.0),
        ("size", (32,)),
        ("size", (32, 32, 1)),
        ("size", (32, "48")),
        ("model", 3),
        ("corrupt", 3),
        ("corrupt", ["box", 3]),
        ("data", b"prints"),
    ],
)
def test_a_value_of_another_type_is_refused(name, value):
    error = refused(**{name: value})
    assert (error.code, error.where) == ("bad-value", flag_of(name))


@pytest.mark.parametrize(("name", "value", "near"), [("optimizer", "adm", "adam"), ("loss", "mes", "mse")])
def test_a_value_that_is_not_among_the_choices_is_refused_with_the_nearest(name, value, near):
    error = refused(**{name: value})
    assert (error.code, error.where) == ("unknown-value", flag_of(name))
    assert near in error.hint


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_sizes_come_back_from_their_text(height, width):
    assert parse_size(f"{height}x{width}") == parse_size(f"{height}X{width}") == (height, width)
    assert parse_size(str(height)) == (height, height)


@pytest.mark.parametrize("text", ["", "x", "9x", "1x2x3", "-8", "8.0", "²", "9" * 5_000, "auto"])
def test_what_is_not_a_size_is_refused(text):
    with pytest.raises(RequestError) as error:
        parse_size(text)
    assert (error.value.code, error.value.where) == ("bad-value", "--size")


def test_a_count_may_be_none():
    assert [parse_count(text) for text in ("none", "0", "12")] == [0, 0, 12]


@pytest.mark.parametrize("text", ["", "-1", "some", "9" * 5_000])
def test_what_is_not_a_count_is_refused(text):
    with pytest.raises(RequestError) as error:
        parse_count(text)
    assert (error.value.code, error.value.where) == ("bad-value", "--gallery")
