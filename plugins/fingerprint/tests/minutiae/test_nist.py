"""MINDTCT's minutiae follow this plugin's convention; without the extra, an error names it."""

import importlib.util
import sys

import numpy as np
import pytest

from restore.api import RequestError
from restore_fingerprint.matching.matchers import find_matcher
from restore_fingerprint.minutiae import chosen, extractor, find_minutiae, nist, skeleton
from restore_fingerprint.minutiae.pairing import ledger
from restore_fingerprint.synthetic import synthetic

needs_nist = pytest.mark.skipif(importlib.util.find_spec("nbis") is None, reason="the extra nist is missing")


@needs_nist
@pytest.mark.parametrize(("direction", "kind"), [(0.5, 1), (np.pi * 1.5, 2), (2.5, 1), (4.0, 2)])
def test_one_drawn_minutia_is_found(dislocation, direction, kind):
    found = nist.extract(dislocation(direction, kind, place=(140.0, 120.0), shape=(256, 256)), 500)
    near = found[np.hypot(found.x - 140, found.y - 120) <= 6]
    assert len(near) == 1
    # A step of MINDTCT's directions is 11 degrees.
    assert abs((np.degrees(near.direction[0] - direction) + 180) % 360 - 180) < 12
    assert near.kind[0] == kind
    assert (found.shape, found.dpi) == ((256, 256), 500)


@needs_nist
def test_it_agrees_with_the_light_extractor():
    source = synthetic(None, count=6, size=(240, 240), dpi=500.0, seed=4)
    prints = [source[index].clean for index in range(6)]
    pairs = zip(find_minutiae(prints, "light", 500), find_minutiae(prints, "mindtct", 500), strict=True)
    assert np.mean([2 * len(ledger(*both).kept) / (len(both[0]) + len(both[1])) for both in pairs]) > 0.7


@needs_nist
def test_small_prints_are_enlarged():
    small = synthetic(None, count=1, size=(96, 96), dpi=200.0)[0].clean[..., 0]
    found = nist.extract(small, 200)
    assert len(found) > 8
    assert (found.shape, found.dpi) == ((96, 96), 200)
    assert found.x.max() < 96
    assert found.y.max() < 96


@needs_nist
@pytest.mark.parametrize("shape", [(1, 1), (8, 8), (9, 300), (300, 9), (7, 100), (23, 64), (24, 24), (64, 64)])
def test_blank_prints_and_slivers_have_none(shape):
    for image in (np.ones(shape, np.float32), np.random.default_rng(0).random(shape, np.float32)):
        assert len(nist.extract(image, 500)) <= 2


@needs_nist
def test_bozorth3_tells_fingers_apart():
    source = synthetic(None, count=6, impressions=2, size=(240, 240), dpi=500.0, seed=5)
    prints = find_minutiae([source[index].clean for index in range(6)], "mindtct", 500)
    scores = find_matcher("bozorth3-nist").scores(prints[::2], prints[1::2])
    assert np.diag(scores).min() > 2 * scores[~np.eye(3, dtype=bool)].max()
    few = prints[0][np.arange(9)]
    assert find_matcher("bozorth3-nist").match(few, prints[0]) == 0


def test_without_the_extra_an_error_names_it(monkeypatch):
    nist._extractor.cache_clear()
    monkeypatch.setitem(sys.modules, "nbis", None)
    for where, needed in (("extractor=mindtct", extractor), ("matcher=bozorth3-nist", find_matcher)):
        with pytest.raises(RequestError) as error:
            needed(where.partition("=")[2])
        assert (error.value.code, error.value.where) == ("missing-extra", where)
        assert "restore-fingerprint[nist]" in error.value.hint
    assert extractor("light") is skeleton.extract
    assert chosen("auto") != "mindtct"
