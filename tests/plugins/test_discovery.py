"""Finding plugins: a zoo of broken ones, each told with its reason, none hurting the others."""

import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from plugin_zoo.packages import PACKAGES, name_of, write_package

from restore.errors import ComponentError
from restore.plugins import discovery as plugins
from restore.plugins.components import COMPONENTS

BROKEN = [case for case, package in PACKAGES.items() if package.broken is not None]
ALONE = [case for case in BROKEN if not case.startswith("twin_")]
"""What is broken whatever stands beside it."""


def found_in(discovered, case):
    return next(one for one in discovered if one.distribution == name_of(case))


def listed(discovered):
    return [(one.name, one.distribution, one.status, one.components) for one in discovered]


@pytest.mark.parametrize("case", ALONE)
def test_a_broken_plugin_is_listed_with_its_reason_and_hurts_nothing_else(zoo, case):
    before = listed(zoo())
    after = zoo(case)
    plugin = found_in(after, case)
    assert (plugin.status, plugin.version, plugin.components) == ("broken", "1.0", ())
    assert plugin.reason.startswith(PACKAGES[case].broken)
    assert "\n" not in plugin.reason
    assert listed(one for one in after if one is not plugin) == before


def test_all_broken_plugins_together_leave_the_good_ones_as_they_are(zoo):
    before = listed(zoo("good"))
    after = zoo("good", *BROKEN)
    assert [one for one in listed(after) if one[2] == "ok"] == [one for one in before if one[2] == "ok"]


def test_two_plugins_of_one_name_are_both_broken_and_each_names_the_other(zoo):
    twins = [one for one in zoo("twin_one", "twin_two") if one.name == "zoo-twin"]
    assert [(one.distribution, one.status, one.reason, one.components) for one in twins] == [
        (name_of(case), "broken", PACKAGES[case].broken, ()) for case in ("twin_one", "twin_two")
    ]


def test_one_of_two_twins_works_where_the_other_is_disabled(zoo, monkeypatch):
    monkeypatch.setenv("RESTORE_DISABLE", "zoo-twin")
    assert [one.status for one in zoo("twin_one", "twin_two") if one.name == "zoo-twin"] == ["disabled"] * 2


def test_the_projects_own_plugin_wins_a_clash_and_comes_first(zoo):
    own, other = (one for one in zoo("false_builtin") if one.name == "builtin")
    assert (own.distribution, own.status) == ("restore-toolkit", "ok")
    assert other.status == "broken"
    assert zoo()[0] == own


@pytest.mark.parametrize("text", ["zoo-good", "face,zoo-good", " zoo-good  other "])
def test_a_disabled_plugin_is_listed_and_not_imported(zoo, monkeypatch, text):
    monkeypatch.setenv("RESTORE_DISABLE", text)
    plugin = found_in(zoo("good"), "good")
    assert (plugin.status, plugin.reason, plugin.components) == ("disabled", "named in RESTORE_DISABLE", ())
    assert "zoo_good" not in sys.modules


def test_strict_raises_the_fault_with_its_owner(zoo, monkeypatch):
    monkeypatch.setenv("RESTORE_STRICT", "1")
    with pytest.raises(ComponentError) as caught:
        zoo("import_raises")
    assert (caught.value.code, caught.value.where) == ("broken-plugin", "zoo-import-raises 1.0")
    assert isinstance(caught.value.__cause__, ImportError)


def test_control_c_while_loading_is_no_fault_of_a_plugin(zoo, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(plugins, "_collect", interrupted)
    with pytest.raises(KeyboardInterrupt):
        zoo("good")


@pytest.mark.parametrize("case", ["no_metadata", "bad_metadata"])
def test_a_plugin_without_metadata_works_and_its_owner_is_unknown(zoo, case):
    (plugin,) = (one for one in zoo(case) if one.name == name_of(case))
    assert (plugin.status, plugin.owner) == ("ok", "unknown 0")


def test_a_plugin_that_registers_nothing_is_warned_about(zoo):
    plugin = found_in(zoo("nothing"), "nothing")
    assert (plugin.status, plugin.warnings) == ("ok", ("it registers no component",))


def test_a_slow_import_is_warned_about_with_its_time(zoo, monkeypatch):
    monkeypatch.setattr(plugins, "SLOW", 0.05)
    (warning,) = found_in(zoo("slow"), "slow").warnings
    assert warning.startswith("importing it took 0.")


def test_what_a_plugin_does_to_the_process_does_not_last(zoo):
    before = Path.cwd(), sys.stdout, list(warnings.filters)
    assert found_in(zoo("meddles"), "meddles").status == "ok"
    assert (Path.cwd(), sys.stdout, list(warnings.filters)) == before


def test_what_a_plugin_prints_goes_to_stderr(zoo, capsys):
    assert found_in(zoo("prints"), "prints").status == "ok"
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "loading scratches\nregistering scratches\n"


def test_a_heavy_import_is_warned_about_and_no_own_plugin_makes_one(zoo_folder):
    script = (
        "import json, sys; from restore.plugins.discovery import HEAVY, discover;"
        "loaded = {one.name: [one.status, one.warnings] for one in discover()};"
        "print(json.dumps([loaded, [name for name in HEAVY if name in sys.modules]]))"
    )

    def discovered(*path):
        environment = {"PYTHONPATH": str(path[0])} if path else {}
        done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
        return json.loads(done.stdout)

    loaded, heavy = discovered()
    assert heavy == []
    assert not any("pulled in" in warning for _, warnings in loaded.values() for warning in warnings)
    loaded, heavy = discovered(write_package("heavy", zoo_folder))
    assert heavy == ["numpy"]
    status, warnings = loaded["zoo-heavy"]  # on a busy machine, how long it took is among them
    assert status == "ok"
    assert "importing it pulled in numpy; import them inside functions" in warnings


def test_every_kind_has_its_hook():
    assert {kind.hook for kind in COMPONENTS} == {
        name for name in vars(plugins.hookspecs) if name.startswith("restore_")
    }
