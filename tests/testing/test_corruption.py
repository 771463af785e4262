"""The checks of a corruption fail for each wrong one, with a sentence that says why."""

import itertools
import random

import numpy as np
import pytest
from numpy.random import default_rng

from restore.plugins.components import Corruption
from restore.plugins.values import Damaged

SIZE = "96x96x1"


def paint(image, rng):
    """Return a copy with one white row at a random place, and its mask."""
    row = int(rng.integers(image.shape[0]))
    damaged, mask = image.copy(), np.zeros(image.shape[:2], bool)
    damaged[row], mask[row] = 1, True
    return damaged, mask, row


def right(image, rng, *, strength: float = 1.0):
    damaged, mask, row = paint(image, rng)
    damaged[mask] *= strength
    return Damaged(damaged, mask, {"row": row, "at": np.array([row], np.float32), "ragged": [[1], [1, 2]]})


def no_damaged(image, rng):
    return paint(image, rng)[0]


def wrong_dtype(image, rng):
    return Damaged(paint(image, rng)[0].astype(np.float64))


def wrong_shape(image, rng):
    return Damaged(paint(image, rng)[0][:-1])


def too_bright(image, rng):
    return Damaged(paint(image, rng)[0] * np.float32(1.5))


def not_a_number(image, rng):
    damaged, mask, row = paint(image, rng)
    damaged[row] = np.nan
    return Damaged(damaged, mask)


def lying_mask(image, rng):
    damaged, mask, _ = paint(image, rng)
    return Damaged(damaged, np.zeros_like(mask))


def mask_of_three_axes(image, rng):
    damaged, mask, _ = paint(image, rng)
    return Damaged(damaged, mask[..., None])


def truth_of_numbers(image, rng):
    damaged, mask, row = paint(image, rng)
    return Damaged(damaged, mask, [row])


def raising(image, rng):
    raise ValueError("no such scratch")


def exiting(image, rng):
    raise SystemExit(3)


def square_only(image, rng):
    image.reshape(96, 96, -1)
    return Damaged(*paint(image, rng)[:2])


def grey_only(image, rng):
    return Damaged(paint(image[..., 0], rng)[0][..., None])


def mutating(image, rng):
    damaged, mask, row = paint(image, rng)
    if image.flags.writeable:
        image[row] = 1
    return Damaged(damaged, mask)


def mutating_always(image, rng):
    image[0] = 1
    return Damaged(image)


def python_random(image, rng):
    damaged, mask, row = paint(image, rng)
    damaged[row] = random.random()
    return Damaged(damaged, mask)


def numpy_random(image, rng):
    damaged, mask, row = paint(image, rng)
    damaged[row] = np.random.rand()  # noqa: NPY002
    return Damaged(damaged, mask)


def reseeding(image, rng):
    np.random.seed(0)  # noqa: NPY002
    return Damaged(*paint(image, rng)[:2])


def own_generator(image, rng):
    return Damaged(*paint(image, default_rng())[:2])


COUNTER = itertools.count()


def counting(image, rng):
    damaged, mask, row = paint(image, rng)
    damaged[row] = next(COUNTER) % 7 / 7
    return Damaged(damaged, mask)


def reading_global_state(image, rng):
    damaged, mask, row = paint(image, rng)
    damaged[row] = np.random.get_state()[1][0] % 7 / 7  # noqa: NPY002
    return Damaged(damaged, mask)


def drawing_truth(image, rng):
    return Damaged(*paint(image, rng)[:2], {"number": default_rng().random()})


def truth_of_objects(image, rng):
    damaged, mask, row = paint(image, rng)
    return Damaged(damaged, mask, {"row": {row}})


def truth_of_nan(image, rng):
    return Damaged(*paint(image, rng)[:2], {"angle": float("nan")})


def truth_of_integers(image, rng):
    damaged, mask, row = paint(image, rng)
    return Damaged(damaged, mask, {"row": np.array([row])})


def truth_of_any_shape(image, rng):
    damaged, mask, row = paint(image, rng)
    return Damaged(damaged, mask, {"rows": np.zeros(row, np.float32)})


def truth_with_numbers_as_names(image, rng):
    damaged, mask, row = paint(image, rng)
    return Damaged(damaged, mask, {row: 1})


def unchanged(image, rng):
    return Damaged(image)


def always_the_same(image, rng):
    return Damaged(image * np.float32(0.5))


SIZES, ALONE, OWN, AGAIN, TRUTH = (
    "damages images of every size",
    "leaves its input alone",
    "draws from its own generator alone",
    "draws the same again",
    "keeps its truth as json or arrays",
)
NUMPYS = "uses NumPy's global random state, not the generator that it is given"
KEPT = "depends on state kept between calls, or on a generator of its own"
PROBLEMS = {
    right: [],
    no_damaged: [(SIZES, f"returned ndarray, not Damaged, for an image of {SIZE}")],
    wrong_dtype: [
        (SIZES, f"returned float64 (96, 96, 1) as the image, not float32 (96, 96, 1), for an image of {SIZE}")
    ],
    wrong_shape: [
        (SIZES, f"returned float32 (95, 96, 1) as the image, not float32 (96, 96, 1), for an image of {SIZE}")
    ],
    not_a_number: [(SIZES, f"returned values from nan to nan as the image, not from 0 to 1, for an image of {SIZE}")],
    lying_mask: [(SIZES, f"changed pixels outside its mask, for an image of {SIZE}")],
    mask_of_three_axes: [(SIZES, f"returned bool (96, 96, 1) as the mask, not bool (96, 96), for an image of {SIZE}")],
    truth_of_numbers: [(SIZES, f"returned list as the truth, not a mapping, for an image of {SIZE}")],
    raising: [(SIZES, f"raised ValueError while damaging an image of {SIZE}: no such scratch")],
    exiting: [(SIZES, f"called sys.exit(3) while damaging an image of {SIZE}")],
    grey_only: [(SIZES, "returned float32 (96, 96, 1) as the image, not float32 (96, 96, 3), for an image of 96x96x3")],
    mutating: [(ALONE, "changes the image that it is given")],
    mutating_always: [
        (SIZES, f"raised ValueError while damaging an image of {SIZE}: assignment destination is read-only")
    ],
    counting: [(OWN, KEPT), (AGAIN, "gives different damage for the same image and an equal generator")],
    reading_global_state: [
        (OWN, "depends on a global random state"),
    ],
    python_random: [
        (OWN, "uses Python's global random state, not the generator that it is given"),
        (AGAIN, "gives different damage for the same image and an equal generator"),
    ],
    numpy_random: [(OWN, NUMPYS), (AGAIN, "gives different damage for the same image and an equal generator")],
    reseeding: [(OWN, NUMPYS)],
    own_generator: [
        (OWN, KEPT),
        (AGAIN, "gives different damage for the same image and an equal generator"),
    ],
    drawing_truth: [
        (OWN, KEPT),
        (AGAIN, "gives different damage for the same image and an equal generator"),
    ],
    truth_of_nan: [(TRUTH, "has a truth angle that is neither JSON nor an array: nan")],
    truth_of_integers: [(TRUTH, "has a truth row that is not a float array of one fixed shape")],
    truth_of_any_shape: [(TRUTH, "has a truth rows that is not a float array of one fixed shape")],
    unchanged: [],
    always_the_same: [],
}
BEGINNINGS = {
    too_bright: (SIZES, "returned values from 0.0"),
    square_only: (SIZES, "raised ValueError while damaging an image of 80x112x1: cannot reshape"),
    truth_of_objects: (SIZES, "returned a truth 'row' that is neither plain JSON nor an array of numbers"),
    truth_with_numbers_as_names: (SIZES, "returned a truth "),
}


def component(function, **more):
    return Corruption(function.__name__, f"{__name__}:{function.__name__}", "", **more)


@pytest.mark.parametrize("function", PROBLEMS, ids=lambda one: one.__name__)
def test_a_wrong_corruption_fails_with_its_sentence(judged, function):
    assert judged(component(function))[0] == PROBLEMS[function]


@pytest.mark.parametrize("function", BEGINNINGS, ids=lambda one: one.__name__)
def test_a_wrong_corruption_fails_with_a_sentence_that_begins_so(judged, function):
    ((check, problem),) = judged(component(function))[0]
    expected, beginning = BEGINNINGS[function]
    assert check == expected
    assert problem.startswith(beginning)


def test_damage_that_never_changes_is_noted(judged):
    assert judged(component(unchanged))[1] == ["changes nothing in an image of ridges"]
    assert judged(component(always_the_same))[1] == ["draws the same damage from different generators"]
    assert judged(component(right))[1] == []


def bright_at_level(image, rng, *, strength: float = 1.0):
    damaged, mask, row = paint(image, rng)
    damaged[row] = strength
    return Damaged(damaged, mask)


def test_every_level_is_checked(judged):
    levels = {"easy": {"strength": 0.5}, "hard": {"strength": 2.0}}
    ((check, problem),) = judged(component(bright_at_level, levels=levels))[0]
    assert check == SIZES
    assert problem.endswith(" to 2 as the image, not from 0 to 1, for an image of 96x96x1 at level hard")


def test_global_states_are_as_before(judged):
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    judged(component(right), component(own_generator))
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # noqa: NPY002
