"""The same images make the same data, in any order, with any number of threads, cached or not."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restore.errors import InputError, RequestError
from restore.pipeline.data import cache_size, prepare
from restore.plugins.folder_source import FolderSource
from restore.plugins.values import Sample

RNG = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "images"
    for number in range(24):
        path = root / f"person {number // 2}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(RNG.integers(0, 256, (9, 10), np.uint8)).save(path)
    return root


class Keyless:
    """The samples of another source, in another order, without keys."""

    def __init__(self, source, order):
        self.source, self.order = source, order

    def __len__(self):
        return len(self.order)

    def __getitem__(self, index):
        return self.source[self.order[index]]


def prepared(source, **options):
    return prepare(source, **{"size": (9, 10), "channels": 1} | options)


def told(data):
    """Return everything that a run takes from its data."""
    parts = (data.train, data.validation, data.test)
    return (
        [(one.ids, one.groups, one.labels, one.sha256, one.clean().tobytes()) for one in parts],
        data.warnings,
        data.sizes,
    )


def test_splits(folder):
    data = prepared(FolderSource(folder))
    assert [len(part) for part in (data.train, data.validation, data.test)] == [16, 4, 4]
    assert list(data.train.ids) == sorted(data.train.ids)
    sides = [set(part.groups) for part in (data.train, data.validation, data.test)]
    assert not sides[0] & sides[1]
    assert not (sides[0] | sides[1]) & sides[2]
    assert data.train.clean([3, 1]).shape == (2, 9, 10, 1)
    assert np.array_equal(data.train.clean([3, 1]), data.train.clean()[[3, 1]])
    assert not data.paired
    assert data.train.partners([0, 1]) == [None, None]
    assert data.sizes == {(9, 10): 24}


@pytest.mark.parametrize("limit", [None, 9])
def test_nothing_but_the_images_counts(folder, limit):
    source = FolderSource(folder)
    first = told(prepared(source, cache=False, workers=1, limit=limit))
    assert told(prepared(source, cache=False, workers=5, limit=limit)) == first
    made, again = (prepared(FolderSource(folder), limit=limit) for _ in range(2))
    assert (made.cached, again.cached) == (False, True)
    assert told(made) == told(again) == first
    for seed in (1, 2):
        order = np.random.default_rng(seed).permutation(len(source)).tolist()
        assert told(prepared(Keyless(source, order), limit=limit)) == first
    assert told(prepared(source, seed=1, limit=limit)) != first


def test_the_cache_follows_the_data_and_the_request(folder):
    prepared(FolderSource(folder))
    assert prepared(FolderSource(folder)).cached
    assert prepared(FolderSource(folder), seed=4).cached
    for options in (
        {"size": (8, 8)},
        {"channels": 3},
        {"fit": "crop"},
        {"trim": "auto"},
        {"limit": 9},
        {"key": {"v": 2}},
    ):
        assert not prepared(FolderSource(folder), **options).cached
    Image.new("L", (10, 9), 3).save(folder / "person 0" / "0.png")
    changed = prepared(FolderSource(folder))
    assert not changed.cached
    assert any(warning.startswith("1 ") and "person 0/0.png" in warning for warning in changed.warnings)


def test_without_a_fingerprint_or_a_wish_nothing_is_cached(folder):
    source = FolderSource(folder)
    prepared(source, cache=False)
    prepared(Keyless(source, list(range(24))))
    assert cache_size() == 0


def test_skipped_images_are_kept_in_the_cache(folder):
    (folder / "person 3" / "6.png").write_bytes(b"")
    with pytest.raises(InputError) as error:
        prepared(FolderSource(folder))
    assert error.value.code == "is-empty"
    for cached in (False, True):
        data = prepared(FolderSource(folder), skip_bad=True)
        assert data.cached == cached
        assert [(one.id, one.reason) for one in data.skipped] == [("person 3/6.png", error.value.what)]


def test_an_image_in_several_groups_stays_in_one_split(folder):
    for number in (3, 5, 9):
        (folder / f"person {number}" / "copy.png").write_bytes((folder / "person 0" / "0.png").read_bytes())
    for seed in range(6):
        data = prepared(FolderSource(folder), seed=seed)
        twins = {f"person {number}" for number in (0, 3, 5, 9)}
        assert sum(bool(twins & set(part.groups)) for part in (data.train, data.validation, data.test)) == 1
        assert any(warning.startswith("1 ") and "person 0/0.png" in warning for warning in data.warnings)


def test_a_single_group_is_refused(folder):
    with pytest.raises(RequestError) as error:
        prepared(FolderSource(folder, group=r"(\.png)"))
    assert error.value.code == "too-few-groups"


def test_links_that_are_left_out_are_noted(folder):
    (folder / "away.png").symlink_to("/etc/hostname.png")
    assert any("away.png" in warning for warning in prepared(FolderSource(folder)).warnings)


def test_progress_counts_every_step(folder):
    steps = []
    prepared(FolderSource(folder), trim="auto", progress=lambda done, total: steps.append((done, total)))
    assert steps == [(done, 48) for done in range(1, 49)]


def test_an_empty_source():
    with pytest.raises(InputError) as error:
        prepared([], owner="mine")
    assert (error.value.code, error.value.where) == ("no-images", "mine")


def test_a_list_of_samples_is_a_source():
    samples = [Sample(RNG.random((9, 10, 1), np.float32), str(number), str(number)) for number in range(20)]
    data = prepared(samples)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [14, 3, 3]


@pytest.fixture
def real():
    root = os.environ.get("RESTORE_TEST_DATA")
    if not root:
        pytest.skip("RESTORE_TEST_DATA is not set")
    return Path(root)


def test_socofing(real):
    source = FolderSource(real / "SOCOFing" / "Real", group=r"^(\d+)__")
    data = prepare(source, size=(97, 90), channels=1, trim="auto", limit=1000)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [700, 150, 150]
    assert data.trimmed[103, 96] == (2, 4, 2, 4)
    place = next(
        i for i, name in enumerate(data.train.ids) if data.train.store.records[data.train.rows[i]].size == (103, 96)
    )
    with Image.open(real / "SOCOFing" / "Real" / data.train.ids[place]) as image:
        wanted = np.asarray(image)[2:99, 2:92, :1].astype(np.float32) / np.float32(255)
    assert np.array_equal(data.train.clean([place])[0], wanted)


def test_socofing_without_trimming_is_transparent(real):
    source = FolderSource(real / "SOCOFing" / "Real", group=r"^(\d+)__")
    with pytest.raises(InputError) as error:
        prepare(source, size=(97, 90), channels=1, limit=40)
    assert error.value.code == "transparent"
    assert "40 of 40" in error.value.what


def test_faces(real):
    data = prepare(FolderSource(real / "lfw"), size=(64, 64), channels=3, fit="crop", limit=60)
    assert set(data.train.shapes) == {(64, 64, 3)}
    assert not set(data.train.groups) & set(data.test.groups)


def test_prints_of_two_sensors(real):
    source = FolderSource(real / "fvc2002", group=r"^(\d+)_")
    data = prepare(source, size=(96, 96), channels=1, fit="crop")
    assert data.sizes == {(374, 388): 80, (300, 300): 80}
    assert any("80 of 388x374" in warning and "80 of 300x300" in warning for warning in data.warnings)
