"""A plan is stored whole, and plans stored before an option was there are still read."""

import pytest

from restore.errors import RequestError
from restore.images import MAX_PIXELS
from restore.planning.plan import Plan, differences
from restore.planning.request import Request, resolve
from restore.plugins.catalogue import Catalogue


@pytest.fixture
def plan():
    return resolve(Request(recipe="fingerprint", alpha="white", max_pixels=1000), Catalogue.installed())


def test_a_plan_comes_back_from_its_json(plan):
    assert Plan.from_json(plan.to_json()) == plan
    assert differences(plan, Plan.from_json(plan.to_json())) == []


def test_a_plan_that_says_nothing_of_alpha_and_pixels_meant_their_defaults(plan):
    document = plan.to_json()
    del document["alpha"], document["max_pixels"]
    old = Plan.from_json(document)
    assert (old.alpha, old.max_pixels) == ("refuse", MAX_PIXELS)
    assert [path for path, *_ in differences(old, plan)] == ["alpha", "max_pixels"]


@pytest.mark.parametrize("name", ["recipe", "seed", "owners"])
def test_what_every_plan_says_must_be_there(plan, name):
    document = plan.to_json()
    del document[name]
    with pytest.raises(RequestError, match="stored plan cannot be read"):
        Plan.from_json(document)
