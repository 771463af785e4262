"""Minutiae of many prints at once are those of each."""

import numpy as np

from restore_fingerprint.minutiae import extractor, find_minutiae
from restore_fingerprint.synthetic import synthetic


def test_many_prints_are_each():
    prints = np.stack([synthetic(None)[i].clean for i in range(3)])
    for one, found in zip(prints, find_minutiae(prints, "light", 170), strict=True):
        alone = extractor("light")(one[:, :, 0], 170)
        np.testing.assert_array_equal(found.x, alone.x)
        np.testing.assert_array_equal(found.direction, alone.direction)


def test_colour_and_no_prints():
    prints = np.stack([synthetic(None)[i].clean for i in range(2)])
    grey, colour = (find_minutiae(one, "light", 170) for one in (prints, np.repeat(prints, 3, axis=-1)))
    assert [len(one) for one in grey] == [len(one) for one in colour]
    assert find_minutiae(prints[:0], "light", 170) == []
