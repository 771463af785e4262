"""A split by image puts groups on both sides, says so, and is kept by whatever follows a run."""

import restore


def sets(run):
    return {name: set(split.ids) for name, split in run.record.data.items()}


def groups(run):
    return {name: set(split.groups) for name, split in run.record.data.items()}


def test_groups_are_on_both_sides_and_the_run_says_so(make):
    run = make(split="image")
    assert groups(run)["train"] & groups(run)["test"]
    assert [len(one) for one in sets(run).values()] == [19, 3, 2]
    said = [one.text for one in run.record.events if one.level == "warning"]
    assert any("split by image" in text for text in said)


def test_by_group_none_is(make):
    run = make(split="group")
    assert not groups(run)["train"] & groups(run)["test"]
    assert "split_by" not in run.plan


def test_a_repeated_run_is_split_alike(make, runs):
    run = make(split="image")
    assert sets(restore.run(like="one", runs=runs)) == sets(run)


def test_an_evaluation_leaves_out_what_was_learned_by_its_pixels(make, runs):
    run = make(split="image")
    scored = restore.evaluate("one", runs=runs, corrupt="noise")
    assert set(scored.record.data["test"].ids) == sets(run)["test"]


def test_a_run_from_its_weights_is_tested_on_the_same_images(make, runs):
    run = make(split="image")
    assert sets(restore.run(from_run="one", runs=runs))["test"] == sets(run)["test"]


def test_nor_is_one_at_another_size_tested_on_what_was_learned(make, runs):
    run = make(split="image")
    learned = sets(run)["train"] | sets(run)["validation"]
    assert not sets(restore.run(from_run="one", fit="crop", size=12, split_seed=5, runs=runs))["test"] & learned
