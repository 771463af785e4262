"""Texts become the points of a sweep, each once; what is wrong is refused where it stands."""

import pytest

from restore.errors import RequestError
from restore.planning.grid import combinations, parse_axes


def test_values_are_those_of_their_options():
    axes = parse_axes(["lr=0.01,1e-3", "optimizer=adam,sgd", "size=32,16x24", "corrupt=box:size=3,count=2,noise"])
    assert [(axis.option, axis.values) for axis in axes] == [
        ("lr", (0.01, 0.001)),
        ("optimizer", ("adam", "sgd")),
        ("size", ((32, 32), (16, 24))),
        ("corrupt", (["box:size=3,count=2"], ["noise"])),
    ]


def test_commas_within_a_spec_stay():
    (axis,) = parse_axes(["model=cae,dense-code:code=128,find-restore:variant=tiny,fine=true"])
    assert axis.values == ("cae", "dense-code:code=128", "find-restore:variant=tiny,fine=true")


def test_names_are_those_of_the_command_line():
    assert [axis.option for axis in parse_axes(["baseline=none,median", "max-pixels=5,7"])] == [
        "baselines",
        "max_pixels",
    ]


def test_every_combination_once_the_last_axis_fastest():
    axes = parse_axes(["lr=0.1,0.2,0.1", "batch=4,8"])
    points = combinations(axes, 1)
    assert [tuple(texts.values()) for _, texts in points] == [("0.1", "4"), ("0.1", "8"), ("0.2", "4"), ("0.2", "8")]
    assert points[1][0] == {"lr": 0.1, "batch": 8}
    assert combinations([], 1) == [({}, {})]


def test_seeds_share_one_test():
    points = combinations(parse_axes(["batch=4,8"]), 2, 5)
    assert [(one["batch"], one["seed"], one["split_seed"]) for one, _ in points] == [
        (4, 5, 5),
        (4, 6, 5),
        (8, 5, 5),
        (8, 6, 5),
    ]
    assert points[1][1] == {"batch": "4", "seed": "6"}


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["lr"], "bad-value"),
        (["lr="], "bad-value"),
        (["rl=1,2"], "unknown-option"),
        (["gallery=1,2"], "unknown-option"),
        (["lr=0.1", "lr=0.2"], "duplicate"),
        (["lr=0.1,much"], "bad-value"),
        (["lr=-1"], "out-of-range"),
        (["batch=1.5"], "bad-value"),
        (["optimizer=adam,adm"], "unknown-value"),
        (["size=8x8x8"], "bad-value"),
        (["lr=0.1..0.01"], "bad-value"),
        (["size=32..64"], "bad-value"),
        (["loss=1..2"], "unknown-value"),
        (["model=1..2"], "bad-value"),
    ],
)
def test_what_is_wrong_is_refused(texts, code):
    with pytest.raises(RequestError) as refused:
        parse_axes(texts)
    assert refused.value.code == code


def test_more_points_than_can_be_meant_are_refused():
    axes = parse_axes([f"{name}={','.join(map(str, range(1, 100)))}" for name in ("batch", "epochs", "limit")])
    with pytest.raises(RequestError) as refused:
        combinations(axes, 1)
    assert (refused.value.code, refused.value.where) == ("out-of-range", "--set")


def test_seeds_are_given_once():
    axes = parse_axes(["seed=1,2"])
    assert [one["seed"] for one, _ in combinations(axes, 1)] == [1, 2]
    with pytest.raises(RequestError) as refused:
        combinations(axes, 2)
    assert refused.value.code == "conflict"
