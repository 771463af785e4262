"""The checks of an augmentation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from restore.plugins.boundary import Bound, bind, readonly_view
from restore.plugins.catalogue import Entry
from restore.plugins.contracts import fault_in_augmented
from restore.randomness import generator
from restore.testing.corruption import KEYS, SHAPES
from restore.testing.findings import Check, Finding, Flaw, carry_out
from restore.testing.pictures import Images, Masks, draw_ridges, global_states, seeded_globally
from restore.testing.signature import check_options


@dataclass(frozen=True)
class _Subject:
    """An augmentation with the options to be tried."""

    bound: Bound

    def augment(self, images: Images, mask: Masks, key: int) -> tuple[Images, Masks]:
        """Return what it makes of images and their mask, with the generator of `key`."""
        made = self.bound(images, mask, generator("restore.testing", key), doing=f"augmenting {_size(images)}")
        wrong = fault_in_augmented(made, images)
        if wrong:
            raise Flaw(f"{wrong}, for images {_size(images)}")
        changed: tuple[Images, Masks] = made
        return changed


def judge(entry: Entry, **options: object) -> Iterator[Finding]:
    """Yield what the checks find of an augmentation with `options`."""
    check_options(entry, options)
    yield from carry_out(entry.owner, CHECKS, _Subject(bind(entry, options)))


def changes_images_of_every_size(subject: _Subject) -> None:
    """Check images and mask, grey and colour, alone and in pairs, of arrays that cannot be written to."""
    for shape in SHAPES:
        for count in (1, 2):
            images, mask = draw_ridges(count, shape), _half(shape)
            subject.augment(readonly_view(images), readonly_view(mask), 0)


def changes_a_pair_alike(subject: _Subject) -> None:
    """Check that two equal images and their mask come back changed in the same way."""
    for key in KEYS:
        images = np.repeat(draw_ridges(1, SHAPES[0]), 2, axis=0)
        mask = _half(SHAPES[0])
        images[1][mask] = 0
        changed, moved = subject.augment(images, mask, key)
        if ((changed[0] != changed[1]).any(axis=-1) & ~moved).any():
            raise Flaw("changes the two images of a pair, or their mask, differently")


def leaves_its_input_alone(subject: _Subject) -> None:
    """Check that arrays that could be written to come back as they were."""
    for key in KEYS:
        images, mask = draw_ridges(1, SHAPES[0]), _half(SHAPES[0])
        before = images.copy(), mask.copy()
        subject.augment(images, mask, key)
        if not (np.array_equal(images, before[0]) and np.array_equal(mask, before[1])):
            raise Flaw("changes the arrays that it is given")


def draws_from_its_own_generator_alone(subject: _Subject) -> None:
    """Check that the global random states of Python and NumPy are neither used nor changed, nor any state kept."""
    images, mask = draw_ridges(1, SHAPES[0]), _half(SHAPES[0])
    results = []
    for seed in (1, 1, 2):
        with seeded_globally(seed):
            before = global_states()
            results.append(subject.augment(images.copy(), mask.copy(), 0))
            after = global_states()
        for name, old, new in zip(("Python's", "NumPy's"), before, after, strict=True):
            if old != new:
                raise Flaw(f"uses {name} global random state, not the generator that it is given")
    if not all(np.array_equal(one[0], results[0][0]) for one in results):
        raise Flaw("depends on a global random state, on state kept between calls, or on a generator of its own")


def draws_something_else_for_another_key(subject: _Subject) -> str | None:
    """Note an augmentation that always does the same."""
    images, mask = draw_ridges(1, SHAPES[0]), _half(SHAPES[0])
    made = [subject.augment(images, mask, key)[0] for key in range(16)]
    return "always changes images in the same way" if all(np.array_equal(made[0], one) for one in made) else None


CHECKS: tuple[Check[_Subject], ...] = (
    changes_images_of_every_size,
    changes_a_pair_alike,
    leaves_its_input_alone,
    draws_from_its_own_generator_alone,
    draws_something_else_for_another_key,
)


def _half(shape: tuple[int, ...]) -> Masks:
    """Return a mask, bool (H, W), of the upper half."""
    mask = np.zeros(shape[:2], np.bool_)
    mask[: shape[0] // 2] = True
    return mask


def _size(images: Images) -> str:
    return "x".join(map(str, images.shape))
