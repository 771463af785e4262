from pathlib import Path

from restore.runfile.verify import Damage
from restore.show.console import render
from restore.show.findings import check_document, check_parts, damage_document, damage_parts
from restore.testing import Finding

PATH = Path("runs/a.h5")
CHECKS = [
    Finding("corruption zoo/a", "range", note="black"),
    Finding("corruption zoo/a", "input", "mutates its input", hint="copy it"),
]


def test_a_sound_file_is_ok():
    assert damage_parts(PATH, []) == ["runs/a.h5: ok"]
    assert damage_document(PATH, []) == {"schema": 1, "path": "runs/a.h5", "ok": True, "findings": []}


def test_every_damaged_part_is_listed():
    found = [Damage("scores", "The content is not as it was written."), Damage("seal", "wrong")]
    text = render(*damage_parts(PATH, found), width=80)
    assert text.startswith("runs/a.h5: damaged\npart")
    assert "\nscores  The content is not as it was written.\nseal    wrong\n" in text
    assert [one["part"] for one in damage_document(PATH, found)["findings"]] == ["scores", "seal"]


def test_checks_are_listed_and_counted():
    assert render(*check_parts("zoo", CHECKS), width=80) == (
        "component         check  result\n"
        "───────────────────────────────────────────────────\n"
        "corruption zoo/a  range  ok; note: black\n"
        "                  input  mutates its input; copy it\n"
        "\n"
        "zoo: 1 problem in 2 checks, 1 note, 1 component\n"
    )
    assert check_parts("zoo", [Finding("corruption zoo/a", "range")])[-1] == "zoo: all right, 1 component"


def test_the_document_of_checks_says_whether_all_is_well():
    assert check_document("zoo", CHECKS)["ok"] is False
    assert check_document("zoo", CHECKS[:1]) == {
        "schema": 1,
        "plugin": "zoo",
        "ok": True,
        "findings": [
            {"component": "corruption zoo/a", "check": "range", "problem": None, "hint": None, "note": "black"}
        ],
    }
    (_, failed) = check_document("zoo", CHECKS)["findings"]
    assert (failed["problem"], failed["hint"], failed["note"]) == ("mutates its input", "copy it", None)
