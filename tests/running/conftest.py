"""Runs of the stand-in's plugin, made in a tenth of a second each."""

import pytest

from restore.events import ignore
from restore.planning.options import make_request
from restore.running.how import How
from restore.running.run import execute, make_plan, resume_run


def pytest_itemcollected(item):
    item.add_marker("versioned")


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def make(stand_in, runs):
    """Make a run, by default of the recipe `small`, or resume one; `change` alters its plan.

    With `from_run` it starts from that run's weights, with its plan.
    """

    def make(
        *, recipe="small", resume=None, from_run=None, name="one", change=lambda plan: plan, listener=ignore, **more
    ):
        how = {key: more.pop(key) for key in ("keep_state", "skip_bad", "should_stop", "device") if key in more}
        how = How(cache=False, listener=listener, **how)
        if resume is not None:
            return resume_run(resume, how, runs=runs)
        request = make_request(None if from_run else recipe, **more)
        planned = make_plan(request, from_run=from_run, runs=runs)
        return execute(change(planned.plan), how, runs=runs, name=name, parent=planned.parent)

    return make
