"""`restore run` from the command line to what it prints; what a run does is tested in tests/running."""

import json
import os
import signal
import subprocess
import sys

import pytest

from restore.planning.options import flag_of, flags
from restore.running.opened import open_run

RECIPE = ["fingerprint", "--corrupt", "box", "--limit", "60", "--epochs", "1"]


def test_the_plan_without_running(restore, tmp_path):
    answer = restore("run", *RECIPE, "--dry-run")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("recipe    fingerprint/fingerprint\n")
    assert "builtin/box" in answer.out
    plan = restore("run", *RECIPE, "--size", "64x80", "--gallery", "none", "--dry-run", "--json").json
    assert plan["schema"] == 1
    assert (plan["plan"]["size"], plan["plan"]["gallery"], plan["plan"]["limit"]) == ([64, 80], 0, 60)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [[], ["fingerprint", "--like", "last"], ["--like", "a", "--resume", "b"]])
def test_exactly_one_of_recipe_like_and_resume(restore, arguments):
    answer = restore("run", *arguments)
    assert (answer.code, answer.out, answer.failure.code) == (2, "", "conflict")
    assert answer.error


BESIDE = {
    **{name: f"{flag_of(name)}={'8' if flag.least is not None else 'box'}" for name, flag in flags().items()},
    "name": "--name=a",
    "dry_run": "--dry-run",
    "no_cache": "--no-cache",
    "skip_bad": "--skip-bad",
}


@pytest.mark.parametrize("option", BESIDE.values())
def test_resume_takes_nothing_that_a_plan_says(restore, make_run, option):
    make_run(status="stopped")
    answer = restore("run", "--resume", "last", option)
    assert (answer.code, answer.out) == (2, "")
    assert (answer.failure.code, answer.failure.where) == ("resume-options", option.partition("=")[0])


def test_like_lists_what_differs(restore, make_run):
    plan = restore("run", *RECIPE, "--dry-run", "--json").json["plan"]
    make_run(plan=plan)
    answer = restore("run", "--like", "last", "--epochs", "3", "--seed", "4", "--dry-run")
    assert answer.code == 0
    changes = [line.strip() for line in answer.out.splitlines() if " -> " in line]
    assert changes == ["dataset.options.seed: 0 -> 4", "seed: 0 -> 4", "training.epochs: 1 -> 3"]
    same = restore("run", "--like", "last", "--dry-run", "--json")
    assert same.json["plan"] == plan
    assert "->" not in same.err


def test_like_keeps_the_threads_of_the_plan_whatever_the_machine_has(restore, make_run, monkeypatch):
    monkeypatch.setattr("restore.planning.resolve.usable", lambda: 3)
    plan = restore("run", *RECIPE, "--dry-run", "--json").json["plan"]
    assert plan["training"]["threads"] == 3
    make_run(plan=plan)
    monkeypatch.setattr("restore.planning.resolve.usable", lambda: 1)
    assert restore("run", "--like", "last", "--dry-run", "--json").json["plan"] == plan
    other = restore("run", "--like", "last", "--threads", "2", "--dry-run", "--json")
    assert other.json["plan"]["training"]["threads"] == 2
    assert "training.threads: 3 -> 2" in other.err


def test_a_run_from_the_command_line_to_the_panel(restore, stand_in, tmp_path):
    answer = restore("run", "small", "--corrupt=box:size=4", "--name=one")
    assert answer.code == 0
    assert [line[:9] for line in answer.err.splitlines()] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    assert answer.out.startswith("box:size=4: ")
    assert "restored" in answer.out
    assert answer.out.endswith("\nrun file: runs/one.h5\n")
    assert "\x1b" not in answer.out + answer.err
    assert restore("show", "one", "--panel", "one.png").code == 0
    assert restore("run", "--resume", "one").failure.code == "complete"
    like = restore("run", "--like", "one", "--seed", "1", "--name", "other", "--json")
    assert (like.code, like.json["status"], like.json["plan"]["seed"]) == (0, "complete", 1)
    assert [line.strip() for line in like.err.splitlines()[1:]] == ["seed: 0 -> 1"]
    assert sorted(path.name for path in (tmp_path / "runs").glob("*.h5")) == ["one.h5", "other.h5"]


def test_a_run_stopped_by_a_signal_is_resumed_by_the_line_that_is_printed(restore, stand_in, monkeypatch):
    fit = stand_in.fit

    def fit_and_be_stopped(*arguments, watch, **options):
        os.kill(os.getpid(), signal.SIGTERM)
        return fit(*arguments, watch=watch, **options)

    monkeypatch.setattr("restore.pipeline.model.fit", fit_and_be_stopped)
    stopped = restore("run", "small", "--name", "one")
    assert (stopped.code, stopped.failure.code) == (143, "stopped")
    monkeypatch.setattr("restore.pipeline.model.fit", fit)
    _, _, command = stopped.failure.hint.partition("restore ")
    resumed = restore(*command.split(), "--json")
    assert (resumed.code, resumed.json["status"]) == (0, "complete")
    assert [entry.level for entry in open_run("runs/one.h5").record.events] == ["error", "info"]


def test_a_fault_on_the_way_is_three_lines_below_the_epochs(restore, stand_in):
    answer = restore("run", "small", "--model", "filler:fails=restoring", "--name", "one")
    assert answer.code == 1
    lines = answer.err.splitlines()
    assert [line[:6] for line in lines[:3]] == ["epoch "] * 3
    assert len(lines) == 6
    assert answer.failure.code == "plugin-fault"
    assert answer.failure.where.endswith("runs/one.h5: epoch 3 stands")


@pytest.mark.parametrize(
    ("option", "code"),
    [
        ("--size=1000000000", "out-of-range"),
        (f"--size={'9' * 4_000}", "out-of-range"),
        ("--size=auto", "bad-value"),
        ("--gallery=99999999999999", "out-of-range"),
        ("--gallery=some", "bad-value"),
        (f"--epochs={'9' * 4_000}", "out-of-range"),
        ("--lr=nan", "out-of-range"),
        ("--lr=0", "out-of-range"),
        ("--optimizer=adm", "unknown-value"),
    ],
)
def test_a_value_that_an_option_does_not_take_is_refused_by_the_options_name(restore, option, code):
    answer = restore("run", "fingerprint", option, "--dry-run")
    assert (answer.code, answer.failure.code) == (2, code)
    assert answer.failure.where == option.partition("=")[0]


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_an_unknown_device_is_refused_without_a_backend(restore, tmp_path, monkeypatch, more):
    monkeypatch.setattr("restore.cli.run.load_backend", lambda: pytest.fail("loads the backend"))
    answer = restore("run", "fingerprint", "--corrupt", "box", "--device", "gpus", *more)
    assert (answer.code, answer.failure.code, answer.failure.where) == (2, "unknown-device", "--device")
    assert "gpu" in answer.failure.hint
    assert not list(tmp_path.iterdir())


HEAVY = {
    "fine": "",
    "fails": "raise RuntimeError('no licence')\n",
    "lacks": "import no_such_library\n",
}
"""What stands below `import keras` in the module of a plugin's model."""
MODULE = """
import os
import keras
os.write(2, b"raw lines\\nof a library\\n" * 50)
{fault}
def model(shape):
    inputs = keras.Input(shape)
    return keras.Model(inputs, keras.layers.Conv2D(shape[-1], 3, padding="same")(inputs))
"""
PLUGIN = """
from restore.api import Model, hookimpl
RESTORE_API = 1

@hookimpl
def restore_models():
    return [Model("heavy", "heavy_model:model", "Imports Keras at its top.")]
"""


@pytest.fixture
def heavy(tmp_path, make_run):
    """Call `restore` in a process of its own, beside a plugin whose model's module imports Keras at its top."""

    def call(fault, *arguments):
        package = tmp_path / "package"
        info = package / "heavy-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: heavy\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[restore]\nheavy = heavy\n")
        (package / "heavy.py").write_text(PLUGIN)
        (package / "heavy_model.py").write_text(MODULE.format(fault=HEAVY[fault]))
        # In the place of Keras, so that what is tested takes no seconds; it is as talkative.
        (package / "keras.py").write_text('import os\nos.write(2, b"I0000 more raw lines\\n" * 50)\n')
        kept = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
        command = [sys.executable, "-m", "restore", *arguments]
        return subprocess.run(
            command,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={**kept, "PYTHONPATH": str(package)},
        )

    return call


def test_a_plan_with_a_model_that_imports_keras_at_its_top_is_made_in_silence(heavy):
    done = heavy("fine", "run", "fingerprint", "--model", "heavy", "--dry-run", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["plan"]["model"]["component"] == "heavy/heavy"


@pytest.mark.parametrize("fault", ["fails", "lacks"])
@pytest.mark.parametrize("more", [[], ["--dry-run"], ["--json"], ["--device", "cpu"]])
def test_a_faulty_model_that_imports_keras_at_its_top_is_three_lines(heavy, fault, more):
    done = heavy(fault, "run", "fingerprint", "--model", "heavy", *more)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) <= 3
    assert "model heavy/heavy of heavy 1.0" in done.stderr


@pytest.mark.parametrize("how", ["--like", "--resume"])
def test_a_run_of_a_faulty_model_is_repeated_or_resumed_in_three_lines(heavy, restore, make_run, how):
    plan = restore("run", *RECIPE, "--dry-run", "--json").json["plan"]
    plan["model"] = {"component": "heavy/heavy", "spec": "heavy/heavy", "level": None, "options": {}}
    make_run(plan=plan, status="stopped")
    done = heavy("fails", "run", how, "last")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) <= 3


@pytest.mark.trains
def test_a_small_run_by_keras_on_a_named_device(restore):
    small = ["--size=32", "--limit=20", "--epochs=1", "--batch=8", "--model=selective-unet:width=8,depth=2"]
    answer = restore("run", "fingerprint", "--corrupt=box:size=8", "--baseline=none", *small, "--device=cpu", "--json")
    assert (answer.code, answer.json["status"]) == (0, "complete")
    assert answer.err == ""


@pytest.mark.trains
def test_a_gpu_that_is_missing_is_refused_and_nothing_written(restore, tmp_path):
    from restore.system.environment import has_gpu

    if has_gpu():
        pytest.skip("this machine has a GPU")
    answer = restore("run", "fingerprint", "--corrupt", "box", "--device", "gpu")
    assert (answer.code, answer.failure.code, answer.failure.where) == (2, "no-gpu", "backend tensorflow")
    assert not list(tmp_path.iterdir())
