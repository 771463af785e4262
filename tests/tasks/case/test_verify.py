"""Whatever is changed in a case is named with its place."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from tasks.case import lab

from restore.errors import InputError
from restore.tasks.case import verify as module
from restore.tasks.case.folder import hash_of, open_case
from restore.tasks.case.log import START, parse, sealed


def parts(path, **options):
    return [one.part for one in lab.verify(path, **{"replay": False} | options).damages]


def write_log(case, lines):
    (case / "log.jsonl").write_bytes(b"".join(lines))


def lines_of(case):
    return (case / "log.jsonl").read_bytes().splitlines(keepends=True)


def flip(path, at=-1):
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def remake(entries):
    """Return the lines of a log made anew, all hashes right, as a forger would."""
    lines, previous = [], START
    for number, entry in enumerate(entries, 1):
        lines.append(sealed(replace(entry, number=number, previous=previous)))
        previous = json.loads(lines[-1])["sha256"]
    return lines


def test_a_flipped_byte_of_the_log_is_named_by_its_entry(made):
    data = (made / "case/log.jsonl").read_bytes()
    for at in range(0, len(data), 23):
        changed = bytearray(data)
        changed[at] ^= 1 << at % 7
        _, damages = parse(bytes(changed))
        number = data[:at].count(b"\n") + 1
        assert f"log.jsonl, entry {number}" in [one.part for one in damages], at


def test_a_cut_log_is_named(made, case):
    data = (case / "log.jsonl").read_bytes()
    write_log(case, [data[:-40]])
    assert parts(case)[0] == "log.jsonl, entry 7"
    write_log(case, [])
    assert parts(case) == ["log.jsonl"]


def test_a_removed_last_entry_is_named_by_its_files_and_by_a_noted_hash(case):
    head = lab.verify(case, replay=False).last
    *others, last = lines_of(case)
    write_log(case, others)
    left = sorted(json.loads(last)["files"])
    assert parts(case) == left != []
    for path in left:
        (case / path).unlink()
    assert parts(case) == []
    assert parts(case, head=head) == ["log.jsonl"]


def test_a_noted_hash_says_how_many_entries_were_made_since(case):
    verdict = lab.verify(case, replay=False, head=open_case(case).entries[4].sha256)
    assert verdict.damages == []
    assert verdict.notes[0].startswith("2 entries")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], [3, 2, 4]),
        (lambda lines: [*lines[:2], *lines[3:]], [4]),
        (lambda lines: [*lines[:3], *lines[2:]], [3, 3]),
        (lambda lines: lines[1:], [2]),
    ],
    ids=["swapped", "removed", "twice", "beheaded"],
)
def test_moved_entries_are_named(case, change, named):
    write_log(case, change(lines_of(case)))
    found = [part for part in parts(case) if part.startswith("log")]
    assert found[0] == f"log.jsonl, entry {named[0]}"
    assert {f"log.jsonl, entry {number}" for number in named} >= set(found)


def test_an_entry_made_anew_breaks_the_chain(case):
    lines = lines_of(case)
    entry = replace(open_case(case).entries[3], why="another reason")
    write_log(case, [*lines[:3], sealed(entry), *lines[4:]])
    assert parts(case) == ["log.jsonl, entry 5"]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "undo"},
        {"files": {"../out": START}},
        {"files": {"/out": START}},
        {"step": {}},
        {"more": 1},
        {"schema": 2},
    ],
)
def test_entries_of_other_fields_are_refused(case, fields):
    import hashlib

    line = json.loads(lines_of(case)[-1])
    line.pop("sha256")
    body = json.dumps({**line, **fields}).encode()
    forged = body[:-1] + f', "sha256": "{hashlib.sha256(body).hexdigest()}"}}\n'.encode()
    write_log(case, [*lines_of(case)[:-1], forged])
    assert parts(case)[0] == "log.jsonl, entry 7"


@pytest.mark.parametrize(
    "path", ["originals/a.png", "steps/0002/b.jpg", "steps/0002/a.mask.png", "masks/0003/b.png", "runs"]
)
def test_a_flipped_byte_of_a_file_is_named(case, path):
    file = next((case / path).iterdir()) if path == "runs" else case / path
    flip(file, 40)
    assert parts(case) == [file.relative_to(case).as_posix()]


def test_missing_added_and_linked_files_are_named(case, tmp_path):
    (case / "originals/a.png").rename(tmp_path / "a.png")
    (case / "steps/0002/more.png").write_bytes(b"")
    (case / "notes.txt").write_bytes(b"")
    (case / "steps/0002/b.jpg").rename(tmp_path / "b.jpg")
    (case / "steps/0002/b.jpg").symlink_to(tmp_path / "b.jpg")
    assert parts(case) == ["originals/a.png", "steps/0002/b.jpg", "notes.txt", "steps/0002/more.png"]


def test_steps_of_a_changed_file_are_not_replayed_the_others_are(case):
    flip(case / "originals/b.jpg", 300)
    verdict = lab.verify(case)
    using = [entry.number for entry in open_case(case).entries if entry.step and "b.jpg" in entry.step.originals]
    assert [one.part for one in verdict.damages] == [
        "originals/b.jpg",
        *(f"log.jsonl, entry {number}" for number in using),
    ]
    assert 0 < verdict.replayed == verdict.steps - len(using)


def forge(case, change):
    """Change a result by `change`, and make the whole log anew so that it fits."""
    file = case / "steps/0002/a.png"
    file.chmod(0o600)
    pixels = np.array(Image.open(file))
    Image.fromarray(change(pixels)).save(file)
    entries = list(open_case(case).entries)
    entries[1] = replace(entries[1], files={**entries[1].files, "steps/0002/a.png": hash_of(file)})
    write_log(case, remake(entries))
    assert parts(case) == []


def brighter(by):
    return lambda pixels: np.where(np.arange(pixels.size).reshape(pixels.shape) == 5, pixels + by, pixels).astype(
        np.uint8
    )


@pytest.mark.parametrize("by", [1, 40])
def test_a_forged_result_with_a_log_that_fits_is_named_by_the_replay(case, by):
    forge(case, brighter(by))
    (damage,) = lab.verify(case).damages
    assert damage.part == "steps/0002/a.png"
    assert f"{by} level" in damage.what


def test_on_another_machine_results_within_one_level_are_said_to_be_so(case, monkeypatch):
    forge(case, brighter(1))
    monkeypatch.setattr(module, "machine", lambda: {"model": "another processor"})
    verdict = lab.verify(case)
    assert (verdict.damages, verdict.near) == ([], 1)
    (note,) = verdict.notes
    assert "another processor" in note


def test_on_another_machine_results_further_away_are_damage(case, monkeypatch):
    forge(case, brighter(2))
    monkeypatch.setattr(module, "machine", lambda: {"model": "another processor"})
    (damage,) = lab.verify(case).damages
    assert damage.part == "steps/0002/a.png"
    assert "another processor" in damage.what


def test_what_is_no_case_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none", tmp_path / "none.zip"):
        with pytest.raises(InputError):
            lab.verify(path)
