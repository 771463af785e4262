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


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--size=0", "--size 0"),
        ("--size=big", "--size big is no size"),
        ("--epochs=0", "--epochs 0"),
        ("--limit=-1", "--limit -1"),
        ("--lr=nan", "--lr nan"),
        ("--optimizer=adm", "there is no optimizer 'adm'"),
        ("--corrupt=bxo", "there is no corruption 'bxo'"),
        ("--gallery=all", "--gallery all"),
        ("--data=nowhere", "there is no folder nowhere"),
    ],
)
def test_a_wrong_value_is_told_and_nothing_is_written(restore, tmp_path, option, said):
    answer = restore("run", "fingerprint", option)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.error[0]
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_recipe_suggests_the_nearest(restore):
    answer = restore("run", "fingerprnt")
    assert answer.code == 2
    assert "fingerprint" in answer.error[-1]


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
