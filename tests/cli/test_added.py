"""Commands that plugins add: found by name, loaded when they are called, their faults named as their owner's."""

import pytest

from restore.cli import app
from restore.cli.added import build_added
from restore.errors import ComponentError, RequestError


def test_a_command_runs_with_its_parameters_and_prints_to_stdout(restore, zoo, tmp_path):
    zoo("commands")
    (tmp_path / "a").touch()
    answer = restore("zoo-count", ".")
    assert (answer.code, answer.out, answer.err) == (0, "1\n", "")


def test_its_help_is_that_of_its_function(restore, zoo):
    zoo("commands")
    answer = restore("zoo-count", "--help")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Usage: restore zoo-count ")
    assert "Count the files of a folder." in answer.out
    assert answer.out == restore("zoo-count", "-h").out


@pytest.mark.parametrize(("more", "where"), [(["a", "--dep"], "--deep"), ([], "zoo-count"), (["a", ""], "zoo-count")])
def test_a_wrong_use_is_refused_as_of_any_command(restore, zoo, more, where):
    zoo("commands")
    answer = restore("zoo-count", *more)
    assert (answer.code, answer.out) == (2, "")
    assert any(where in line for line in answer.error)


def test_a_builtin_command_is_never_replaced(restore, zoo):
    before = restore("run", "--help")
    zoo("commands")
    assert restore("run", "--help") == before


@pytest.mark.parametrize("name", ["zoo-exits", "zoo-fail", "zoo-lost", "zoo-thing"])
def test_a_fault_names_command_and_distribution(restore, zoo, name):
    zoo("commands")
    answer = restore(name)
    assert (answer.code, answer.out) == (1, "")
    assert answer.error[1] == f"  command {name} of zoo-commands 1.0"


@pytest.mark.parametrize(("name", "code"), [("zoo-leave", 4), ("zoo-abort", 1), ("zoo-refuse", 2)])
def test_a_command_may_end_with_a_code_of_its_own(restore, zoo, name, code):
    zoo("commands")
    answer = restore(name)
    assert (answer.code, answer.out) == (code, "")
    assert "a component" not in answer.err


def test_a_name_that_two_distributions_add_is_refused_with_both(zoo):
    zoo("commands")
    assert build_added("zoo-twin", app.COMMANDS).name == "zoo-twin"
    zoo("commands", "commands_too")
    with pytest.raises(RequestError) as caught:
        build_added("zoo-twin", app.COMMANDS)
    assert caught.value.code == "ignored-command"
    assert caught.value.where == "zoo-commands 1.0, zoo-commands-too 1.0"


def test_an_unknown_command_suggests_those_of_plugins_too(zoo):
    zoo("commands")
    for name, near in (("zoo-cuont", "'zoo-count'"), ("rnu", "'run'"), ("qqqq", "zoo-leave")):
        with pytest.raises(RequestError) as caught:
            build_added(name, app.COMMANDS)
        assert caught.value.code == "unknown-command"
        assert near in caught.value.hint


def test_a_command_whose_module_is_missing_is_a_fault_of_its_owner(zoo):
    zoo("commands")
    with pytest.raises(ComponentError) as caught:
        build_added("zoo-lost", app.COMMANDS)
    assert caught.value.code == "plugin-fault"


def test_a_listing_loads_no_command(restore, zoo):
    zoo("commands")  # one of which cannot be loaded
    answer = restore("list-plugins", "zoo-commands", "--check", "--json")
    ignored = {one["name"]: one["ignored"] for one in answer.json["commands"]}
    assert (answer.code, ignored["zoo-lost"], ignored["zoo-count"]) == (1, None, None)
    assert "builtin" in ignored["run"]
    assert "zoo-lost" not in answer.err
