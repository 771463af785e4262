"""Runs of the stand-in's plugin, made in a tenth of a second each."""

import pytest

from restore.events import ignore
from restore.planning.options import make_request
from restore.running.how import How
from restore.running.run import execute, make_plan, resume_run


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def make(stand_in, runs):
    """Make a run, by default of the recipe `small`, or resume one; `change` alters its plan."""

    def make(*, recipe="small", resume=None, name="one", change=lambda plan: plan, listener=ignore, **more):
        how = {key: more.pop(key) for key in ("keep_state", "skip_bad", "should_stop", "device") if key in more}
        how = How(cache=False, listener=listener, **how)
        if resume is not None:
            return resume_run(resume, how, runs=runs)
        plan = make_plan(make_request(recipe, **more)).plan
        return execute(change(plan), how, runs=runs, name=name)

    return make
