"""Small images go through the network together, each as if it were alone."""

import types

import numpy as np
import pytest

from restore.pipeline.restorer import Restorer
from restore.plugins.values import Network
from restore.tasks.ledger import Row
from restore.tasks.restoration import Made
from restore.tasks.together import TOGETHER, VALUES, Making, _read_together, _restore_together

RNG = np.random.default_rng(0)
SHAPES = [(8, 6, 1), (5, 7, 3), (8, 6, 1), (8, 6, 3), (8, 6, 1)]
IMAGES = [RNG.integers(0, 255, shape, np.uint8) for shape in SHAPES]


def making(image, mask=None):
    """Return the making of an image that is given, and keeps what was restored of it."""

    row = Row("a.png", "a.png", "restored")

    def steps():
        restored = yield image, mask
        return Made(row, [("result", restored.image.tobytes())])

    return Making(row, steps())


def opened(*, separate=True):
    """Return a run whose model inverts images, but no white ones, and the numbers of images that it got at once."""
    counts = []

    def restore(images, masks):
        counts.append(len(images))
        if (images == 1).all(axis=(1, 2, 3)).any():
            raise MemoryError
        return {"image": 1 - images, "mask": np.ones((*images.shape[:3], 1), np.float32)}

    restorer = Restorer(Network({"a": None}, restore=restore), "model a/b", mask="optional", keras=not separate)
    return types.SimpleNamespace(restorer=restorer), counts


def made_of(run, images, masks=None):
    part = [making(image, mask) for image, mask in zip(images, masks or [None] * len(images), strict=True)]
    for one in part:
        one.read()
    _restore_together(run, part)
    return [one.finish() for one in part]


def test_images_are_read_together_as_long_as_they_are_small():
    sizes = [1, 2, VALUES, 3, *[1] * TOGETHER]
    makings = (making(np.broadcast_to(np.uint8(0), (size, 1, 1))) for size in sizes)
    parts = [[one.values for one in part] for part in _read_together(makings)]
    assert parts == [[1, 2, VALUES], [3, *[1] * (TOGETHER - 1)], [1]]


@pytest.mark.parametrize(("separate", "at_once"), [(True, [3, 1, 1]), (False, [1] * 5)])
def test_those_of_one_shape_are_restored_at_once_where_that_changes_nothing(separate, at_once):
    run, counts = opened(separate=separate)
    made = made_of(run, IMAGES)
    assert counts == at_once
    for one, image in zip(made, IMAGES, strict=True):
        assert one.files == [("result", (255 - image).tobytes())]


def test_each_has_its_own_mask():
    run, counts = opened()
    masks = [RNG.random(image.shape[:2]) < 0.5 for image in IMAGES]
    for one, image, mask in zip(made_of(run, IMAGES, masks), IMAGES, masks, strict=True):
        assert one.files == [("result", np.where(mask[..., None], 255 - image, image).tobytes())]
    assert counts == [3, 1, 1]


def test_one_that_cannot_be_restored_is_refused_and_the_others_are_not():
    run, _ = opened()
    white = np.full(SHAPES[0], 255, np.uint8)
    made = made_of(run, [IMAGES[0], white, IMAGES[2]])
    assert [one.row.status for one in made] == ["restored", "refused", "restored"]
    assert made[1].row.code == "out-of-memory"
    assert made[2].files == [("result", (255 - IMAGES[2]).tobytes())]
