"""The checks of a metric fail for each wrong one, with a sentence that says why."""

import numpy as np
import pytest

from restore import testing
from restore.errors import RestoreWarning
from restore.plugins.catalogue import Catalogue
from restore.plugins.components import Metric
from restore.plugins.discovery import Plugin
from restore.testing.pictures import draw_ridges


def mean_of(errors, region):
    """Return the mean of errors over the region of each image, NaN where that is empty."""
    pixels = region.sum(axis=(1, 2))
    totals = (errors.mean(axis=-1) * region).sum(axis=(1, 2))
    return np.divide(totals, pixels, out=np.full(len(errors), np.nan), where=pixels > 0)


def error(restored, clean, region):
    return mean_of(np.abs(restored - clean), region)


def too_few(restored, clean, region):
    return error(restored, clean, region)[1:]


def one_number(restored, clean, region):
    return float(np.nanmean(error(restored, clean, region)))


def texts(restored, clean, region):
    return error(restored, clean, region).astype(str)


def infinite(restored, clean, region):
    with np.errstate(divide="ignore"):
        return 1 / error(restored, clean, region)


def blind(restored, clean, region):
    return np.abs(restored - clean).mean(axis=(1, 2, 3))


def never(restored, clean, region):
    return np.full(len(restored), np.nan)


def mutating(restored, clean, region):
    found = error(restored, clean, region)
    restored[:] = clean
    return found


def mutating_region(restored, clean, region):
    found = error(restored, clean, region)
    region[0] = True
    return found


def random_metric(restored, clean, region):
    return error(restored, clean, region) + 1e-9 * np.random.rand()  # noqa: NPY002


def drawn(restored, clean, region):
    return error(restored, clean, region) + 1e-7 * np.random.default_rng().random()


def raising(restored, clean, region):
    raise ZeroDivisionError("nothing to divide by")


COUNTS, AGAIN, APPLIES, BEST, KEYS = (
    "gives a number for each image",
    "gives the same again",
    "says where it does not apply",
    "likes a perfect image best",
    "names its keys the same way",
)
PROBLEMS = {
    error: [],
    too_few: [(COUNTS, "returned float64 (4,), not 5 numbers")],
    one_number: [(COUNTS, "returned float, not 5 numbers")],
    texts: [(COUNTS, "returned <U32 (5,), not 5 numbers")],
    infinite: [(COUNTS, "returned an infinity for picture-4; return NaN where a metric does not apply")],
    raising: [
        (
            COUNTS,
            "raised ZeroDivisionError while scoring damaged, picture-0 to picture-4: nothing to divide by",
        )
    ],
    blind: [(APPLIES, "gives 0 for a region without a pixel, not NaN (blind, damaged)")],
    never: [],
    random_metric: [(AGAIN, "uses a global random state")],
    drawn: [(AGAIN, "gives different numbers for the same images")],
}


def component(function, **more):
    return Metric(function.__name__, f"{__name__}:{function.__name__}", "", **({"better": "lower"} | more))


@pytest.mark.parametrize("function", PROBLEMS, ids=lambda one: one.__name__)
def test_a_wrong_metric_fails_with_its_sentence(judged, function):
    assert judged(component(function))[0] == PROBLEMS[function]


@pytest.mark.parametrize("function", [mutating, mutating_region])
def test_a_metric_that_changes_its_input_fails(judged, function):
    told = "raised ValueError while scoring damaged, picture-0 to picture-4: assignment destination is read-only"
    assert judged(component(function))[0] == [(COUNTS, told)]


def test_a_metric_of_the_wrong_direction_fails(judged):
    ((check, problem),) = judged(component(error, better="higher"))[0]
    assert check == BEST
    assert problem.startswith("says that higher is better, but gives 0 for perfect images, 0.")
    assert problem.endswith(" for damaged ones (error, full)")


def test_a_metric_that_never_applies_is_noted_and_fails_for_images_of_its_own():
    catalogue = Catalogue([Plugin("wrong", "restore-wrong", "2.3", "ok", components=(component(never),))])
    with pytest.warns(RestoreWarning, match="applied to none of the drawn ridges"):
        testing.check_metric("never", catalogue=catalogue)
    with pytest.raises(testing.Nonconformity, match="applies to none of the images that it was given"):
        testing.check_metric("never", draw_ridges(3, (32, 32, 1)), catalogue=catalogue)


def set_error(scored):
    everywhere = np.ones_like(scored.masks)
    each = error(scored.images, scored.clean, everywhere)
    return {"mean": float(each.mean()), "each": each, "none": float("nan")}


def set_array(scored):
    return error(scored.images, scored.clean, scored.masks)


def set_without_keys(scored):
    return {}


def set_empty_key(scored):
    return {"": 1.0}


def over_set(scored):
    return {f"grey-{scored.images.shape[-1]}": 1.0}


def set_infinite(scored):
    return {"mean": float("inf")}


def set_too_long(scored):
    return {"each": np.zeros(len(scored.ids) + 1)}


def set_text(scored):
    return {"mean": "good"}


def set_mutating(scored):
    scored.images[:] = 0
    return {"mean": 0.0}


SET_PROBLEMS = {
    set_error: [],
    set_array: [(COUNTS, "returned ndarray, not a dict")],
    set_without_keys: [(KEYS, "returned no values")],
    set_empty_key: [(KEYS, "has a value without a name: 'set_empty_key.'")],
    over_set: [
        (
            KEYS,
            "names its values differently for other images: [['over_set.grey-1'], ['over_set.grey-3']]",
        )
    ],
    set_infinite: [(COUNTS, "returned an infinity for mean; return NaN where a metric does not apply")],
    set_too_long: [(COUNTS, "returned float64 (6,), not 5 numbers")],
    set_mutating: [(COUNTS, "raised ValueError while scoring damaged: assignment destination is read-only")],
}


@pytest.mark.parametrize("function", SET_PROBLEMS, ids=lambda one: one.__name__)
def test_a_wrong_metric_over_the_set_fails_with_its_sentence(judged, function):
    assert judged(component(function, over="set"))[0] == SET_PROBLEMS[function]


def test_a_metric_over_the_set_that_gives_text_fails(judged):
    assert judged(component(set_text, over="set"))[0][0][0] == COUNTS
