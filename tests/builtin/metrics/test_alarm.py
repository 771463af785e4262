"""The metric `alarm` by scores worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.api import Scored
from restore.builtin.metrics.alarm import alarm, area, threshold
from restore.testing import check_metric


def scored(damaged, clean, name="mask", **outputs):
    """Return images whose highest probability of damage is given, at one pixel each."""

    def planes(values):
        planes = np.zeros((len(values), 4, 5, 1), np.float32)
        planes[:, 1, 2, 0] = values
        return {name: planes}

    images = np.zeros((len(damaged), 4, 5, 1), np.float32)
    names = [str(i) for i in range(len(damaged))]
    masks = np.zeros((len(damaged), 4, 5), bool)
    given = {"outputs": planes(damaged), "undamaged": planes(clean), **outputs}
    return Scored(images, images, images, masks, names, names, [{}] * len(damaged), masks, **given)


def test_rates_at_the_lowest_threshold_with_few_enough_false_alarms():
    found = alarm(scored([0.9, 0.6, 0.5, 0.1], [0.5, 0.4, 0.3, 0.2]), false=0.25)
    np.testing.assert_array_equal(found["tpr"], [1, 1, 1, 0])  # above .4
    np.testing.assert_array_equal(found["fpr"], [1, 0, 0, 0])
    assert found["auc"] == (4 + 4 + 3.5 + 0) / 16
    strict = alarm(scored([0.9, 0.6, 0.5, 0.1], [0.5, 0.4, 0.3, 0.2]))
    np.testing.assert_array_equal(strict["tpr"], [1, 1, 0, 0])  # above .5: one false alarm of four is too many
    np.testing.assert_array_equal(strict["fpr"], 0)


def test_an_alarm_goes_before_a_mask():
    one = scored([0.9, 0.1], [0.2, 0.3])
    swapped = {
        "outputs": {**one.outputs, "alarm": np.array([0.1, 0.9])},
        "undamaged": {**one.undamaged, "alarm": np.zeros(2)},
    }
    np.testing.assert_array_equal(alarm(one)["tpr"], [1, 0])
    np.testing.assert_array_equal(alarm(scored([0.9, 0.1], [0.2, 0.3], **swapped))["tpr"], [1, 1])


@pytest.mark.parametrize("left", ["outputs", "undamaged"])
def test_without_scores_of_both_there_is_no_row(left):
    assert alarm(scored([0.5], [0.5], **{left: {}})) == {}
    assert alarm(scored([0.5], [0.5], name="corners")) == {}


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_area_is_the_share_of_ordered_pairs(damaged, clean):
    wins = [(a > b) + (a == b) / 2 for a in damaged for b in clean]
    assert area(np.array(damaged), np.array(clean)) == pytest.approx(np.mean(wins))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=200), st.floats(0, 0.99))
def test_no_lower_threshold_has_few_enough_false_alarms(clean, false):
    values = np.array(clean)
    limit = threshold(values, false)
    assert np.count_nonzero(values > limit) <= false * len(values)
    lower = values[values < limit]
    assert not len(lower) or np.count_nonzero(values > lower.max()) > int(false * len(values))


def test_of_a_model_that_notices_nothing_half_is_chance():
    found = alarm(scored([0.5] * 8, [0.5] * 8))
    assert found["auc"] == 0.5
    np.testing.assert_array_equal(found["tpr"], 0)


def test_conformance():
    check_metric("alarm")
