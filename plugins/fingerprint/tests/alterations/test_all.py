"""Every alteration fulfils the contract on prints of any size, and its levels are ordered."""

import importlib

import numpy as np
import pytest

from restore.api import RequestError, generator
from restore.testing import check, components
from restore_fingerprint.plugin import restore_corruptions
from restore_fingerprint.synthetic import synthetic

CORRUPTIONS = {one.name: one for one in restore_corruptions()}
PRINTS = [synthetic(None, count=6, size=(96, 96))[index].clean for index in range(6)]


def damage(name, image, key, level="medium"):
    one = CORRUPTIONS[name]
    module, function = one.ref.split(":")
    rng = generator("test", key)
    return getattr(importlib.import_module(module), function)(image, rng, **one.levels[level])


@pytest.mark.parametrize("component", components("corruption", "fingerprint"))
def test_it_keeps_the_contract_of_corruptions(component):
    check(component)


@pytest.mark.parametrize("name", CORRUPTIONS)
@pytest.mark.parametrize("shape", [(32, 32, 1), (97, 90, 3), (33, 120, 1), (500, 380, 1)])
def test_outside_the_mask_nothing_changes_at_any_size(name, shape):
    image = synthetic(None, count=1, size=shape[:2])[0].clean.repeat(shape[2], axis=-1)
    made = damage(name, image, 1)
    assert made.image.shape == shape
    assert made.image.dtype == np.float32
    assert np.array_equal(made.image[~made.mask], image[~made.mask])
    assert made.image.min() >= 0
    assert made.image.max() <= 1
    changed = made.image[made.mask] * 255
    np.testing.assert_allclose(changed, np.rint(changed), atol=1e-3)
    again = damage(name, image, 1)
    assert np.array_equal(made.image, again.image)
    assert not np.array_equal(made.image, damage(name, image, 2).image)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_harder_levels_damage_more(name):
    errors = [
        np.mean([((damage(name, one, key, level).image - one) ** 2).mean() for key, one in enumerate(PRINTS)])
        for level in ("easy", "medium", "hard")
    ]
    assert errors[0] < errors[1] < errors[2]


@pytest.mark.parametrize("name", CORRUPTIONS)
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_constant_image_is_accepted(name, value):
    made = damage(name, np.full((64, 64, 1), value, np.float32), 1)
    assert np.isfinite(made.image).all()


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_tiny_image_is_refused(name):
    with pytest.raises(RequestError) as error:
        damage(name, np.ones((31, 96, 1), np.float32), 1)
    assert (error.value.code, error.value.where) == ("too-small", f"corruption {name}")
    assert "31x96" in error.value.what
    assert "32x32" in error.value.hint
