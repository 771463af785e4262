"""Finding plugins: a zoo of broken ones, each told with its reason, none hurting the others."""

import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from restore.plugins import discovery as plugins
from restore.plugins.components import COMPONENTS

ZOO = Path(__file__).parents[1] / "plugin_zoo"

REASONS = {
    "import_raises": "ImportError: no module named scratchlib",
    "import_exits": "it called sys.exit(3) while it was loaded",
    "hook_raises": "OSError: the licence server does not answer",
    "hook_exits": "it called sys.exit('bye') while it was loaded",
    "unspeakable": "Unspeakable",
    "bad_entry": "its entry points cannot be read: TypeError: ",
    "no_list": "restore_corruptions returned Corruption, not a list",
    "no_return": "restore_corruptions returned NoneType, not a list",
    "bad_field": "restore_corruptions returned a Corruption with summary=None",
    "bad_summary": "the corruption scratch has a summary that is no line of text",
    "no_component": "restore_corruptions returned a str where Corruption belongs",
    "wrong_kind": "restore_corruptions returned a Metric where Corruption belongs",
    "hook_mistyped": "restore_corruption is no hook; did you mean restore_corruptions, restore_recipes, restore_metrics?",
    "hook_unmarked": "restore_corruptions is not marked with @hookimpl",
    "newer_api": "wants 2: RESTORE_API = 1 is what this version offers",
    "no_api": ("does not say which plugin interface it was written for: RESTORE_API = 1 is what this version offers"),
    "duplicate": "registers the corruption scratch 2 times",
    "bad_ref_form": "the corruption scratch has the reference 'zoo_bad_ref_form.scratch', not module:function",
    "bad_name": "'a scratch' is no name for a corruption",
    "reserved_name": "'none' is no name for a corruption",
    "bad_level": "the corruption scratch has a level whose name no spec can write",
    "bad_plugin_name": "'zoo bad name' is no name for a plugin",
    "false_builtin": "another plugin is called builtin too, of restore-toolkit ",
}
WORKING = {
    *("bad_metadata", "bad_ref", "fault_models", "faults", "good", "heavy", "no_metadata", "nothing", "prints", "slow"),
    *("meddles", "not_finite", "tensorflow", "tiny"),
}


def found_in(discovered, case):
    return next(one for one in discovered if one.distribution == f"zoo-{case.replace('_', '-')}")


def listed(discovered):
    return [(one.name, one.distribution, one.status, one.components) for one in discovered]


@pytest.mark.parametrize("case", REASONS)
def test_a_broken_plugin_is_listed_with_its_reason_and_hurts_nothing_else(zoo, case):
    before = listed(zoo())
    after = zoo(case)
    plugin = found_in(after, case)
    assert (plugin.status, plugin.version, plugin.components) == ("broken", "1.0", ())
    assert plugin.reason.startswith(REASONS[case])
    if not REASONS[case].endswith(" "):
        assert plugin.reason == REASONS[case]
    assert listed(one for one in after if one is not plugin) == before


def test_a_hook_with_arguments_is_told_with_the_argument(zoo):
    plugin = found_in(zoo("hook_takes_arguments"), "hook_takes_arguments")
    assert plugin.status == "broken"
    assert "config" in plugin.reason
    assert "\n" not in plugin.reason


def test_every_case_of_the_zoo_is_asserted():
    cases = {folder.name for folder in ZOO.iterdir() if folder.is_dir()}
    assert cases == {*REASONS, *WORKING, "hook_takes_arguments", "twin_one", "twin_two"}


def test_all_broken_plugins_together_leave_the_good_ones_as_they_are(zoo):
    before = listed(zoo("good"))
    after = zoo("good", *REASONS, "twin_one", "twin_two")
    assert [one for one in listed(after) if one[2] == "ok"] == [one for one in before if one[2] == "ok"]


def test_two_plugins_of_one_name_are_both_broken_and_each_names_the_other(zoo):
    twins = [one for one in zoo("twin_one", "twin_two") if one.name == "zoo-twin"]
    assert [(one.distribution, one.status, one.reason, one.components) for one in twins] == [
        ("zoo-twin-one", "broken", "another plugin is called zoo-twin too, of zoo-twin-two 1.0", ()),
        ("zoo-twin-two", "broken", "another plugin is called zoo-twin too, of zoo-twin-one 1.0", ()),
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


def test_strict_raises_the_fault_itself(zoo, monkeypatch):
    monkeypatch.setenv("RESTORE_STRICT", "1")
    with pytest.raises(ImportError, match="no module named scratchlib"):
        zoo("import_raises")


def test_control_c_while_loading_is_no_fault_of_a_plugin(zoo, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(plugins, "_collect", interrupted)
    with pytest.raises(KeyboardInterrupt):
        zoo("good")


@pytest.mark.parametrize("case", ["no_metadata", "bad_metadata"])
def test_a_plugin_without_metadata_works_and_its_owner_is_unknown(zoo, case):
    (plugin,) = (one for one in zoo(case) if one.name == f"zoo-{case.replace('_', '-')}")
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


def test_a_heavy_import_is_warned_about_and_no_own_plugin_makes_one():
    script = (
        "import json, sys; from restore.plugins.discovery import HEAVY, discover;"
        "loaded = {one.name: [one.status, one.warnings] for one in discover()};"
        "print(json.dumps([loaded, [name for name in HEAVY if name in sys.modules]]))"
    )

    def discovered(*path):
        environment = {"PYTHONPATH": str(ZOO / path[0])} if path else {}
        done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
        return json.loads(done.stdout)

    loaded, heavy = discovered()
    assert heavy == []
    assert all(warnings == [] for _, warnings in loaded.values())
    loaded, heavy = discovered("heavy")
    assert heavy == ["numpy"]
    assert loaded["zoo-heavy"] == ["ok", ["importing it pulled in numpy; import them inside functions"]]


def test_every_kind_has_its_hook():
    assert {f"restore_{kind.kind}s" for kind in COMPONENTS} == {
        name for name in vars(plugins.hookspecs) if name.startswith("restore_")
    }
