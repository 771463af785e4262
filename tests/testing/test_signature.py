"""The checks of a function and its options fail for each wrong one."""

from typing import Annotated, Any

import pytest
from pydantic import Field

from restore.plugins.catalogue import Entry
from restore.plugins.components import Corruption, Dataset, Metric, Model
from restore.plugins.discovery import Plugin
from restore.testing import signature

IMPORTS, POSITION, BACK, FILLS, LEVELS = (
    "imports and has readable options",
    "takes its options by keyword",
    "has options that read back",
    "takes what the plan fills in",
    "has levels that it takes",
)


def untyped(image, rng, *, count=3): ...


def required(image, rng, *, count: int): ...


def unknown(image, rng, *, count: "Nowhere" = 3): ...  # noqa: F821


def wrong_default(image, rng, *, count: int = "many"): ...


def default_out_of_range(image, rng, *, count: Annotated[int, Field(ge=1)] = 0): ...


def default_that_reads_back_otherwise(image, rng, *, text: str | None = "none"): ...


def default_of_another_type(image, rng, *, count: tuple[int, int] = [1, 2]): ...


def no_plain_type(image, rng, *, how: "type[Any] | print | None" = None): ...


def a_window(images, masks, *, size: int = 3): ...


def levelled(image, rng, *, count: int = 3): ...


def positional(image, rng, count: int = 3, *, size: int = 2): ...


def positional_only(image, rng, count: int = 3, /): ...


PROBLEMS = {
    positional: (POSITION, "takes count by position, so that no spec can set it: write (image, rng, *, count, size)"),
    positional_only: (POSITION, "takes count by position, so that no spec can set it: write (image, rng, *, count)"),
    untyped: (IMPORTS, "raised TypeError while reading its options: option count has no type hint"),
    required: (IMPORTS, "has no default for its option count"),
    unknown: (IMPORTS, "raised NameError while reading its options: name 'Nowhere' is not defined"),
    wrong_default: (BACK, "has a default of the wrong type: option count=many should be a valid integer"),
    default_out_of_range: (
        BACK,
        "has a default of the wrong type: option count=0 should be greater than or equal to 1",
    ),
    default_that_reads_back_otherwise: (BACK, "has a default that reads back as None: option text='none'"),
    default_of_another_type: (BACK, "has a default that reads back as (1, 2): option count=[1, 2]"),
}


@pytest.mark.parametrize("function", PROBLEMS, ids=lambda one: one.__name__)
def test_a_wrong_option_fails_with_its_sentence(judged, function):
    problems, _ = judged(Corruption("a", f"{__name__}:{function.__name__}", ""))
    check, problem = problems[0]
    assert (check, problem.partition(", unable")[0]) == PROBLEMS[function]


def test_an_option_of_no_plain_type_fails(judged):
    (check, problem), *_ = judged(Corruption("a", f"{__name__}:no_plain_type", ""))[0]
    assert check in (IMPORTS, BACK)
    assert problem.startswith("raised ")


def test_an_option_that_the_plan_fills_in_must_take_that(judged):
    problems, _ = judged(Model("a", f"{__name__}:a_window", "", trains=False))
    assert problems[0] == (
        FILLS,
        "has an option that the plan fills in, but option size=[96, 96] should be a valid integer",
    )


@pytest.mark.parametrize(
    ("ref", "problem"),
    [
        ("nowhere_at_all:f", "raised ModuleNotFoundError while importing nowhere_at_all:f: No module named"),
        (f"{__name__}:nobody", f"raised AttributeError while importing {__name__}:nobody: module"),
        (f"{__name__}:PROBLEMS", f"raised TypeError while importing {__name__}:PROBLEMS: {__name__}:PROBLEMS is not"),
    ],
)
@pytest.mark.parametrize("kind", [Corruption, Dataset])
def test_a_reference_that_leads_nowhere_ends_the_checks(judged, kind, ref, problem):
    ((check, found),) = judged(kind("a", ref, ""))[0]
    assert check == IMPORTS
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"cuont": 1}, "has a level hard that it does not take: there is no option 'cuont'"),
        ({"count": "x"}, "has a level hard that it does not take: option count=x should be a valid integer"),
        ({"count": {1}}, "has a level hard that it does not take: option count={1} should be a valid integer"),
    ],
)
def test_a_level_that_the_function_does_not_take_fails(judged, options, problem):
    problems, _ = judged(Corruption("a", f"{__name__}:levelled", "", levels={"hard": options}))
    check, found = problems[0]
    assert check == LEVELS
    assert found.startswith(problem)


def over_images(restored, clean, region): ...


def over_the_set(scored, region): ...


@pytest.mark.parametrize(
    ("component", "names"),
    [
        (Metric("a", f"{__name__}:over_images", ""), ""),
        (Metric("a", f"{__name__}:over_images", "", over="set"), "(restored, *, clean, region)"),
        (Metric("a", f"{__name__}:over_the_set", "", over="set"), "(scored, *, region)"),
        (Model("a", f"{__name__}:over_the_set", "", trains=False), ""),
        (Model("a", f"{__name__}:over_the_set", ""), "(scored, *, region)"),
        (Dataset("a", f"{__name__}:over_the_set", ""), "(scored, *, region)"),
    ],
)
def test_each_kind_gets_arguments_of_its_own_by_position(component, names):
    plugin = Plugin("wrong", "restore-wrong", "2.3", "ok", components=(component,))
    found = {one.check: one.problem for one in signature.judge(Entry(component, plugin))}
    assert (names in found[POSITION]) if names else found[POSITION] is None
