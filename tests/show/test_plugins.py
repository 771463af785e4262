from importlib.metadata import EntryPoint

import pytest

from restore.errors import RequestError
from restore.plugins.commands import AddedCommand
from restore.plugins.components import Corruption, Metric, Model
from restore.plugins.discovery import Plugin
from restore.plugins.listing import list_details, select
from restore.show.console import render
from restore.show.plugins import plugin_document, plugin_parts

BOX = Corruption("box", "restore.builtin.corruptions.box:box", "A black box.", levels={"easy": {"size": 12}})
MISSING = Model("lost", "restore.builtin.nowhere:lost", "Its module is not there.")
PSNR = Metric("psnr", "restore.builtin.metrics.error:psnr", "Peak signal-to-noise ratio.")
HOME = Plugin("builtin", "restore-toolkit", "0.1.0", "ok", components=(BOX, PSNR))
OTHER = Plugin("other", "restore-other", "2.0", "ok", components=(MISSING, PSNR))
BROKEN = Plugin("zoo", "restore-zoo", "0.0", "broken", "ImportError: no module named lions")
ALL = (HOME, OTHER, BROKEN)
POINT = EntryPoint("runs", "restore_other:runs", "restore.commands")
COMMANDS = (
    AddedCommand("count", "restore-other", "2.0", None, POINT),
    AddedCommand("runs", "restore-more", "1.0", "taken", POINT),
)


def show(name=None, plugins=ALL):
    selection = select(plugins, COMMANDS, name)
    details, faults = list_details(selection) if selection.named else ({}, [])
    return plugin_document(selection, details), faults


def test_the_whole_listing_is_the_contract():
    document, _ = show()
    assert document["schema"] == 1
    assert [list(one) for one in document["plugins"]] == [
        ["name", "distribution", "version", "status", "reason", "components"]
    ] * 3
    assert document["plugins"][0]["components"][0] == {
        "kind": "corruption",
        "name": "box",
        "summary": "A black box.",
        "levels": ["easy"],
    }
    assert document["commands"] == [
        {"name": "count", "distribution": "restore-other", "version": "2.0", "ignored": None},
        {"name": "runs", "distribution": "restore-more", "version": "1.0", "ignored": "taken"},
    ]
    assert (document["plugins"][2]["status"], document["plugins"][2]["reason"]) == ("broken", BROKEN.reason)


def test_the_whole_listing_as_text():
    assert render(*plugin_parts(show()[0]), width=80) == (
        "builtin  restore-toolkit 0.1.0  ok\n"
        "  corruption  box   A black box.\n"
        "  metric      psnr  Peak signal-to-noise ratio.\n"
        "\n"
        "other  restore-other 2.0  ok\n"
        "  model   lost  Its module is not there.\n"
        "  metric  psnr  Peak signal-to-noise ratio.\n"
        "\n"
        "zoo  restore-zoo 0.0  broken\n"
        "  ImportError: no module named lions\n"
        "\n"
        "command  count  restore-other 2.0\n"
        "command  runs   restore-more 1.0   ignored: taken\n"
    )


def test_a_kind_keeps_every_plugin_in_the_document_and_hides_the_empty_ones_in_the_text():
    document, _ = show("corruption")
    assert [len(one["components"]) for one in document["plugins"]] == [1, 0, 0]
    text = render(*plugin_parts(document), width=80)
    assert "other" not in text
    assert "broken" in text


@pytest.mark.parametrize("name", ["box", "builtin/box"])
def test_a_component_is_shown_with_its_options(name):
    document, faults = show(name)
    (plugin,) = document["plugins"]
    (component,) = plugin["components"]
    assert not faults
    assert component["levels"] == ["easy"]
    assert set(component["options"]["size"]) == {"type", "choices", "default", "help"}
    text = render(*plugin_parts(document), width=80)
    assert "levels: easy" in text
    assert "size" in text


@pytest.mark.parametrize(("name", "listed"), [("other", ["count"]), ("builtin", []), ("box", []), ("metric", [])])
def test_commands_are_listed_with_the_plugins_of_their_distribution(name, listed):
    assert [one["name"] for one in show(name)[0]["commands"]] == listed


def test_a_name_that_several_plugins_have_shows_all_of_them():
    assert [one["name"] for one in show("psnr")[0]["plugins"]] == ["builtin", "other"]


def test_one_component_that_cannot_be_imported_leaves_the_others():
    document, faults = show("other")
    lost, psnr = document["plugins"][0]["components"]
    assert (lost["options"], psnr["options"]) == (None, {})
    assert [fault.where for fault in faults] == ["model other/lost of restore-other 2.0"]
    assert "its options cannot be read" in render(*plugin_parts(document), width=80)


def test_a_wrong_name_suggests_the_nearest_and_tells_the_broken():
    with pytest.raises(RequestError) as caught:
        select(ALL, COMMANDS, "bxo")
    assert caught.value.code == "unknown-component"
    assert "box" in caught.value.hint
    assert caught.value.where.startswith("plugin zoo (restore-zoo 0.0) is broken: ImportError")
