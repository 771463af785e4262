def test_the_quick_look(restore):
    answer = restore("doctor", "--quick")
    assert answer.err == ""
    assert "backend   not loaded\n" in answer.out
    assert "restore-toolkit" in answer.out
    assert answer.code == (0 if restore("doctor", "--quick", "--json").json["ok"] else 1)


def test_the_document(restore, zoo):
    zoo("hook_mistyped")
    answer = restore("doctor", "--quick", "--json")
    assert answer.code == 1
    document = answer.json
    assert document["ok"] is False
    (broken,) = [plugin["name"] for plugin in document["plugins"] if plugin["status"] == "broken"]
    assert any(broken in fault["what"] and fault["hint"] for fault in document["faults"])
    assert {folder["use"] for folder in document["folders"]} == {"runs", "cache"}


def test_hidden_names_and_ignored_commands_are_notes(restore, zoo):
    before = restore("doctor", "--quick", "--json").json
    zoo("rivals", "commands")
    after = restore("doctor", "--quick", "--json").json
    added = [one for one in after["notes"] if one not in before["notes"]]
    assert after["faults"] == before["faults"]
    named = ("zoo-rivals/box", "zoo-rivals/fingerprint", "zoo-rivals/obliteration", "command run of zoo-commands 1.0")
    assert all(any(name in note for note in added) for name in named)
    assert not any("zoo-count" in note for note in added)


def test_looking_writes_nothing(restore, tmp_path):
    restore("doctor", "--quick")
    assert list(tmp_path.iterdir()) == []
