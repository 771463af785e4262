"""Windows cover what an image holds, are drawn by keys alone, and cut image, partner and mask alike."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.pipeline.data import fixed_pieces, prepare, tiles, training_pieces
from restore.pipeline.data.windows import BLOCK, LEAST, content_of
from restore.plugins.values import Damaged, Sample

RNG = np.random.default_rng(8)
SIZES = [(40, 56), (24, 24), (90, 33), (16, 70), (24, 60), (48, 48)]


class Mixed:
    """Images of mixed sizes, of which the left half is blank; in pairs, a square of the partner is black."""

    def __init__(self, sizes=SIZES, *, paired=False, order=None, content=None):
        self.sizes, self.paired = sizes, paired
        self.order = order or range(len(sizes))
        self.keys = [(f"{i:02}", f"g{i}") for i in self.order]
        if content:
            self.content = content

    def __len__(self):
        return len(self.sizes)

    def __getitem__(self, index):
        number = self.order[index]
        image = np.random.default_rng(number).integers(0, 256, (*self.sizes[number], 1)).astype(np.float32) / 255
        image = image.astype(np.float32)
        image[:, : image.shape[1] // 2] = 1
        damaged = None
        if self.paired:
            mask = np.zeros(image.shape[:2], bool)
            mask[4:12, 6:15] = True
            damaged = Damaged(np.where(mask[..., None], 0, image).astype(np.float32), mask, {"place": [4, 6]}, "cut")
        return Sample(image, f"{number:02}", f"g{number}", damaged=damaged)


def prepared(source, **options):
    return prepare(source, **{"size": (24, 24), "channels": 1, "fit": "window", "cache": False} | options)


def test_images_keep_their_size_and_their_pixels():
    source = Mixed()
    data = prepared(source)
    found = {}
    for part in (data.train, data.validation, data.test):
        found |= {part.ids[i]: part.image(i) for i in range(len(part))}
    assert data.window == (24, 24)
    for index in range(len(source)):
        assert np.array_equal(found[f"{index:02}"], source[index].clean)


def test_an_epoch_takes_as_many_windows_as_an_image_holds():
    part = prepared(Mixed()).train
    for most in (None, 2):
        pieces = training_pieces(part, (24, 24), most, 0)
        for index, (height, width, _) in enumerate(part.shapes):
            numbers = [number for image, number in pieces.items if image == index]
            assert numbers == list(range(min(max(1, height * width // 576), most or 99)))


def test_a_window_depends_on_its_key_alone():
    one = prepared(Mixed(), seed=5)
    order = [3, 0, 5, 2, 1, 4]
    other = prepared(Mixed(order=order), seed=5, workers=1)
    first, second = (training_pieces(data.train, (24, 24), None, 7) for data in (one, other))
    everything = first.take(range(len(first)), 3)
    assert first.items == second.items
    for place in range(len(second)):  # one by one, in another order
        taken = second.take([place], 3)
        assert taken.keys[0] == everything.keys[place]
        assert np.array_equal(taken.clean[0], everything.clean[place])
    again = first.take(range(len(first)), 4)
    assert not np.array_equal(again.clean, everything.clean)
    reseeded = training_pieces(one.train, (24, 24), None, 8)
    assert not np.array_equal(reseeded.take(range(len(first)), 3).clean, everything.clean)


def test_a_window_is_a_piece_of_its_image_and_holds_something():
    part = prepared(Mixed([(64, 128)] * 6)).train
    pieces = training_pieces(part, (24, 24), None, 0)
    taken = pieces.take(range(len(pieces)), 0)
    for clean, (index, _) in zip(taken.clean, pieces.items, strict=True):
        image = part.image(index)[..., 0]
        views = np.lib.stride_tricks.sliding_window_view(image, (24, 24))
        assert (views == clean[..., 0]).all(axis=(2, 3)).any()
        assert (clean == 1).mean() < 1 - LEAST + 2 * BLOCK / 24


def test_small_images_are_padded_by_their_border():
    taken = training_pieces(prepared(Mixed([(16, 70)] * 6)).train, (24, 24), None, 0).take([0], 0)
    assert taken.clean.shape == (1, 24, 24, 1)
    assert len(np.unique(taken.clean[0, :4])) == 1


def test_a_pair_is_cut_alike_and_loses_what_its_truth_says_of_places():
    data = prepared(Mixed([(24, 24), (40, 40), (30, 16), (24, 50), (40, 30), (25, 25)], paired=True))
    for pieces in (training_pieces(data.train, (24, 24), None, 0), fixed_pieces(data.train, (24, 24), None, 0)):
        taken = pieces.take(range(len(pieces)), 2)
        for clean, partner in zip(taken.clean, taken.partners, strict=True):
            assert np.array_equal(partner.image[~partner.mask], clean[~partner.mask])
            assert (partner.image[partner.mask] == 0).all()
            assert (partner.truth, partner.name) == ({}, "cut")
    assert data.test.partner(0).truth == {"place": [4, 6]}


@settings(max_examples=50)
@given(st.integers(1, 100), st.integers(1, 100))
def test_fixed_windows_are_disjoint_and_inside(height, width):
    full = np.ones((-(-height // BLOCK), -(-width // BLOCK)), bool)
    part = SimpleNamespace(shape_of=lambda index: (height, width, 1), content=lambda index: full)
    count = np.zeros((height, width), int)
    places = tiles(part, 0, (24, 24))
    for place in places:
        assert count[place].shape == (min(height, 24), min(width, 24))
        count[place] += 1
    assert count.max() == 1
    assert len(places) == max(1, height // 24) * max(1, width // 24)


def test_windows_without_content_are_not_tested_on_but_one_always_is():
    part = prepared(Mixed([(48, 96)] * 6)).test
    assert tiles(part, 0, (24, 24)) == [
        (r, c) for r in (slice(0, 24), slice(24, 48)) for c in (slice(48, 72), slice(72, 96))
    ]
    blank = prepared(Mixed([(48, 96)] * 6, content=lambda image: np.zeros(image.shape[:2], bool))).test
    assert len(tiles(blank, 0, (24, 24))) == 1


def test_a_dataset_says_what_an_image_holds():
    left = prepared(Mixed([(48, 96)] * 6, content=lambda image: np.arange(image.shape[1])[None] < np.full((48, 1), 48)))
    assert {place[1].start for place in tiles(left.test, 0, (24, 24))} == {0, 24}


def test_content_is_judged_by_blocks():
    image = np.full((20, 33, 1), 0.5, np.float32)
    image[:, 16:] = RNG.random((20, 17, 1))
    assert content_of(image).tolist() == [[False, False, True, True, False]] * 3 or content_of(image)[:2, 2:4].all()
    assert not content_of(image)[:, :2].any()
    found = np.zeros((20, 33), bool)
    found[:8, :5] = True
    assert content_of(image, found).tolist() == [[True] + [False] * 4, [False] * 5, [False] * 5]


@pytest.mark.parametrize("most", [1, 3, None])
def test_validation_windows_are_fixed_and_bounded(most):
    part = prepared(Mixed([(96, 96)] * 6)).validation
    pieces = fixed_pieces(part, (24, 24), most, 0)
    assert len(pieces) == (28 if most is None else most) * len(part)
    assert np.array_equal(pieces.take([0], 0).clean, pieces.take([0], 1).clean)


def test_the_cache_returns_images_of_mixed_sizes(tmp_path, monkeypatch):
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path))
    source = Mixed(paired=True)
    source.fingerprint = "1"
    first, second = (prepared(source, cache=True) for _ in range(2))
    assert (first.cached, second.cached) == (False, True)
    assert first.train.sha256 == second.train.sha256
    for i in range(len(first.train)):
        assert np.array_equal(first.train.image(i), second.train.image(i))
        assert np.array_equal(first.train.content(i), second.train.content(i))
        assert np.array_equal(first.train.partner(i).mask, second.train.partner(i).mask)
