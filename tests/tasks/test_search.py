"""A search chooses its points by the losses of earlier ones, ends hopeless ones, and is the same when repeated."""

from functools import partial

import pytest

from restore.planning.grid import parse_axes
from restore.system.workers import here
from restore.tasks.search import PRUNED, bar_of, find_points, is_hopeless, losses_of

pytest.importorskip("optuna", reason="needs the extra optuna")


@pytest.fixture
def search(stand_in, tmp_path):
    def find(trials, *texts, at_once=1, runs="runs", **options):
        chosen = []
        executor = partial(here, start=lambda: None)
        outcomes = list(
            find_points(
                "small",
                options,
                parse_axes(texts),
                trials,
                tmp_path / runs,
                executor,
                chosen,
                at_once=at_once,
                cache=False,
            )
        )
        return chosen, outcomes

    return find


def states(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.h5")}


def test_numbers_come_from_their_range_and_names_from_their_list(search):
    chosen, outcomes = search(6, "lr=0.01..1", "batch=3..9", "optimizer=sgd,adam", epochs=2)
    assert len(chosen) == 6
    assert {one.status for one in outcomes} <= {"complete", PRUNED}
    for point in chosen:
        training = point.plan.training
        assert 0.01 <= training.lr <= 1
        assert 3 <= training.batch <= 9
        assert training.optimizer in {"sgd", "adam"}
    assert len({point.plan.training.lr for point in chosen}) > 1


def test_repeated_it_makes_the_same_choices_and_does_nothing_again(search, tmp_path):
    first, _ = search(5, "lr=0.001..1", epochs=4)
    before = states(tmp_path / "runs")
    again, _ = search(5, "lr=0.001..1", epochs=4)
    assert [one.name for one in again] == [one.name for one in first]
    assert states(tmp_path / "runs") == before
    more, _ = search(7, "lr=0.001..1", epochs=4)
    assert [one.name for one in more[:5]] == [one.name for one in first]
    assert {name: state for name, state in states(tmp_path / "runs").items() if name in before} == before


def test_points_between_two_choices_are_all_told(search):
    chosen, outcomes = search(5, "lr=0.001..1", at_once=2, epochs=2)
    assert {one.name for one in outcomes} == {one.name for one in chosen}


def test_a_point_that_fails_ends_no_search(search):
    _, outcomes = search(4, "model=filler,filler:fails=training", epochs=2)
    assert {one.status for one in outcomes} <= {"complete", "failed", PRUNED}


def test_the_bar_is_the_median_of_the_best_losses_so_far():
    histories = [[4, 2, 3], [5, 5, 1], [3, 3, 3], [9, 9, 9]]
    assert bar_of(histories[:3]) == []
    assert bar_of(histories) == [4.5, 4.0, 2.5]


def test_no_point_is_ended_in_its_first_quarter_nor_at_its_last_epoch():
    bar = [1.0] * 8
    assert not is_hopeless([2.0], bar, 8)
    assert is_hopeless([2.0, 2.0], bar, 8)
    assert not is_hopeless([2.0, 0.5, 3.0], bar, 8)
    assert not is_hopeless([2.0], bar, 1)
    assert not is_hopeless([2.0] * 4, [], 8)


def test_a_hopeless_point_keeps_the_epochs_that_it_had(search, tmp_path):
    chosen, outcomes = search(12, "lr=0.0001..1", epochs=8)
    lengths = {one.name: len(losses_of(tmp_path / "runs" / f"{one.name}.h5")) for one in chosen}
    pruned = [one.name for one in outcomes if one.status == PRUNED]
    assert pruned
    assert all(2 <= lengths[name] < 8 for name in pruned)
    assert all(lengths[one.name] == 8 for one in outcomes if one.status == "complete")
