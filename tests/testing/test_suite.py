"""The doors to the checks: of one component, of a plugin, and the list of what is installed."""

import pytest
from plugin_zoo.packages import PACKAGES

from restore import testing
from restore.errors import RequestError
from restore.plugins.catalogue import Catalogue

TRAINS = ("fault_models", "tensorflow", "tiny")


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=pytest.mark.trains) if case in TRAINS else case for case in PACKAGES]
)
def test_no_plugin_makes_the_checks_raise(zoo, case):
    catalogue = Catalogue(zoo(case))
    (name,) = {one.name for one in catalogue.plugins if one.distribution.startswith("zoo-") or one.version == "0"}
    if name == "builtin":
        return  # as an impostor: the checks of the plugin itself are in test_conformance.py
    findings = testing.check_plugin(name, catalogue=catalogue)
    assert findings[0].check == "loads"
    assert findings[0].component.startswith(f"plugin {name} of ")
    broken = [one for one in catalogue.plugins if one.name == name and one.status == "broken"]
    assert [one.problem for one in findings if one.check == "loads" and one.problem] == [
        f"is broken: {one.reason}" for one in broken
    ]
    assert broken or len(findings) > 1 or case == "nothing"


def test_every_component_of_a_plugin_is_checked(zoo):
    findings = testing.check_plugin("zoo-bad-ref", catalogue=Catalogue(zoo("bad_ref")))
    assert len({one.component for one in findings}) == 7
    assert all(one.problem for one in findings[1:])


def test_warnings_of_loading_are_notes(zoo):
    (finding,) = testing.check_plugin("zoo-nothing", catalogue=Catalogue(zoo("nothing")))
    assert (finding.problem, finding.note) == (None, "it registers no component")


def test_a_disabled_plugin_is_told(zoo, monkeypatch):
    monkeypatch.setenv("RESTORE_DISABLE", "zoo-good")
    (finding,) = testing.check_plugin("zoo-good", catalogue=Catalogue(zoo("good")))
    assert finding.problem == "is disabled: named in RESTORE_DISABLE"


def test_a_plugin_that_is_not_there_is_refused_with_the_nearest(zoo):
    for ask in (lambda: testing.check_plugin("bultin"), lambda: testing.components(plugin="bultin")):
        with pytest.raises(RequestError) as caught:
            ask()
        assert caught.value.code == "unknown-plugin"
        assert "'builtin'" in caught.value.hint


def test_components_are_listed_by_kind_and_plugin():
    listed = testing.components()
    assert len(listed) == len(set(listed)) == len(list(Catalogue.installed().entries()))
    assert set(testing.components("corruption", "builtin")) == {one for one in listed if one.startswith("corruption b")}
    assert set(testing.components(plugin="builtin")) == {one for one in listed if " builtin/" in one}


def test_no_broken_plugin_escapes_a_parametrised_test(zoo):
    with pytest.raises(testing.Nonconformity) as caught:
        testing.components(plugin="zoo-no-list", catalogue=Catalogue(zoo("no_list")))
    assert str(caught.value) == (
        "plugin zoo-no-list of zoo-no-list 1.0 is broken: restore_corruptions returned Corruption, not a list (loads)"
    )


def test_a_fault_is_told_with_component_distribution_and_version(zoo):
    catalogue = Catalogue(zoo("good"))
    expected = (
        "corruption zoo-good/scratch of zoo-good 1.0 raised RuntimeError while damaging an image of 96x96x1: "
        "2 scratches (damages images of every size)"
    )
    for ask in (
        lambda: testing.check("corruption zoo-good/scratch", catalogue=catalogue),
        lambda: testing.check_corruption("corruption zoo-good/scratch", catalogue=catalogue),
        lambda: testing.check_corruption("zoo-good/scratch", catalogue=catalogue),
        lambda: testing.check_corruption("scratch", catalogue=catalogue),
    ):
        with pytest.raises(AssertionError) as caught:
            ask()
        assert str(caught.value) == expected
        assert isinstance(caught.value.__cause__, RuntimeError)


def test_options_reach_the_component(zoo):
    catalogue = Catalogue(zoo("good"))
    with pytest.raises(testing.Nonconformity, match="7 scratches"):
        testing.check_corruption("scratch", catalogue=catalogue, count=7)
    with pytest.raises(RequestError, match="there is no option 'cuont'"):
        testing.check_corruption("scratch", catalogue=catalogue, cuont=7)


def test_each_kind_has_its_check():
    testing.check_corruption("builtin/box", size=9, fill=0.5)
    testing.check_dataset("builtin/folder", group="file")
    testing.check_metric("builtin/psnr")
    testing.check_model("builtin/identity")
    testing.check_recipe("fingerprint")


def test_a_name_without_its_kind_is_refused():
    with pytest.raises(RequestError, match="'builtin/box' does not begin with a kind"):
        testing.check("builtin/box")
