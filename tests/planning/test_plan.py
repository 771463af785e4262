"""A plan is stored whole, plans stored before an option was there are still read, and two are compared by field."""

import dataclasses
import json
from pathlib import Path

import pytest

from restore.errors import RequestError
from restore.images import MAX_PIXELS
from restore.planning.options import make_request
from restore.planning.plan import Plan, check_bounds, differences, owners_now
from restore.planning.resolve import resolve
from restore.plugins.catalogue import Catalogue
from restore.runfile.read import read

PLAN = Path(__file__).parents[1] / "golden/plan-run.h5"
CATALOGUE = Catalogue.installed()
SINCE = {"alpha": "refuse", "max_pixels": MAX_PIXELS, "notice": "", "also": (), "windows": None, "augment": ()}
"""What older plans leave out, and what they mean by it."""
SPLIT = {"train": ("a",), "validation": ("b",), "test": ("c", "d")}
SAID = {
    "split_seed": 0,
    "split": SPLIT,
    "split_by": "image",
    "target": "input",
    "start": {"run": "0123456789ab", "id": "0123456789ab", "content": "5" * 64},
    "freeze": ("finder",),
}
"""What a plan says only where it is set."""


@pytest.fixture
def plan(tmp_path):
    options = {"alpha": "white", "max_pixels": 1_000, "also": tmp_path, "corrupt": ["box@hard", "noise|box"]}
    return resolve(make_request("fingerprint", **options), CATALOGUE)


def test_a_plan_comes_back_from_its_json(plan):
    again = Plan.from_json(json.loads(json.dumps(plan.to_json(), allow_nan=False)))
    assert again == plan
    assert again.sha256 == plan.sha256
    assert differences(plan, again) == []


@pytest.mark.parametrize("name", SINCE)
def test_what_an_older_plan_leaves_out_has_its_meaning_of_then(plan, name):
    document = plan.to_json()
    del document[name]
    old = Plan.from_json(document)
    assert getattr(old, name) == SINCE[name]
    assert dataclasses.replace(old, **{name: getattr(plan, name)}) == plan


def test_an_older_plan_fixed_no_threads(plan):
    document = plan.to_json()
    del document["training"]["threads"]
    assert Plan.from_json(document).training.threads is None


@pytest.mark.parametrize("name", [one.name for one in dataclasses.fields(Plan) if one.name not in SINCE | SAID])
def test_what_every_plan_says_has_to_be_there(plan, name):
    document = plan.to_json()
    del document[name]
    with pytest.raises(RequestError) as error:
        Plan.from_json(document)
    assert error.value.code == "bad-plan"


@pytest.mark.parametrize("name", SAID)
def test_what_is_not_set_leaves_a_plan_and_its_hash_as_they_were(plan, name):
    assert name not in plan.to_json()
    changed = dataclasses.replace(plan, **{name: SAID[name]})
    assert changed.sha256 != plan.sha256
    assert Plan.from_json(json.loads(json.dumps(changed.to_json()))) == changed


def test_a_plan_of_a_release_has_the_hash_of_then():
    stored = read(PLAN).plan
    assert Plan.from_json(stored).sha256 == "d2d4cae1b4370308afaa6f3abce79e6b248556ae66c800b0799dd0dbc1a972d1"


@pytest.mark.parametrize(
    "change", [{"dataset": "synthetic"}, {"corrupt": [{}]}, {"training": {"epochs": 3}}, {"size": 96}, {"model": {}}]
)
def test_a_plan_of_another_form_is_refused(plan, change):
    with pytest.raises(RequestError) as error:
        Plan.from_json({**plan.to_json(), **change})
    assert error.value.code == "bad-plan"


def test_two_plans_differ_by_the_paths_of_their_fields(plan):
    other = dataclasses.replace(
        plan,
        seed=3,
        training=dataclasses.replace(plan.training, epochs=99),
        owners={**plan.owners, "p/new": {"distribution": "restore-p", "version": "1"}},
    )
    assert differences(plan, other) == [
        ("seed", 0, 3),
        ("training.epochs", 10, 99),
        ("owners.p/new", None, {"distribution": "restore-p", "version": "1"}),
    ]
    assert other.sha256 != plan.sha256


def test_every_component_of_a_plan_has_its_owner_of_now(plan):
    named = {choice.component for _, choice in plan.choices()}
    assert owners_now(plan, CATALOGUE) == plan.owners
    assert set(plan.owners) == {plan.recipe, *named}
    assert set(owners_now(plan, CATALOGUE, only=plan.model.component)) == {plan.model.component}


def test_a_component_that_is_gone_has_no_owner(plan):
    gone = dataclasses.replace(plan, model=dataclasses.replace(plan.model, component="gone/model"))
    with pytest.raises(RequestError) as error:
        owners_now(gone, CATALOGUE)
    assert error.value.code == "unknown-component"


@pytest.mark.parametrize("name", ["fingerprint/zcut", "builtin/zcut", "builtin/box"])
def test_defaults_are_of_their_options_types(name):
    entry = CATALOGUE.find("corruption", name)
    usual = check_bounds(entry, {})
    assert json.dumps(usual) == json.dumps(check_bounds(entry, usual))
