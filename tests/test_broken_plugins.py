"""A broken plugin hurts nothing else: every command beside every broken package of the zoo, and beside all of them."""

import pytest
from plugin_zoo.packages import PACKAGES, name_of

from restore.cli.app import COMMANDS
from restore.images import write
from restore.running.run import open_run

SOUND = {"tiny", "tensorflow"}
"""The one that the others stand beside; and one that only takes eight seconds to import."""
BROKEN = sorted(PACKAGES.keys() - SOUND)
NAMELESS = {"bad_metadata", "no_metadata"}
EVERY = {name_of(case) for case in BROKEN if case not in NAMELESS} | {"unknown"}
"""Their distributions."""


@pytest.fixture
def work(restore, zoo, make_run, tmp_path):
    """Give every command something to work on: pictures, a run, and a plugin without a fault."""
    zoo("tiny")
    from zoo_tiny_parts import Twelve

    for sample in map(Twelve().__getitem__, range(3)):
        (tmp_path / "in").mkdir(exist_ok=True)
        write(tmp_path / "in" / f"{sample.id}.png", sample.clean)
    make_run()
    return restore


ALIKE = {
    "--version": ["--version"],
    "--help": ["--help"],
    **{f"{name} --help": [name, "--help"] for name in COMMANDS},
    "list-plugins NAME": ["list-plugins", "zoo-tiny"],
    "list-plugins COMPONENT": ["list-plugins", "builtin/box", "--json"],
    "list-plugins NAME --check": ["list-plugins", "face", "--check"],
    "list-plugins WRONG": ["list-plugins", "builtn"],
    "check": ["check", "face"],
    "corrupt": ["corrupt", "box:size=4|noise", "in", "-o", "out", "--save-mask"],
    "corrupt WRONG": ["corrupt", "bxo", "in", "-o", "out"],
    "run --dry-run": ["run", "tiny", "--dry-run"],
    "run --dry-run --json": ["run", "fingerprint", "--corrupt", "box@hard", "--dry-run", "--json"],
    "run WRONG": ["run", "tny"],
    "runs": ["runs", "--json"],
    "show": ["show", "last"],
    "show --panel": ["show", "last", "--panel", "panel.png", "--json"],
    "verify": ["verify", "last"],
    "export": ["export", "last", "--csv", "scores.csv"],
    "new-plugin": ["new-plugin", "scratches", "--folder", "."],
}
CHEAP = ("list-plugins COMPONENT", "corrupt", "run --dry-run", "run WRONG", "show", "new-plugin")


def outcome(answer, folder, kept=("in", "runs")):
    """Return exit code, stdout and the files that a command wrote, and remove those."""
    written = {}
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.relative_to(folder).parts[0] in kept:
            continue
        if path.is_dir():
            path.rmdir()
        else:
            written[str(path.relative_to(folder))] = path.read_bytes()
            path.unlink()
    return answer.code, answer.out, written


def test_every_command_is_called():
    called = {arguments[0] for arguments in ALIKE.values()} | {"doctor"}
    assert set(COMMANDS) <= called


@pytest.mark.parametrize("command", ALIKE)
def test_a_command_does_the_same_beside_all_broken_plugins(work, zoo, tmp_path, command):
    alone = outcome(work(*ALIKE[command]), tmp_path)
    zoo(*BROKEN)
    beside = work(*ALIKE[command])
    assert outcome(beside, tmp_path) == alone
    assert len(beside.err.splitlines()) <= 3
    if "WRONG" not in command:
        assert beside.code == 0


@pytest.mark.parametrize("case", BROKEN)
def test_no_broken_plugin_alone_changes_what_others_do(work, zoo, tmp_path, case):
    alone = {command: outcome(work(*ALIKE[command]), tmp_path) for command in CHEAP}
    plugins = work("list-plugins", "--json").json["plugins"]
    zoo(case)
    assert {command: outcome(work(*ALIKE[command]), tmp_path) for command in CHEAP} == alone
    beside = work("list-plugins", "--json")
    assert beside.code == 0
    assert [one for one in beside.json["plugins"] if one["distribution"] not in EVERY] == plugins


def test_the_listing_differs_by_the_broken_plugins_alone(work, zoo):
    alone, document = work("list-plugins").out, work("list-plugins", "--json").json
    zoo(*BROKEN)
    beside = work("list-plugins", "--json")
    assert beside.code == 0
    others = {
        key: [one for one in beside.json[key] if one["distribution"] not in EVERY] for key in ("plugins", "commands")
    }
    assert beside.json | others == document
    added = {one["distribution"] for one in beside.json["plugins"]} & EVERY
    assert added == EVERY
    blocks = work("list-plugins").out.rstrip().split("\n\n")
    assert [one for one in blocks if one in alone.rstrip().split("\n\n")] == alone.rstrip().split("\n\n")


def test_every_broken_plugin_is_listed_with_one_line_of_reason(work, zoo):
    zoo(*BROKEN)
    for one in work("list-plugins", "--json").json["plugins"]:
        assert (one["status"] == "broken") == bool(one["reason"])
        assert "\n" not in (one["reason"] or "")
    assert work("list-plugins", "--check").code == 1


def test_the_doctor_differs_by_the_broken_plugins_alone(work, zoo):
    def examined():
        document = work("doctor", "--quick", "--json").json
        others = [one for one in document["plugins"] if one["distribution"] not in EVERY]
        folders = [(one["use"], one["path"], one["writable"]) for one in document["folders"]]
        faults = [one for one in document["faults"] if not one["what"].startswith("plugin ")]
        return {name: document[name] for name in ("versions", "machine", "backend")}, others, folders, faults

    def lines():
        told = work("doctor", "--quick").out.splitlines()
        return [
            line for line in told if not line.startswith(("memory", "plugin", "problem", "  ", "runs", "cache", "note"))
        ]

    alone, said = examined(), lines()
    zoo(*BROKEN)
    assert examined() == alone
    assert [line for line in lines() if line] == [line for line in said if line and line != "no problems found"]


def weights_of(record):
    return [array.tobytes() for _, array in record.weights["model"]]


@pytest.mark.trains
def test_a_run_beside_all_broken_plugins_is_the_run_without_them(work, zoo, tmp_path):
    def ran(name):
        answer = work("run", "tiny", "--name", name, "--json")
        assert (answer.code, answer.err) == (0, "")
        return answer.json, open_run(tmp_path / "runs" / f"{name}.h5").record

    alone, record = ran("alone")
    zoo(*BROKEN)
    beside, other = ran("beside")
    assert {**alone, "id": "", "path": "", "seconds": 0} == {**beside, "id": "", "path": "", "seconds": 0}
    assert weights_of(record) == weights_of(other)
    assert record.scores.value.tobytes() == other.scores.value.tobytes()
    assert record.environment == other.environment
