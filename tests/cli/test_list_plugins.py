import pytest


def test_the_listing_and_its_document(restore):
    text, document = restore("list-plugins"), restore("list-plugins", "--json")
    assert (text.code, text.err, document.code, document.err) == (0, "", 0, "")
    assert text.out.startswith("builtin  restore-toolkit ")
    names = [plugin["name"] for plugin in document.json["plugins"]]
    assert names[0] == "builtin"
    assert all(f"{name}  " in text.out for name in names)
    assert "options" not in document.out


@pytest.mark.parametrize("kind", ["dataset", "corruption", "model", "metric", "recipe"])
def test_a_kind_alone(restore, kind):
    plugins = restore("list-plugins", kind, "--json").json["plugins"]
    assert {one["kind"] for plugin in plugins for one in plugin["components"]} == {kind}


def test_a_component_with_its_options(restore):
    (plugin,) = restore("list-plugins", "builtin/box", "--json").json["plugins"]
    (box,) = plugin["components"]
    assert box["levels"]
    assert box["options"]["size"]["type"].startswith("int")
    assert "size" in restore("list-plugins", "builtin/box").out


def test_one_name_at_a_time(restore):
    answer = restore("list-plugins", "box", "noise")
    assert (answer.code, answer.out) == (2, "")
    assert "one KIND or NAME at a time" in answer.error[0]


def test_a_wrong_name_suggests_the_nearest(restore):
    answer = restore("list-plugins", "--json", "corupption")
    assert (answer.code, answer.out) == (2, "")
    assert "corruption" in answer.error[-1]


def test_a_broken_plugin_is_listed_and_hurts_nothing_else(restore, zoo):
    sound = restore("list-plugins", "--json").json["plugins"]
    zoo("hook_mistyped")
    answer = restore("list-plugins", "--json")
    assert (answer.code, answer.err) == (0, "")
    broken = [one for one in answer.json["plugins"] if one["status"] == "broken"]
    assert len(broken) == 1
    assert broken[0]["reason"]
    assert [one for one in answer.json["plugins"] if one not in broken] == sound
    assert restore("list-plugins", "--check").code == 1
    assert broken[0]["reason"] in restore("list-plugins").out
    assert restore("list-plugins", "builtin", "--check").code == 0


def test_sound_plugins_pass_the_check(restore):
    assert restore("list-plugins", "--check").code == 0
