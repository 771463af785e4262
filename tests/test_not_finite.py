"""Numbers that are none stop a run by name, and the last good epoch stands.

Those in pixels, outputs after the network and scores are in tests/test_plugin_faults.py.
"""

import re

import numpy as np
import pytest

from restore.runfile.read import read
from restore.runfile.verify import verify

STEPS = 2  # training steps of an epoch: eight of twelve pictures, four at a time


@pytest.mark.trains
@pytest.mark.parametrize("value", ["nan", "inf"])
@pytest.mark.parametrize(
    ("place", "named"),
    [
        ("output", "loss"),
        ("loss", "loss"),
        ("weight", "weight"),
        ("validation", "val_loss"),
    ],
)
def test_the_run_stops_by_name_and_the_last_good_epoch_stands(restore, zoo, tmp_path, place, named, value):
    zoo("tiny", "not_finite")
    model = f"zoo-not-finite/poisoned:place={place},step={2 * STEPS},value={value}"
    answer = restore("run", "tiny", "--model", model, "--epochs", "5", "--name", "bad")
    assert (answer.code, answer.failure.code) == (1, "not-finite")
    assert {named, "3"} <= set(re.findall(r"\w+", answer.failure.what))  # what, and after which epoch
    owner = "model zoo-not-finite/poisoned of zoo-not-finite 1.0"
    assert answer.failure.where == f"{owner}; runs/bad.h5: epoch 2 stands"
    assert "--lr" in answer.failure.hint
    path = tmp_path / "runs" / "bad.h5"
    record = read(path)
    assert not verify(path)
    assert (record.status, len(record.history)) == ("failed", 2)
    assert all(np.isfinite(array).all() for _, array in record.weights["model"])
    assert record.events[-1].level == "error"
