def test_the_quick_look(restore):
    answer = restore("doctor", "--quick")
    assert answer.err == ""
    assert "backend   not loaded\n" in answer.out
    assert "restore-toolkit" in answer.out
    assert answer.code == (0 if "nothing is wrong" in answer.out else 1)


def test_the_document(restore, zoo):
    zoo("hook_mistyped")
    answer = restore("doctor", "--quick", "--json")
    assert answer.code == 1
    document = answer.json
    assert document["ok"] is False
    assert any("broken" in fault["what"] and fault["hint"] for fault in document["faults"])
    assert {folder["use"] for folder in document["folders"]} == {"runs", "cache"}


def test_looking_writes_nothing(restore, tmp_path):
    restore("doctor", "--quick")
    assert list(tmp_path.iterdir()) == []
