import pytest

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
    assert (answer.code, answer.out) == (2, "")
    assert "exactly one of" in answer.error[0]


@pytest.mark.parametrize(
    "option",
    ["--epochs=0", "--seed=0", "--name=a", "--dry-run", "--no-cache", "--skip-bad", "--corrupt=box", "--size=8"],
)
def test_resume_takes_nothing_that_a_plan_says(restore, make_run, option):
    make_run(status="stopped")
    answer = restore("run", "--resume", "last", option)
    assert (answer.code, answer.out) == (2, "")
    assert answer.error[0] == f"error: --resume does not take {option.partition('=')[0]}"


def test_like_lists_what_differs(restore, make_run):
    plan = restore("run", *RECIPE, "--dry-run", "--json").json["plan"]
    make_run(plan=plan)
    answer = restore("run", "--like", "last", "--epochs", "3", "--seed", "4", "--dry-run")
    assert answer.code == 0
    assert answer.out.startswith(
        "like prints-box, but\n  dataset.options.seed: 0 -> 4\n  seed: 0 -> 4\n  training.epochs: 1 -> 3\n"
    )
    same = restore("run", "--like", "last", "--dry-run", "--json")
    assert same.json["plan"] == plan
    assert same.err == "the plan is that of prints-box\n"


def test_a_small_run_from_the_command_line_to_the_panel(restore, tmp_path):
    small = ["--size=32", "--limit=20", "--epochs=1", "--batch=8", "--model=selective-unet:width=8,depth=2"]
    answer = restore("run", "fingerprint", "--corrupt=box:size=8", "--baseline=none", "--name=small", *small)
    assert answer.code == 0
    lines = [line for line in answer.err.splitlines() if not line.startswith("warning: ")]
    assert [line[:9] for line in lines] == ["epoch 1/1"]
    assert answer.out.startswith("box:size=8: ")
    assert "restored" in answer.out
    assert answer.out.endswith("\nrun file: runs/small.h5\n")
    assert "\x1b" not in answer.out + answer.err
    assert restore("show", "small", "--panel", "small.png").code == 0
    assert restore("run", "--resume", "small").code == 2
    like = restore("run", "--like", "small", "--seed", "1", "--name", "other", "--json")
    assert (like.code, like.json["status"], like.json["plan"]["seed"]) == (0, "complete", 1)
    assert like.err.startswith("like small, but\n")
    assert "epoch" not in like.err.split("seed: 0 -> 1")[1]
    assert sorted(path.name for path in (tmp_path / "runs").glob("*.h5")) == ["other.h5", "small.h5"]


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--size=1000000000", "--size 1000000000 should be from 8 to 4096 pixels"),
        ("--gallery=99999999999999", "--gallery 99999999999999 should be from 0 to 1000, or none"),
    ],
)
def test_a_number_out_of_its_range_is_told_with_the_range(restore, option, told):
    assert restore("run", *RECIPE, option, "--dry-run").error == [f"error: {told}"]


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_a_device_that_is_none_is_told_without_a_backend(restore, tmp_path, monkeypatch, more):
    monkeypatch.setattr("restore.cli.run.load_backend", lambda: pytest.fail("loads the backend"))
    answer = restore("run", "fingerprint", "--corrupt", "box", "--device", "gpus", *more)
    assert answer.code == 2
    assert answer.error == ["error: there is no device 'gpus'", "  --device", "  did you mean gpu?"]
    assert not list(tmp_path.iterdir())


@pytest.mark.trains
def test_a_gpu_that_is_not_there_is_told_and_nothing_written(restore, tmp_path):
    from restore.system.environment import has_gpu

    if has_gpu():
        pytest.skip("there is a GPU")
    answer = restore("run", "fingerprint", "--corrupt", "box", "--device", "gpu")
    assert answer.code == 2
    assert answer.error[:2] == ["error: no GPU is found", "  backend tensorflow"]
    assert not list(tmp_path.iterdir())


@pytest.mark.trains
def test_the_device_may_be_named(restore):
    small = ("--limit", "12", "--size", "32", "--epochs", "1", "--model", "cae", "--baseline", "none")
    answer = restore("run", "fingerprint", "--corrupt", "box", *small, "--device", "cpu", "--json")
    assert (answer.code, answer.json["status"]) == (0, "complete")
