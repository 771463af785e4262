"""A case replays to the same bytes, and is as its log says."""

import json
import stat

import pytest
from tasks.case import lab

from restore.errors import InputError, RequestError
from restore.plugins.catalogue import Catalogue
from restore.plugins.components import Pretrained
from restore.runfile.encode import encode
from restore.running.opened import open_run
from restore.running.pretrained import NOBODY, strip
from restore.tasks.apply import apply_files
from restore.tasks.batch import Handling
from restore.tasks.case.folder import hash_of, open_case
from restore.tasks.case.steps import Words, add_originals


def test_all_steps_replay_to_the_same_bytes(case):
    verdict = lab.verify(case)
    assert (verdict.damages, verdict.notes, verdict.near) == ([], [], 0)
    assert (verdict.entries, verdict.originals, verdict.steps, verdict.replayed) == (7, 3, 6, 6)
    assert verdict.equal == len([path for path in open_case(case).files if path.startswith("steps/")]) > 6 * 3


@pytest.mark.slow
def test_a_hundred_steps_on_twenty_originals_replay_to_the_same_bytes(stand_in, tmp_path, figure):
    names = [f"{number:02}.{('png', 'jpg', 'tif', 'bmp')[number % 4]}" for number in range(20)]
    lab.do_steps(tmp_path, lab.begin(tmp_path, names), 100, names)
    verdict = lab.verify(tmp_path / "case")
    assert (verdict.damages, verdict.notes, verdict.near) == ([], [], 0)
    assert (verdict.originals, verdict.replayed) == (20, 100)
    figure(f"a case of 100 steps on 20 originals: {verdict.equal} files replayed, all the same bytes")


def test_originals_are_the_same_bytes_and_read_only(case, made):
    for name in lab.NAMES:
        original = case / "originals" / name
        assert original.read_bytes() == (made / "in" / name).read_bytes()
        assert not stat.S_IMODE(original.stat().st_mode) & 0o222


def test_an_entry_says_what_was_done_by_what_and_why(case, made):
    entry = open_case(case).entries[2]
    assert (entry.number, entry.kind, entry.who, entry.why) == (3, "restore", "ann", "try 1")
    assert entry.time.endswith("+00:00")
    step = entry.step
    assert step.originals == ["b.jpg"]
    assert (step.settings["mask"], step.settings["fill"]) == ("masks/0003", "mean")
    assert {"restore-toolkit", "numpy", "onnxruntime", "python", "stand-in"} <= step.versions.keys()
    assert step.machine.keys() == {"platform", "processor", "model"}
    (image,) = step.images
    assert image["input_sha256"] == hash_of(made / "in/b.jpg")
    assert image["mask"] == entry.files["masks/0003/b.png"] == hash_of(made / "masks/b.png")
    assert image["output_sha256"] == entry.files["steps/0003/b.jpg"] == hash_of(case / "steps/0003/b.jpg")
    assert step.run["file"] in open_case(case).files


def test_results_are_those_of_apply(case, made, tmp_path):
    run = open_run(made / "runs/r1.h5")
    apply_files(run, [str(made / "in")], tmp_path / "out", lab.SAVED, Handling())
    for name in lab.NAMES:
        assert (case / "steps/0002" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_a_run_is_kept_once(case):
    assert len(list((case / "runs").iterdir())) == 2


def test_originals_are_added_and_restored(case, tmp_path):
    entry = add_originals(
        case, [lab.save_scan(tmp_path / "d.png", 7)], Words("bob", "found later"), Handling(), new=False
    )
    assert (entry.number, entry.kind, list(entry.files)) == (8, "add", ["originals/d.png"])
    run = next((case / "runs").iterdir())
    assert lab.step(case, run, "d.png").entry.number == 9
    assert lab.verify(case).damages == []


def test_a_mask_of_one_file_is_kept_too(case, made):
    done = lab.step(case, made / "runs/r1.h5", "a.png", mask=str(made / "masks/b.png"))
    assert done.entry.step.settings["mask"] == "masks/0008/b.png"
    assert lab.verify(case).damages == []


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda case, made: lab.step(case, made / "runs/r1.h5", "x.png"), "not-found"),
        (lambda case, made: lab.step(case, made / "runs/r1.h5", mask=str(made / "masks/a.png")), "bad-option"),
        (lambda case, made: lab.step(case, made / "runs/none.h5"), "unknown-run"),
        (lambda case, made: lab.step(case, made / "runs/r1.h5", "a.png", mask=str(made / "none.png")), "not-found"),
        (lambda case, made: add_originals(case, [made / "in/a.png"], Words(), Handling(), new=False), "file-exists"),
        (lambda case, made: add_originals(case, [made / "runs/r1.h5"], Words(), Handling(), new=False), "not-an-image"),
        (lambda case, made: add_originals(case, [made / "in/a.png"], Words(), Handling(), new=True), "file-exists"),
        (
            lambda case, made: add_originals(made / "masks", [made / "in/a.png"], Words(), Handling(), new=True),
            "file-exists",
        ),
        (lambda case, made: lab.step(made / "in", made / "runs/r1.h5"), "no-case"),
    ],
)
def test_what_is_refused_leaves_no_trace(case, made, act, code):
    before = sorted(case.rglob("*")), (case / "log.jsonl").read_bytes()
    with pytest.raises(RequestError) as refused:
        act(case, made)
    assert refused.value.code == code
    assert before == (sorted(case.rglob("*")), (case / "log.jsonl").read_bytes())


def test_two_originals_of_one_name_are_refused(stand_in, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        lab.save_scan(tmp_path / folder / "a.png")
    images = [tmp_path / "one", tmp_path / "two"]
    with pytest.raises(RequestError) as refused:
        add_originals(tmp_path / "case", images, Words(), Handling(), new=True)
    assert refused.value.code == "target-clash"
    assert not (tmp_path / "case").exists()


def ship(stand_in, monkeypatch, folder, run):
    """Let the stand-in's plugin ship a run, stripped, from a package in the folder."""
    record = strip(open_run(run).record)
    folder.mkdir(parents=True)
    (folder / "shipped.h5").write_bytes(encode(record, NOBODY))
    monkeypatch.setattr("importlib.resources.files", lambda package: folder)
    pretrained = Pretrained("shipped", "package:shipped.h5", "A run.", "Nobody.", "CC0-1.0")
    components = (*stand_in.PLUGIN.components, pretrained)
    monkeypatch.setattr(Catalogue, "installed", lambda: stand_in.catalogue(components=components))


def test_a_shipped_run_is_named_not_kept(case, made, stand_in, monkeypatch, tmp_path):
    ship(stand_in, monkeypatch, tmp_path / "one", made / "runs/r1.h5")
    told = lab.step(case, "stand-in/shipped", "a.png").entry.step.run
    assert (told["shipped"], told["from"], "file" in told) == ("stand-in/shipped", "stand-in 1.0", False)
    assert lab.verify(case).damages == []
    ship(stand_in, monkeypatch, tmp_path / "two", made / "runs/r2.h5")
    (damage,) = lab.verify(case).damages
    assert damage.part == "log.jsonl, entry 8"
    assert "another" in damage.what


def test_the_log_is_json_lines_in_a_chain(case):
    lines = [json.loads(line) for line in (case / "log.jsonl").read_bytes().splitlines()]
    assert [line["number"] for line in lines] == list(range(1, 8))
    assert [line["previous"] for line in lines[1:]] == [line["sha256"] for line in lines[:-1]]


def test_a_changed_original_is_not_worked_on(case, made):
    (case / "originals/a.png").chmod(0o600)
    (case / "originals/a.png").write_bytes((case / "originals/b.jpg").read_bytes())
    with pytest.raises(InputError) as refused:
        lab.step(case, made / "runs/r1.h5")
    assert refused.value.code == "damaged-case"
    assert lab.step(case, made / "runs/r1.h5", "b.jpg").entry.number == 8


def test_no_step_is_logged_without_a_result(made, stand_in, tmp_path, monkeypatch):
    monkeypatch.setattr("restore.tasks.finding.READ_WHOLE", 0)
    (tmp_path / "cut.png").write_bytes((made / "in/a.png").read_bytes()[:-30])
    add_originals(tmp_path / "case", [tmp_path / "cut.png"], Words(), Handling(), new=True)
    with pytest.raises(InputError) as refused:
        lab.step(tmp_path / "case", made / "runs/r1.h5")
    assert "no image was restored" in refused.value.what
    assert len(open_case(tmp_path / "case").entries) == 1
