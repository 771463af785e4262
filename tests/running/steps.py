"""Listeners that end a run at a step of its way, and runs compared to the last bit."""

import dataclasses
import signal

import numpy as np

from restore.events import Phase


def stopping(kind, phase, times=1):
    """Return a listener and what asks to stop: at the event of a kind that comes so many times in a phase."""
    now, left = "", times

    def listen(event):
        nonlocal now, left
        now = event.name if isinstance(event, Phase) else now
        left -= isinstance(event, kind) and now == phase

    return {"listener": listen, "should_stop": lambda: signal.SIGTERM if left <= 0 else None}


def raising(error, kind, phase):
    """Return a listener that raises an error at the first event of a kind in a phase."""
    now = ""

    def listen(event):
        nonlocal now
        now = event.name if isinstance(event, Phase) else now
        if isinstance(event, kind) and now == phase:
            raise error

    return listen


def without_schedule(plan, **more):
    return dataclasses.replace(plan, training=dataclasses.replace(plan.training, schedule=None, **more))


def assert_same_work(first, second):
    """Assert that weights, losses, scores and gallery of two runs are equal to the last bit."""
    one, two = first.record, second.record
    assert list(one.weights) == list(two.weights)
    for name, ours in one.weights.items():
        # Keras numbers layers by those of the process before them, so that names may differ.
        assert all(np.array_equal(array, same) for (_, array), (_, same) in zip(ours, two.weights[name], strict=True))
    rows = [[{**row, "seconds": 0} for row in run.history] for run in (first, second)]
    assert rows[0] == rows[1]
    assert list(first.scores) == list(second.scores)
    assert np.array_equal(one.scores.value, two.scores.value, equal_nan=True)
    assert [image.restored.tobytes() for image in one.gallery] == [image.restored.tobytes() for image in two.gallery]
