"""The commands of a case: what they print, and their exit codes."""

import json

import pytest
from tasks.case import lab


@pytest.fixture
def case(restore, stand_in, tmp_path):
    lab.train(tmp_path / "runs")
    (tmp_path / "in").mkdir()
    for number, name in enumerate(("a.png", "b.png")):
        lab.save_scan(tmp_path / "in" / name, number)
    answer = restore("case", "new", "case", "in", "--who", "ann", "--why", "seized")
    assert (answer.code, answer.err) == (0, "")
    assert "originals/b.png" in answer.out
    return tmp_path / "case"


def test_a_case_from_its_beginning_to_its_verified_export(restore, case):
    answer = restore(
        "case", "restore", "case", "r1", "b.png", "--fill", "leave", "--why", "for the court", "--who", "bob"
    )
    assert (answer.code, answer.err) == (0, "")
    entry = json.loads((case / "log.jsonl").read_bytes().splitlines()[-1])
    assert (entry["who"], entry["why"], entry["step"]["settings"]["fill"]) == ("bob", "for the court", "leave")
    assert entry["sha256"] in answer.out
    assert max(map(len, answer.out.splitlines())) <= 80
    assert restore("case", "export", case, "-o", "case.zip").code == 0
    for path in (case, "case.zip"):
        answer = restore("case", "verify", path, "--json", "--head", entry["sha256"])
        assert (answer.code, answer.err) == (0, "")
        assert {name: answer.json[name] for name in ("ok", "entries", "replayed", "equal", "last")} == {
            "ok": True, "entries": 2, "replayed": 1, "equal": 3, "last": entry["sha256"]
        }  # fmt: skip
    assert "1 of 1 step replayed" in restore("case", "verify", case).out


def test_a_changed_case_ends_with_1_and_names_the_place(restore, case):
    original = case / "originals/a.png"
    original.chmod(0o600)
    original.write_bytes(original.read_bytes() + b"x")
    answer = restore("case", "verify", case, "--no-replay")
    assert (answer.code, answer.err) == (1, "")
    assert "originals/a.png" in answer.out
    assert restore("case", "verify", case, "--json").json["damages"][0]["part"] == "originals/a.png"


def test_the_document_of_a_step_names_files_and_entry(restore, case):
    document = restore("case", "restore", case, "r2", "--json").json
    assert [one["output"] for one in document["images"]] == [str(case / f"steps/0002/{name}.png") for name in "ab"]
    assert (document["counts"]["restored"], document["entry"], document["run"]["name"]) == (2, 2, "r2")


def test_a_case_may_begin_empty(restore, stand_in, tmp_path):
    lab.save_scan(tmp_path / "c.png")
    assert restore("case", "new", "later").code == 0
    assert restore("case", "restore", "later", "r1").code == 2
    assert restore("case", "add", "later", "c.png").code == 0
    assert restore("case", "verify", "later", "--json").json["originals"] == 1


def test_originals_are_added(restore, case, tmp_path):
    lab.save_scan(tmp_path / "c.png", 5)
    assert restore("case", "add", case, "c.png").code == 0
    assert restore("case", "add", case, "c.png").failure.code == "file-exists"


@pytest.mark.parametrize(
    ("arguments", "code", "where"),
    [
        (("case",), "bad-usage", "restore case"),
        (("case", "nwe"), "bad-usage", "restore case"),
        (("case", "new"), "bad-usage", "restore case new"),
        (("case", "verify", "none"), "no-case", "none"),
        (("case", "new", "case", "in", "--why", ""), "empty-value", "restore case new"),
        (("case", "restore", "case", "r1", "--fill", "medain"), "unknown-value", "--fill"),
    ],
)
def test_a_wrong_command_line_is_refused(restore, case, arguments, code, where):
    answer = restore(*arguments)
    assert (answer.code, answer.out, answer.failure.code, answer.failure.where) == (2, "", code, where)


@pytest.mark.parametrize("name", ["new", "add", "restore", "verify", "export"])
def test_every_command_of_a_case_has_help(restore, name):
    answer = restore("case", name, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"Usage: restore case {name} ")
    (line,) = [line for line in restore("case", "--help").out.splitlines() if line.split()[:1] == [name]]
    assert line.endswith(".")
    assert not line.endswith("...")
