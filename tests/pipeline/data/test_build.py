"""Images are prepared as requested, and all faults are collected before any is reported."""

import numpy as np
import pytest

from restore.errors import ComponentError, InputError
from restore.pipeline.data import prepare
from restore.plugins.values import Damaged, Sample

RNG = np.random.default_rng(6)


class Listed:
    """A source of samples made by the test; an error in their place is raised."""

    def __init__(self, samples, *, keys=True):
        self.samples = samples
        if keys:
            self.keys = [(f"{number:03}", str(number)) for number in range(len(samples))]

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        if isinstance(self.samples[index], Exception):
            raise self.samples[index]
        return self.samples[index]


def noise(channels=1, shape=(8, 8)):
    return RNG.integers(0, 256, (*shape, channels)).astype(np.float32) / np.float32(255)


def samples(images, damaged=None):
    partners = damaged or [None] * len(images)
    return [
        Sample(image, f"{number:03}", str(number), {"n": number}, partner)
        for number, (image, partner) in enumerate(zip(images, partners, strict=True))
    ]


def prepared(source, **options):
    return prepare(source, **{"size": (8, 8), "channels": 1, "cache": False} | options)


def every(data):
    """Return all images by id."""
    found = {}
    for part in (data.train, data.validation, data.test):
        found |= dict(zip(part.ids, part.clean(), strict=True))
    return found


def test_pixels_are_kept_bit_for_bit():
    images = [noise() for _ in range(9)]
    found = every(prepared(Listed(samples(images))))
    for number, image in enumerate(images):
        assert np.array_equal(found[f"{number:03}"], image)


@pytest.mark.parametrize(("inside", "channels"), [(1, 3), (3, 1), (1, 1), (3, 3)])
def test_channels_are_converted_and_noted_once(inside, channels):
    data = prepared(Listed(samples([noise(inside) for _ in range(6)])), channels=channels)
    assert set(data.train.shapes) == {(8, 8, channels)}
    assert len(data.warnings) == (inside != channels)
    for warning in data.warnings:
        assert warning.startswith("6 ")
        assert "000, 001, 002 and 3 more" in warning
        assert ("RGB" in warning) is (channels == 3)


def test_greyscale_in_three_channels_is_reduced_without_a_note():
    images = [np.repeat(noise(), 3, axis=2) for _ in range(6)]
    data = prepared(Listed(samples(images)))
    assert data.warnings == ()
    assert np.array_equal(every(data)["000"], images[0][..., :1])


def test_constant_images_are_noted():
    images = [noise() for _ in range(6)]
    images[4] = np.full((8, 8, 1), 0.5, np.float32)
    (warning,) = prepared(Listed(samples(images))).warnings
    assert warning.startswith("1 ")
    assert "004" in warning


def test_opaque_alpha_is_dropped():
    images = [np.concatenate([noise(), np.ones((8, 8, 1), np.float32)], 2) for _ in range(6)]
    assert np.array_equal(every(prepared(Listed(samples(images))))["002"], images[2][..., :1])


def transparent(channels=1):
    alpha = np.ones((8, 8, 1), np.float32)
    alpha[2, 3] = 0.5
    return np.concatenate([noise(channels), alpha], 2)


def test_transparent_images_are_refused_by_name():
    images = [noise() for _ in range(6)]
    images[3] = transparent()
    with pytest.raises(InputError) as error:
        prepared(Listed(samples(images)))
    assert (error.value.code, error.value.where) == ("transparent", "003")


@pytest.mark.parametrize(("alpha", "background"), [("white", 1), ("black", 0)])
def test_transparent_images_are_composited_over_a_background(alpha, background):
    images = [transparent() for _ in range(6)]
    found = every(prepared(Listed(samples(images)), alpha=alpha))["000"]
    wanted = images[0][..., :1].copy()
    wanted[2, 3] = wanted[2, 3] / 2 + background / 2
    assert np.abs(found - wanted).max() < 1e-4
    assert np.array_equal(every(prepared(Listed(samples(images)), alpha="drop"))["000"], images[0][..., :1])


def test_alpha_is_judged_after_trimming():
    images = [np.concatenate([noise(shape=(12, 12)), np.ones((12, 12, 1), np.float32)], 2) for _ in range(9)]
    for image in images:
        image[:2] = image[:, -2:] = 0
    data = prepared(Listed(samples(images)), size=(10, 10), trim="auto")
    assert data.trimmed == {(12, 12): (2, 0, 0, 2)}
    assert np.array_equal(every(data)["000"], images[0][2:, :-2, :1])
    with pytest.raises(InputError) as error:
        prepared(Listed(samples(images)), size=(10, 10))
    assert error.value.code == "transparent"
    assert "9 of 9" in error.value.what


def test_faults_are_found_in_one_pass():
    broken = [InputError(f"bad {number}", where=f"file {number}") for number in range(30)]
    mixed = [*samples([noise() for _ in range(6)]), *broken, Sample(transparent(), "036", "x")]
    for trim in (None, "auto"):
        with pytest.raises(InputError) as error:
            prepared(Listed(mixed), trim=trim)
        assert error.value.code == "bad-input"
        assert "31 of 37" in error.value.what
        lines = error.value.where.split("\n")
        assert lines[0] == "file 0: bad 0"
        assert len(lines) == 21
        assert "11 more" in lines[-1]
        assert "--skip-bad" in error.value.hint


def test_bad_images_can_be_skipped():
    mixed = samples([noise() for _ in range(9)])
    mixed[2], mixed[5] = InputError("empty", where="/data/002"), Sample(transparent(), "005", "5")
    data = prepared(Listed(mixed), skip_bad=True)
    assert [one.id for one in data.skipped] == ["002", "005"]
    assert data.skipped[0].reason == "empty"
    assert len(every(data)) == 7
    with pytest.raises(InputError) as error:
        prepared(Listed([InputError("empty", where="/data/002")] * 9), skip_bad=True)
    assert "9 of 9" in error.value.what
    assert "--skip-bad" not in error.value.hint


def test_one_id_twice_is_the_sources_fault():
    same = samples([noise(), noise(), noise()])
    with pytest.raises(ComponentError) as error:
        prepared(Listed([*same, same[0]], keys=False), owner="mine 1.0")
    assert error.value.where == "mine 1.0"
    assert "000" in error.value.what


def pairs(images, masked=True):
    partners = []
    for image in images:
        mask = np.zeros(image.shape[:2], np.bool_)
        mask[3:5, 2:6] = True
        damaged = np.where(mask[..., None], 1 - image, image).astype(np.float32)
        partners.append(Damaged(damaged, mask if masked else None, {"at": np.float32([1, 2])}, "cut", "easy"))
    return partners


@pytest.mark.parametrize("masked", [True, False])
def test_partners_come_along(masked):
    images = [noise() for _ in range(9)]
    partners = pairs(images, masked)
    data = prepared(Listed(samples(images, partners)))
    assert data.paired
    number = int(data.test.ids[0])
    (found,) = data.test.partners([0])
    assert np.abs(found.image - partners[number].image).max() <= 0.5 / 65535 + 1e-7
    assert (found.name, found.level, data.test.cases[0]) == ("cut", "easy", ("cut", "easy"))
    assert np.array_equal(found.truth["at"], [1, 2])
    assert np.array_equal(found.mask, partners[number].mask) if masked else found.mask is None


@pytest.mark.parametrize("fit", ["pad", "crop", "resize"])
def test_partners_are_fitted_alike(fit):
    images = [noise(shape=(20, 30)) for _ in range(9)]
    data = prepared(Listed(samples(images, pairs(images))), size=(12, 12), fit=fit)
    for clean, found in zip(data.train.clean(), data.train.partners(), strict=True):
        assert not np.any((found.image != clean).any(axis=-1) & ~found.mask)


def test_a_partner_is_trimmed_alike_and_may_be_greyscale():
    images = [np.concatenate([noise(3, (12, 12)), np.ones((12, 12, 1), np.float32)], 2) for _ in range(9)]
    for image in images:
        image[:2] = 0
    partners = [Damaged(image[..., :1].copy()) for image in images]
    data = prepared(Listed(samples(images, partners)), size=(10, 12), channels=3, trim="auto")
    (found,) = data.test.partners([0])
    assert np.array_equal(found.image, np.repeat(images[int(data.test.ids[0])][2:, :, :1], 3, axis=2))


def test_a_partner_of_another_size_is_named():
    images = [noise() for _ in range(6)]
    partners = pairs(images)
    partners[1] = Damaged(noise(shape=(9, 8)))
    with pytest.raises(InputError) as error:
        prepared(Listed(samples(images, partners)))
    assert (error.value.code, error.value.where) == ("other-size", "001")
    assert "8x9" in error.value.what
    assert "8x8" in error.value.what


def test_partners_of_some_images_only_are_the_sources_fault():
    images = [noise() for _ in range(6)]
    for partners, first in (([*pairs(images)[:5], None], "005"), ([None, *pairs(images)[:5]], "001")):
        with pytest.raises(ComponentError) as error:
            prepared(Listed(samples(images, partners)))
        assert first in error.value.what
