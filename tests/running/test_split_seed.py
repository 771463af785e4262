"""Several seeds on one split: the same images are tested, with the same damage, whatever the weights are."""

import csv

import pytest

from restore.errors import RequestError
from restore.events import Warned
from restore.planning.options import make_request
from restore.running.run import make_plan

SEEDS = (0, 1, 2)


def ids(run):
    return {name: tuple(one.ids) for name, one in run.record.data.items()}


def pixels_of(run):
    """Return the test images with their damage, as the gallery keeps them."""
    return {
        image.id: (image.clean.tobytes(), image.damaged.tobytes(), image.true_mask.tobytes()) for image in run.gallery
    }


def weights(run):
    return [array.tobytes() for ours in run.record.weights.values() for _, array in ours]


@pytest.fixture
def three(make):
    """Make a run of each of three seeds."""

    def three(**options):
        return [
            make(name=f"of-{seed}", seed=seed, corrupt=["box:size=4", "noise"], gallery=9, **options) for seed in SEEDS
        ]

    return three


def assert_one_test(made):
    assert len({tuple(sorted(pixels_of(run).items())) for run in made}) == 1
    assert len({str(sorted(ids(run).items())) for run in made}) == 1
    damaged = [[row["mean"] for row in run.scores if row["what"] == "damaged"] for run in made]
    assert damaged[0] == damaged[1] == damaged[2]
    assert len({str(weights(run)) for run in made}) == 3


@pytest.mark.parametrize("options", [{}, {"limit": 14}, {"fit": "window", "size": 8}], ids=["all", "limit", "windows"])
def test_three_seeds_on_one_split(three, options):
    made = three(split_seed=7, **options)
    assert_one_test(made)
    assert all(run.plan["split_seed"] == 7 for run in made)


def test_three_seeds_are_three_splits_without_one(three):
    made = three()
    assert len({str(sorted(ids(run).items())) for run in made}) == 3
    assert not any("split_seed" in run.plan for run in made)


def test_the_seed_itself_as_split_seed_is_the_same_run(make):
    one, other = make(seed=3), make(name="other", seed=3, split_seed=3)
    assert (weights(one), ids(one), list(one.scores)) == (weights(other), ids(other), list(other.scores))


def test_one_seed_on_several_splits_begins_alike(make):
    one, other = make(split_seed=1), make(name="other", split_seed=2)
    assert ids(one) != ids(other)


def test_a_split_that_a_run_had_is_exported_and_taken(make, three, restore, runs, tmp_path):
    first = make(seed=5)
    answer = restore("export", "one", "--split", "split.csv", "--runs", runs)
    assert (answer.code, "12 groups" in answer.err) == (0, True)
    rows = list(csv.DictReader((tmp_path / "split.csv").read_text().splitlines()))
    sets = {name: set(one.groups) for name, one in first.record.data.items()}
    assert {name: {row["group"] for row in rows if row["split"] == name} for name in sets} == sets
    made = three(split=str(tmp_path / "split.csv"))
    assert_one_test(made)
    assert ids(made[0]) == ids(first)
    assert made[1].plan["split_seed"] == 0
    (tmp_path / "split.csv").unlink()
    again = make_plan(make_request(None), like="of-1", runs=runs).plan
    assert again == made[1].planned
    assert make_plan(make_request(None, data=tmp_path), like="of-1", runs=runs).plan.split is None
    assert restore("export", "one", "--split", "-", "--runs", runs).out.splitlines()[0] == "group,split"


def test_groups_that_a_split_leaves_out_are_left_out_with_a_warning(make):
    heard = []
    split = {"train": ["group-0", "group-1"], "validation": ["group-2"], "test": ["group-3"]}
    run = make(split=split, listener=heard.append)
    assert {name: set(one.groups) for name, one in run.record.data.items()} == {
        name: set(groups) for name, groups in split.items()
    }
    (warning,) = [event.text for event in heard if isinstance(event, Warned)]
    assert "16 images left out" in warning
    with pytest.raises(RequestError) as refused:
        make(name="other", split=split | {"test": ["group-33"]})
    assert (refused.value.code, refused.value.where) == ("unknown-group", "--split")


def test_a_seed_leaves_the_people_of_a_drawn_dataset_as_they_are():
    plans = [make_plan(make_request("fingerprint", seed=seed, split_seed=4)).plan for seed in SEEDS]
    assert {plan.dataset.options["seed"] for plan in plans} == {4}
    assert make_plan(make_request("fingerprint", seed=6)).plan.dataset.options["seed"] == 6
