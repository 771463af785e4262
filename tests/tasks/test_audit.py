"""The memorisation audit: finds a model that knows its pictures by heart, and none where there is none."""

from dataclasses import replace

import numpy as np
import pytest

import restore
from restore.errors import RequestError
from restore.plugins.catalogue import Catalogue
from restore.runfile.record import SplitIds
from restore.show.audit import audit_parts
from restore.tasks import audit as room
from restore.tasks.audit import audit


def errors(mean, *, groups=20, each=5, seed=0):
    """Return the errors of pictures whose mean differs from group to group."""
    rng = np.random.default_rng(seed)
    squared = np.repeat(rng.normal(mean, 0.1 * mean, groups), each) + rng.normal(0, 0.05 * mean, groups * each)
    return room._Errors(squared * 100, np.full(groups * each, 100.0), np.repeat(np.arange(groups), each))


def test_what_is_restored_better_is_found_with_by_how_much():
    found = room._compare("box", errors(0.05), errors(0.1, seed=1), 0)
    assert found.remembers
    assert found.gap.value == pytest.approx(found.learned - found.unseen)
    assert found.gap.low < 10 * np.log10(2) < found.gap.high
    assert found.attack.value > 0.99
    assert (found.pictures, found.groups) == ((100, 100), (20, 20))


@pytest.mark.parametrize("seed", range(1, 6))
def test_equal_people_are_not_told_apart(seed):
    found = room._compare("box", errors(0.1, seed=seed), errors(0.1, seed=seed + 50), 0)
    assert found.gap.low < 0 < found.gap.high
    assert found.attack.low < 0.5 < found.attack.high
    assert not found.remembers


def test_a_tie_is_half_a_win():
    same = errors(0.1)
    assert room._compare("box", same, same, 0).attack.value == pytest.approx(0.5)


@pytest.mark.parametrize("groups", [(1, 20), (20, 1)])
def test_of_a_single_group_nothing_is_told(groups):
    learned, unseen = (errors(mean, groups=count) for mean, count in zip((0.05, 0.1), groups, strict=True))
    found = room._compare("box", learned, unseen, 0)
    assert (found.gap.low, found.gap.high, found.attack.low) == (None, None, None)
    assert not found.remembers
    shown = audit_parts([found])
    assert shown[-1] == "box: of a single group on one side nothing can be told"


@pytest.mark.trains
def test_an_audit_of_a_run(tmp_path, capsys):
    run = restore.run(
        "fingerprint",
        size=32,
        limit=24,
        epochs=1,
        batch=8,
        corrupt="box:size=8",
        baselines="none",
        runs=tmp_path,
        name="a",
    )
    (found,) = audit(run.record, Catalogue.installed())
    tests = len(run.record.data["test"].ids)
    assert found.corruption == "box:size=8"
    assert found.pictures == (tests, tests)
    # The damage of the test pictures is that of the scores.
    scored = next(
        row["mean"] for row in run.scores if (row["metric"], row["region"], row["what"]) == ("psnr", "hole", "restored")
    )
    assert found.unseen == pytest.approx(scored, abs=1e-3)
    assert list(audit(run.record, Catalogue.installed())) == [found]
    other = {**run.record.data, "test": SplitIds(["x"], ["x"], ["0" * 64])}
    with pytest.raises(RequestError, match="the data changed since the run"):
        next(audit(replace(run.record, data=other), Catalogue.installed()))


def test_an_untrained_run_is_refused(restore, make_run):
    make_run(status="stopped", weights=())
    answer = restore("audit", "last")
    assert (answer.code, answer.error[0]) == (2, "error: the run has no trained weights yet")
