"""Noise: its statistics, its mask, its range."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.builtin.corruptions.noise import noise

KINDS = ("gaussian", "salt-pepper", "speckle")


@settings(deadline=None)
@given(
    st.sampled_from(KINDS),
    st.floats(0, 1),
    st.tuples(st.integers(1, 16), st.integers(1, 16), st.sampled_from([1, 3])),
    st.integers(0, 2**32),
)
def test_what_holds_for_every_noise(kind, amount, shape, seed):
    image = np.random.default_rng(seed).random(shape, dtype=np.float32)
    before = image.copy()
    first, second = (noise(image, np.random.default_rng(seed), kind=kind, amount=amount) for _ in range(2))
    assert np.array_equal(image, before)
    assert np.array_equal(first.image, second.image)
    assert first.image.dtype == np.float32
    assert first.image.shape == shape
    assert first.image.min() >= 0
    assert first.image.max() <= 1
    assert first.mask.dtype == bool
    assert first.mask.shape == shape[:2]
    assert not ((first.image != image).any(axis=2) & ~first.mask).any()
    assert first.truth == {"amount": amount}


@pytest.mark.parametrize("kind", KINDS)
def test_no_amount_changes_nothing(kind):
    image = np.random.default_rng(0).random((9, 9, 3), dtype=np.float32)
    assert np.array_equal(noise(image, np.random.default_rng(1), kind=kind, amount=0.0).image, image)


def test_gaussian_noise_has_its_standard_deviation():
    image = np.full((200, 200, 1), 0.5, np.float32)
    damaged = noise(image, np.random.default_rng(0), amount=0.1).image
    assert damaged.mean() == pytest.approx(0.5, abs=0.003)
    assert damaged.std() == pytest.approx(0.1, rel=0.02)


def test_speckle_grows_with_the_light():
    image = np.full((200, 200, 1), 0.5, np.float32)
    image[:100] = 0.1
    damaged = noise(image, np.random.default_rng(0), kind="speckle", amount=0.2).image
    assert damaged[:100].std() == pytest.approx(0.02, rel=0.03)
    assert damaged[100:].std() == pytest.approx(0.1, rel=0.03)


def test_salt_and_pepper_hit_their_share_with_all_channels():
    image = np.full((200, 200, 3), 0.5, np.float32)
    damaged = noise(image, np.random.default_rng(0), kind="salt-pepper", amount=0.3)
    hit = damaged.image[damaged.mask]
    assert damaged.mask.mean() == pytest.approx(0.3, abs=0.01)
    assert set(np.unique(hit)) == {0.0, 1.0}
    assert (hit == hit[:, :1]).all()
    assert hit.mean() == pytest.approx(0.5, abs=0.02)


def test_a_white_pixel_hit_by_salt_is_masked():
    damaged = noise(np.ones((50, 50, 1), np.float32), np.random.default_rng(0), kind="salt-pepper", amount=1.0)
    assert damaged.mask.all()
    assert 0 < (damaged.image == 1).mean() < 1
