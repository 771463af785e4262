"""The checks of a corruption."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from restore.plugins.boundary import Bound, bind, readonly_view
from restore.plugins.catalogue import Entry
from restore.plugins.contracts import fault_in_damaged
from restore.plugins.values import Damaged
from restore.randomness import generator
from restore.testing.findings import Check, Finding, Flaw, carry_out
from restore.testing.pictures import Images, draw_ridges, global_states, seeded_globally
from restore.testing.signature import check_options

SHAPES = ((96, 96, 1), (96, 96, 3), (80, 112, 1), (121, 97, 3))
KEYS = range(4)


@dataclass(frozen=True)
class _Subject:
    """A corruption with the options to be tried: the given ones, and those of each level."""

    settings: Mapping[str, Bound]

    def damage(self, setting: str, image: Images, key: int) -> Damaged:
        """Return what one setting makes of an image, with the generator of `key`."""
        bound = self.settings[setting]
        rng = generator("restore.testing", key)
        damaged: Damaged = bound(image, rng, doing=f"damaging an image of {_size(image)}{setting}")
        return damaged


def judge(entry: Entry, **options: Any) -> Iterator[Finding]:
    """Yield what the checks find of a corruption with `options`, and at each level."""
    check_options(entry, options)
    levels = {f" at level {name}": bind(entry, {**level, **options}) for name, level in entry.levels.items()}
    yield from carry_out(entry.owner, CHECKS, _Subject({"": bind(entry, options)} | levels))


def damages_images_of_every_size(subject: _Subject) -> None:
    """Check image and mask, grey and colour, square or not, of arrays that cannot be written to, as a run gives them."""
    for setting in subject.settings:
        for shape in SHAPES:
            image = draw_ridges(1, shape)[0]
            wrong = fault_in_damaged(subject.damage(setting, readonly_view(image), 0), image)
            if wrong:
                raise Flaw(f"{wrong}, for an image of {_size(image)}{setting}")


def leaves_its_input_alone(subject: _Subject) -> None:
    """Check that an image that could be written to comes back as it was."""
    for setting in subject.settings:
        image = draw_ridges(1, SHAPES[0])[0]
        before = image.copy()
        subject.damage(setting, image, 0)
        if not np.array_equal(image, before):
            raise Flaw(f"changes the image that it is given{setting}")


def draws_from_its_own_generator_alone(subject: _Subject) -> None:
    """Check that the global random states of Python and NumPy are neither used nor changed, nor any state kept."""
    image = draw_ridges(1, SHAPES[0])[0]
    for setting in subject.settings:
        results = []
        for seed in (1, 1, 2):
            with seeded_globally(seed):
                before = global_states()
                results.append(subject.damage(setting, image.copy(), 0))
                after = global_states()
            for name, old, new in zip(("Python's", "NumPy's"), before, after, strict=True):
                if old != new:
                    raise Flaw(f"uses {name} global random state, not the generator that it is given{setting}")
        if not _equal(*results[:2]):
            raise Flaw(f"depends on state kept between calls, or on a generator of its own{setting}")
        if not _equal(*results[1:]):
            raise Flaw(f"depends on a global random state{setting}")


def draws_the_same_again(subject: _Subject) -> None:
    """Check that the same image and an equal generator give the same damage, for several keys."""
    image = draw_ridges(1, SHAPES[0])[0]
    for setting in subject.settings:
        for key in KEYS:
            if not _equal(subject.damage(setting, image.copy(), key), subject.damage(setting, image.copy(), key)):
                raise Flaw(f"gives different damage for the same image and an equal generator{setting}")


def draws_something_else_for_another_key(subject: _Subject) -> str | None:
    """Note a corruption whose damage is always the same, or changes nothing."""
    image = draw_ridges(1, SHAPES[0])[0]
    for setting in subject.settings:
        made = [subject.damage(setting, image.copy(), key) for key in KEYS]
        if all(np.array_equal(one.image, image) for one in made):
            return f"changes nothing in an image of ridges{setting}"
        if all(_equal(made[0], one) for one in made[1:]):
            return f"draws the same damage from different generators{setting}"
    return None


def keeps_its_truth_as_json_or_arrays(subject: _Subject) -> None:
    """Check that what was drawn can be written down, and that arrays are of one fixed shape."""
    image = draw_ridges(1, SHAPES[0])[0]
    for setting in subject.settings:
        shapes: dict[str, tuple[int, ...]] = {}
        for key in KEYS:
            for name, value in subject.damage(setting, image.copy(), key).truth.items():
                if not isinstance(name, str):
                    raise Flaw(f"names a truth {name!r}, which is no text{setting}")
                if isinstance(value, np.ndarray):
                    if value.dtype.kind != "f" or shapes.setdefault(name, value.shape) != value.shape:
                        raise Flaw(f"has a truth {name} that is not a float array of one fixed shape{setting}")
                elif not _is_json(value):
                    raise Flaw(f"has a truth {name} that is neither JSON nor an array: {value!r}{setting}")


CHECKS: tuple[Check[_Subject], ...] = (
    damages_images_of_every_size,
    leaves_its_input_alone,
    draws_from_its_own_generator_alone,
    draws_the_same_again,
    draws_something_else_for_another_key,
    keeps_its_truth_as_json_or_arrays,
)


def _size(image: Images) -> str:
    return "x".join(map(str, image.shape))


def _equal(one: Damaged, other: Damaged) -> bool:
    """Return whether image, mask and truth are the same."""
    masks = (one.mask is None) == (other.mask is None) and (
        one.mask is None or other.mask is None or np.array_equal(one.mask, other.mask)
    )
    truths = list(one.truth) == list(other.truth) and all(
        _same(value, other.truth[name]) for name, value in one.truth.items()
    )
    return masks and truths and np.array_equal(one.image, other.image)


def _same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    return repr(one) == repr(other)  # NaN is no equal of itself, nor can lists of arrays be compared


def _is_json(value: object) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return False
    return True
