"""Commands that plugins add are found with their owners, and what keeps one from being called."""

import pytest

from restore.errors import ComponentError
from restore.plugins.commands import find_commands


def test_commands_are_found_with_owner_and_what_ignores_them(zoo):
    zoo("commands", "commands_too")
    found = [(one.name, one.owner, bool(one.ignored)) for one in find_commands({"run"}) if "zoo-" in one.owner]
    assert ("run", "command run of zoo-commands 1.0", True) in found
    assert ("zoo-count", "command zoo-count of zoo-commands 1.0", False) in found
    assert [owner for name, owner, ignored in found if name == "zoo-twin" and ignored] == [
        "command zoo-twin of zoo-commands 1.0",
        "command zoo-twin of zoo-commands-too 1.0",
    ]
    assert found == sorted(found)


def test_no_name_is_ignored_that_nothing_else_has(zoo):
    zoo("commands")
    assert not [one.name for one in find_commands(()) if one.ignored]


def test_a_command_is_loaded_on_demand(zoo, tmp_path, capsys):
    zoo("commands")
    commands = {one.name: one for one in find_commands(())}
    commands["zoo-count"].load()(tmp_path)
    assert capsys.readouterr().out == "0\n"
    for name in ("zoo-lost", "zoo-thing"):
        with pytest.raises(ComponentError) as caught:
            commands[name].load()
        assert caught.value.where == commands[name].owner


def test_a_distribution_that_cannot_be_read_hides_no_command(zoo):
    zoo("commands")
    names = [one.name for one in find_commands(())]
    zoo("bad_entry", "bad_metadata")
    assert [one.name for one in find_commands(())] == names
