"""What names mean does not change by what is installed beside: plans, their hashes and what is printed stay."""

import pytest

from restore.planning.options import make_request
from restore.planning.plan import Plan
from restore.planning.resolve import request_of, resolve
from restore.plugins.catalogue import Catalogue

RECIPES = [entry.full_name for entry in Catalogue.installed().entries("recipe")]


def plans(catalogue):
    """Return plans of every recipe by full and bare name, as they are and with components that rivals have too."""
    for name in RECIPES:
        yield resolve(make_request(name), catalogue)
        yield resolve(make_request(name.partition("/")[2], corrupt=["box@hard|noise", "zcut"]), catalogue)
    yield resolve(make_request("fingerprint", corrupt=["obliteration@easy"], metrics=["minutiae"]), catalogue)


def test_rivals_change_no_plan_no_hash_and_no_plan_like_another(zoo):
    before = list(plans(Catalogue(zoo())))
    beside = Catalogue(zoo("rivals"))
    assert list(plans(beside)) == before
    for plan in before:
        again = resolve(request_of(Plan.from_json(plan.to_json())), beside)
        assert (again.to_json(), again.sha256) == (plan.to_json(), plan.sha256)


@pytest.mark.parametrize(
    "more", [[], ["--corrupt", "obliteration|box"], ["--baseline", "biharmonic", "--metric", "mask"]]
)
def test_rivals_change_no_byte_of_a_dry_run(restore, zoo, more):
    command = ("run", "fingerprint", *more, "--dry-run", "--json")
    alone = restore(*command)
    zoo("rivals")
    assert restore(*command) == alone


def test_a_component_of_a_third_plugin_is_written_in_full_before_and_after_another_has_its_name(zoo):
    request = make_request("fingerprint", corrupt=["zoo-good/scratch:count=3"])
    before = resolve(request, Catalogue(zoo("good")))
    assert before.corrupt[0].spec == "zoo-good/scratch:count=3"
    assert resolve(make_request("fingerprint", corrupt=["scratch:count=3"]), Catalogue(zoo("good"))) == before
    assert resolve(request, Catalogue(zoo("good", "prints"))) == before


@pytest.mark.parametrize("name", ["box", "fingerprint"])
def test_a_rival_is_reached_by_its_full_name(zoo, name):
    kind = "recipe" if name == "fingerprint" else "corruption"
    assert Catalogue(zoo("rivals")).find(kind, f"zoo-rivals/{name}").plugin.name == "zoo-rivals"
