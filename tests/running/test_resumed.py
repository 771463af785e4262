"""A run that was stopped is resumed as if it had not been, or refused where its plugins or its data changed."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest
from running.steps import assert_same_work, stopping, without_schedule

from restore.errors import InputError, RequestError, Stopped
from restore.events import Advance, EpochDone, Pulse
from restore.images import write
from restore.plugins.catalogue import Catalogue
from restore.runfile.read import read
from restore.running.opened import open_run


@pytest.mark.parametrize("several", [False, True], ids=["one network", "two networks"])
@pytest.mark.parametrize(
    ("kind", "phase", "times", "epochs"),
    [
        (Advance, "training", 1, 0),
        (Pulse, "training", 1, 0),
        (EpochDone, "training", 1, 1),
        (Advance, "training", 11, 2),
        (EpochDone, "training", 3, 3),
        (Advance, "scoring", 1, 3),
        (Pulse, "scoring", 2, 3),
    ],
)
def test_stopped_anywhere_and_resumed_equals_uninterrupted(make, several, kind, phase, times, epochs):
    options = {"model": f"filler:several={json.dumps(several)}", "corrupt": ["box:size=4", "noise|box:size=3"]}
    whole = make(name="whole", **options)
    with pytest.raises(Stopped) as stopped:
        make(**options, **stopping(kind, phase, times))
    half = open_run(stopped.value.where.partition(": epoch")[0])
    assert (half.status, len(half.history)) == ("stopped", epochs)
    assert (stopped.value.code, stopped.value.exit_code) == ("stopped", 128 + signal.SIGTERM)
    assert stopped.value.where == f"{half.path}: epoch {epochs} stands"
    assert f"restore run --resume {half.path}" in stopped.value.hint
    resumed = make(resume=half.path)
    assert_same_work(whole, resumed)
    assert list(resumed.record.weights) == ["fill", "other"][: 1 + several]
    assert [entry.level for entry in resumed.record.events] == ["error", "info"]


def test_a_run_that_is_resumed_is_running(make, runs):
    path, seen = stopped_run(make, runs), []
    make(resume="one", listener=lambda event: seen.append(open_run(path).status) if isinstance(event, Pulse) else None)
    assert set(seen) == {"running"}


def test_training_that_stopped_early_is_not_resumed_but_scored(make):
    options = {"epochs": 9, "lr": 90, "change": lambda plan: without_schedule(plan, patience=2)}
    with pytest.raises(Stopped):
        make(**options, **stopping(Advance, "scoring"))
    whole, resumed = make(name="whole", **options), make(resume="one")
    assert len(resumed.history) < 9
    assert_same_work(whole, resumed)


def test_a_complete_run_is_not_resumed(make):
    run = make()
    before = run.path.read_bytes()
    with pytest.raises(RequestError) as refused:
        make(resume=run.path)
    assert (refused.value.code, refused.value.where) == ("complete", str(run.path))
    assert refused.value.hint == "restore show one"
    assert run.path.read_bytes() == before


def stopped_run(make, runs, **options):
    with pytest.raises(Stopped):
        make(**options, **stopping(EpochDone, "training"))
    return runs / "one.h5"


def test_a_run_of_another_version_is_not_resumed(make, runs, stand_in, monkeypatch):
    path = stopped_run(make, runs)
    before = path.read_bytes()
    monkeypatch.setattr(Catalogue, "installed", lambda: stand_in.catalogue(version="2.0"))
    with pytest.raises(RequestError) as refused:
        make(resume="one")
    assert (refused.value.code, refused.value.where) == ("owners-changed", str(path))
    assert "stand-in/filler of stand-in 1.0, now of stand-in 2.0" in refused.value.what
    assert refused.value.hint.endswith("restore run --like one")
    assert path.read_bytes() == before


@pytest.fixture
def folder(tmp_path, stand_in):
    """Return a folder of 24 images."""
    source = stand_in.prints(None)
    (tmp_path / "prints").mkdir()
    for i in range(len(source)):
        write(tmp_path / "prints" / f"{i:02}.png", source[i].clean)
    return tmp_path / "prints"


def test_a_run_on_other_data_is_not_resumed(make, runs, folder):
    path = stopped_run(make, runs, data=folder)
    before = path.read_bytes()
    write(folder / "03.png", np.full((16, 16, 1), 0.5, np.float32), overwrite=True)
    (folder / "05.png").rename(folder / "99.png")
    with pytest.raises(RequestError) as refused:
        make(resume="one")
    assert (refused.value.code, refused.value.where) == ("data-changed", str(path))
    assert all(text in refused.value.what for text in ("1 gone (05.png)", "1 new (99.png)", "1 changed (03.png)"))
    assert path.read_bytes() == before


def test_images_left_out_are_listed_and_left_out_again(make, runs, folder):
    (folder / "07.png").write_bytes(b"nothing")
    with pytest.raises(InputError):
        make(data=folder)
    path = stopped_run(make, runs, data=folder, skip_bad=True)
    assert [one["id"] for one in read(path).skipped] == ["07.png"]
    assert make(resume="one").status == "complete"


HOLD = """
import sys
from pathlib import Path
from restore.runfile.lock import hold

with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_run_that_another_process_holds_is_not_resumed(make, runs):
    path = stopped_run(make, runs)
    held = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with held:
        assert held.stdout.readline() == b"held\n"
        with pytest.raises(RequestError) as refused:
            make(resume="one")
        held.stdin.close()
    assert (refused.value.code, refused.value.where) == ("run-in-use", str(path))
    assert make(resume="one").status == "complete"


def test_an_unknown_device_is_refused(make, runs):
    stopped_run(make, runs)
    with pytest.raises(RequestError) as refused:
        make(resume="one", device="gpus")
    assert (refused.value.code, refused.value.where) == ("unknown-device", "--device")
