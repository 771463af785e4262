import json
from dataclasses import replace
from pathlib import Path

import pytest

from restore.plugins.discovery import Plugin
from restore.show.console import render
from restore.show.doctor import doctor_document, doctor_parts
from restore.tasks.doctor import Diagnosis, Fault, Folder


@pytest.fixture
def found():
    return Diagnosis(
        versions={"python": "3.11.7", "keras": "3.8"},
        machine={"platform": "Linux", "processor": "x86_64", "cores": 2, "usable": 1},
        memory=24_000_000_000,
        backend={"backend": "tensorflow", "devices": ["cpu:0"]},
        plugins=[Plugin("zoo", "restore-zoo", "1.0", "broken", "no lions")],
        folders=[Folder("runs", Path("runs"), True, True, 81_000_000_000, 15_000_000)],
        faults=[],
        keras={"file": "/home/a/.keras/keras.json", "backend": "tensorflow", "differs": {"floatx": "float16"}},
    )


def test_a_sound_installation(found):
    assert render(*doctor_parts(found), width=80) == (
        "versions  python 3.11.7, keras 3.8\n"
        "machine   Linux, 2 cores, 1 usable\n"
        "memory    24 GB free\n"
        "backend   tensorflow on cpu:0\n"
        "keras     /home/a/.keras/keras.json, backend tensorflow\n"
        "plugin    zoo (restore-zoo 1.0): broken\n"
        "runs      runs, 15 MB used, 81 GB free\n"
        "\n"
        "no problems found\n"
    )


def test_notes_are_no_faults(found):
    noted = replace(found, notes=["corruption 'box' is hidden"])
    assert render(*doctor_parts(noted), width=80).endswith("\nnote: corruption 'box' is hidden\nno problems found\n")
    assert (doctor_document(noted)["ok"], doctor_document(noted)["notes"]) == (True, noted.notes)


def test_what_is_wrong_stands_last_with_what_to_do(found):
    text = render(*doctor_parts(replace(found, faults=[Fault("no room", "make some")])), width=80)
    assert text.endswith("\nproblem: no room\n  make some\n")


@pytest.mark.parametrize(
    ("writable", "locks", "said"), [(True, False, "no file locks"), (False, False, "not writable")]
)
def test_what_a_folder_lacks_is_said_once(found, writable, locks, said):
    folder = replace(found.folders[0], writable=writable, locks=locks)
    assert f"81 GB free, {said}\n" in render(*doctor_parts(replace(found, folders=[folder])), width=80)


@pytest.mark.parametrize(("backend", "said"), [(None, "not loaded"), ({"error": "signal 4"}, "cannot be loaded")])
def test_a_backend_that_was_not_or_cannot_be_loaded(found, backend, said):
    assert f"backend   {said}\n" in render(*doctor_parts(replace(found, backend=backend, memory=None)), width=80)


def test_the_document_is_plain_json(found):
    document = json.loads(json.dumps(doctor_document(replace(found, faults=[Fault("a", "b")]))))
    assert document["ok"] is False
    assert document["faults"] == [{"what": "a", "hint": "b"}]
    assert document["folders"][0]["path"] == "runs"
    assert document["plugins"][0]["reason"] == "no lions"
    assert document["keras"]["differs"] == {"floatx": "float16"}
