import numpy as np
import pytest

from restore.plugins.discovery import discover


@pytest.fixture
def found(restore, zoo):
    """Check a package of the zoo, and return exit code and the findings by (component, check)."""

    def check(case, *more):
        zoo(case)
        answer = restore("check", f"zoo-{case}", "--json", *more)
        assert answer.err == ""
        findings = {(one["component"].split()[1], one["check"]): one for one in answer.json["findings"]}
        return answer.code, findings

    return check


def test_the_table_and_the_document_agree(restore, zoo):
    zoo("rivals")
    text, document = restore("check", "zoo-rivals"), restore("check", "zoo-rivals", "--json")
    assert (text.code, document.code, document.json["ok"]) == (1, 1, False)
    shown = " ".join(text.out.split())
    assert all(one["problem"] in shown for one in document.json["findings"] if one["problem"])
    assert all(one["note"] in shown for one in document.json["findings"] if one["note"])


def test_what_list_plugins_warns_of_is_a_note(restore, zoo, monkeypatch):
    monkeypatch.setattr("restore.plugins.discovery.SLOW", 0.05)
    zoo("slow")
    (warning,) = restore("list-plugins").err.splitlines()
    finding = restore("check", "zoo-slow", "--json").json["findings"][0]
    assert finding["check"] == "loads"
    assert warning.endswith(finding["note"])


def test_a_component_that_a_bare_name_hides_is_noted(found):
    _, findings = found("rivals")
    for name, meant in (("zoo-rivals/box", "builtin/box"), ("zoo-rivals/fingerprint", "fingerprint/fingerprint")):
        finding = findings[name, "has a name of its own"]
        assert finding["problem"] is None
        assert meant in finding["note"]


def test_an_option_by_position_is_a_problem_with_the_right_signature(found):
    code, findings = found("stumbles")
    assert code == 1
    assert "(image, rng, *, count)" in findings["zoo-stumbles/positional", "takes its options by keyword"]["problem"]


def test_whoever_writes_into_an_image_is_told_what_to_write_instead(found):
    _, findings = found("stumbles")
    finding = findings["zoo-stumbles/writes", "damages images of every size"]
    assert finding["problem"]
    assert "image.copy()" in finding["hint"]


def test_the_owner_is_not_told_to_report_it(restore, zoo):
    zoo("stumbles")
    assert "report it" not in restore("check", "zoo-stumbles").out


def test_a_traceback_shows_the_line_of_the_plugin_for_each_component(restore, zoo):
    zoo("stumbles")
    answer = restore("check", "zoo-stumbles", "--traceback")
    assert answer.code == 1
    assert "corruption zoo-stumbles/flat of zoo-stumbles 1.0: damages images of every size\n" in answer.err
    assert "height, width = image.shape\n" in answer.err
    assert "image[:3] = 0\n" in answer.err
    assert restore("check", "zoo-stumbles").err == ""


def test_a_broken_plugin_ends_a_strict_command_with_its_traceback_and_its_owner(restore, zoo, monkeypatch):
    zoo("hook_raises")
    monkeypatch.setenv("RESTORE_STRICT", "1")
    discover.cache_clear()
    answer = restore("check", "builtin")
    assert answer.code == 1
    assert "in restore_corruptions\n" in answer.err
    what, where, _ = answer.err.splitlines()[-3:]
    assert what.startswith("error: plugin zoo-hook-raises is broken: OSError: ")
    assert where == "  zoo-hook-raises 1.0"


def test_data_is_handed_to_the_data_sets_that_take_it(found, tmp_path):
    _, findings = found("stumbles")
    assert "npy" in findings["zoo-stumbles/stack", "opens"]["note"]
    np.save(tmp_path / "good.npy", np.zeros((4, 8, 8, 1), np.float32))
    _, findings = found("stumbles", "--data", tmp_path / "good.npy")
    assert findings["zoo-stumbles/stack", "gives samples"]["problem"] is None
    assert findings["zoo-stumbles/drawn", "gives samples"]["problem"] is None
    np.save(tmp_path / "bad.npy", np.full((4, 8, 8, 1), 2, np.float32))
    code, findings = found("stumbles", "--data", tmp_path / "bad.npy")
    assert code == 1
    assert "from 2 to 2" in findings["zoo-stumbles/stack", "gives samples"]["problem"]


def test_data_that_no_data_set_takes_is_refused(restore, zoo, tmp_path):
    zoo("stumbles", "good")
    answer = restore("check", "zoo-stumbles", "--data", tmp_path)
    assert (answer.code, answer.out) == (2, "")
    assert "zoo-stumbles/stack: " in answer.error[1]
    assert "zoo-stumbles/drawn: " in answer.error[1]
    assert restore("check", "zoo-good", "--data", tmp_path).code == 2


def test_commands_of_the_distribution_are_checked(found):
    code, findings = found("commands")
    assert code == 1
    wrong = {name for (name, _), one in findings.items() if one["problem"] and name.startswith(("zoo-", "run"))}
    assert wrong - {"zoo-commands/scratch"} == {"run", "zoo-lost", "zoo-thing"}
