"""The minutiae of a batch are those of each print, and are cached."""

import numpy as np

from restore_fingerprint.minutiae import extractor, extractors, find_minutiae, skeleton
from restore_fingerprint.synthetic import synthetic


def test_a_batch_equals_its_prints():
    prints = np.stack([synthetic(None)[i].clean for i in range(3)])
    for one, found in zip(prints, find_minutiae(prints, "light", 170), strict=True):
        alone = extractor("light")(one[:, :, 0], 170)
        np.testing.assert_array_equal(found.x, alone.x)
        np.testing.assert_array_equal(found.direction, alone.direction)


def test_rgb_prints_and_an_empty_batch():
    prints = np.stack([synthetic(None)[i].clean for i in range(2)])
    grey, colour = (find_minutiae(one, "light", 170) for one in (prints, np.repeat(prints, 3, axis=-1)))
    assert [len(one) for one in grey] == [len(one) for one in colour]
    assert find_minutiae(prints[:0], "light", 170) == []


def test_the_most_recently_used_prints_are_cached(monkeypatch):
    extracted = []
    monkeypatch.setattr(extractors, "REMEMBERED", 30)
    monkeypatch.setattr(extractors, "_remembered", {})
    monkeypatch.setattr(
        skeleton, "extract", lambda image, dpi, find=skeleton.extract: extracted.append(1) or find(image, dpi)
    )
    clean = np.stack([np.full((40, 40), value / 255, np.float32) for value in range(20)])
    for row in range(5):  # each with other prints, and the clean ones, which have no minutiae, again
        find_minutiae(clean, "light", 500)
        find_minutiae(clean[:10] + (20 + 10 * row) / 255, "light", 500)
    assert len(extracted) == 20 + 5 * 10
