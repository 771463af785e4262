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
        ("output", "loss is (nan|inf)"),
        ("loss", "loss is {value}"),
        ("weight", "a weight is not finite"),
        ("validation", "val_loss is {value}"),
    ],
)
def test_the_run_stops_by_name_and_the_last_good_epoch_stands(restore, zoo, tmp_path, place, named, value):
    zoo("tiny", "not_finite")
    model = f"zoo-not-finite/poisoned:place={place},step={2 * STEPS},value={value}"
    answer = restore("run", "tiny", "--model", model, "--epochs", "5", "--name", "bad")
    told = answer.err.splitlines()[2:]
    assert answer.code == 1
    assert re.fullmatch(f"error: {named.format(value=value)} after epoch 3", told[0])
    owner = "model zoo-not-finite/poisoned of zoo-not-finite 1.0"
    assert told[1:] == [f"  {owner}; runs/bad.h5: epoch 2 stands", "  go on with a smaller learning rate: --like, --lr"]
    path = tmp_path / "runs" / "bad.h5"
    record = read(path)
    assert not verify(path)
    assert (record.status, len(record.history)) == ("failed", 2)
    assert all(np.isfinite(array).all() for _, array in record.weights)
    assert record.events[-1].level == "error"
