"""Dead leaves: images with edges at every scale, of any size, the same from the same generator."""

from itertools import pairwise

import numpy as np
import pytest

from restore_face.leaves import draw_leaves
from restore_face.synthetic import synthetic


@pytest.mark.parametrize("size", [(16, 16), (40, 97), (128, 128)])
def test_an_image_is_of_its_size_and_range_and_repeats(size):
    first, again, other = (draw_leaves(size, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.shape == (*size, 3)
    assert first.dtype == np.float32
    assert 0 <= first.min() <= first.max() <= 1
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_they_look_alike_at_every_scale():
    """The power spectrum of photographs falls like a power of the frequency between -1.5 and -3 (Field 1987)."""
    slopes = []
    for seed in range(20):
        grey = draw_leaves((128, 128), np.random.default_rng(seed)).mean(axis=2)
        power = np.abs(np.fft.fft2((grey - grey.mean()) * np.outer(np.hanning(128), np.hanning(128)))) ** 2
        frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(128), np.fft.fftfreq(128)))
        bands = np.geomspace(0.03, 0.4, 9)
        means = [power[(low <= frequency) & (frequency < high)].mean() for low, high in pairwise(bands)]
        slopes.append(np.polyfit(np.log(np.sqrt(bands[1:] * bands[:-1])), np.log(means), 1)[0])
    assert -3.2 < np.median(slopes) < -1.5


def test_they_take_the_place_of_whole_subjects():
    mixed, faces = (synthetic(None, count=24, size=(32, 32), leaves=share) for share in (0.5, 0.0))
    same = [np.array_equal(mixed[i].clean, faces[i].clean) for i in range(24)]
    assert [bool(mixed[i].labels) for i in range(24)] == same
    subjects = np.reshape(same, (6, 4))
    assert (subjects.all(axis=1) | ~subjects.any(axis=1)).all()
    assert 0 < subjects[:, 0].sum() < 6
    assert not any(synthetic(None, count=4, size=(32, 32), leaves=1.0)[i].labels for i in range(4))
