"""What is done with see-through and with huge pictures goes from the request into the plan and its data set."""

import pytest

from restore.errors import RequestError
from restore.images import ALPHAS, MAX_PIXELS
from restore.planning.request import Request, request_of, resolve
from restore.plugins.catalogue import Catalogue

CATALOGUE = Catalogue.installed()


def planned(recipe="fingerprint", **said):
    return resolve(Request(recipe=recipe, **said), CATALOGUE)


def test_unless_it_is_said_see_through_pictures_are_refused(tmp_path):
    plan = planned(data=str(tmp_path))
    assert (plan.alpha, plan.max_pixels, plan.dataset.options["max_pixels"]) == ("refuse", MAX_PIXELS, MAX_PIXELS)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_every_word_for_alpha_is_planned(alpha):
    assert planned(alpha=alpha).alpha == alpha


@pytest.mark.parametrize("recipe", ["fingerprint", "face"])
def test_the_most_pixels_are_filled_into_the_folders_of_every_recipe(recipe, tmp_path):
    plan = planned(recipe, data=str(tmp_path), max_pixels=5000)
    assert (plan.max_pixels, plan.dataset.options["max_pixels"]) == (5000, 5000)
    assert "max_pixels" not in plan.dataset.spec


def test_an_option_of_the_data_set_wins_as_it_does_for_the_others(tmp_path):
    plan = planned(data=str(tmp_path), dataset="folder:max_pixels=5", max_pixels=7)
    assert (plan.max_pixels, plan.dataset.options["max_pixels"]) == (7, 5)
    assert plan.dataset.spec == "folder:max_pixels=5"


def test_a_request_like_another_keeps_both_unless_it_says_them(tmp_path):
    plan = planned(data=str(tmp_path), alpha="drop", max_pixels=5000)
    again = Request().over(request_of(plan))
    assert resolve(again, CATALOGUE) == plan
    other = resolve(Request(alpha="black", max_pixels=6000).over(request_of(plan)), CATALOGUE)
    assert (other.alpha, other.max_pixels, other.dataset.options["max_pixels"]) == ("black", 6000, 6000)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"max_pixels": 0}, "--max-pixels 0 should be from 1"),
        ({"max_pixels": -5}, "--max-pixels -5"),
        ({"max_pixels": 2**31 + 1}, "--max-pixels 2147483649"),
        ({"alpha": "grey"}, "--alpha grey"),
        ({"seed": -1}, "--seed -1 should be from 0"),
    ],
)
def test_what_is_out_of_range_is_refused(said, told):
    with pytest.raises(RequestError, match=told):
        planned(**said)
