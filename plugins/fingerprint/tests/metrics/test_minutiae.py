"""The metric `minutiae`: its counts, rates and regions."""

from dataclasses import replace

import numpy as np
import pytest

from restore.api import RequestError, Scored
from restore_fingerprint.metrics import minutiae as module
from restore_fingerprint.metrics.minutiae import minutiae
from restore_fingerprint.minutiae import Minutiae, find_minutiae, leader


def scored(images, clean, masks):
    count = len(images)
    names = [str(i) for i in range(count)]
    return Scored(images, clean, images, masks, names, names, [{}] * count)


def test_an_equal_print_keeps_all_and_invents_none(clean, masks):
    found = minutiae(scored(clean, clean, masks), extractor="light", dpi=170.0)
    count = [len(one) for one in find_minutiae(clean, "light", 170.0)]
    np.testing.assert_array_equal(found["kept"], count)
    assert min(count) > 5
    for name in ("f1", "precision", "recall"):
        np.testing.assert_array_equal(found[name], 1)
    for region in ("", "hole.", "clean."):
        for name in ("moved", "lost", "invented"):
            np.testing.assert_array_equal(found[region + name], 0)
    np.testing.assert_array_equal(found["hole.kept"] + found["clean.kept"], found["kept"])
    assert found["leader"] == 0


def test_a_box_loses_the_minutiae_in_it(clean, boxed, masks):
    found = minutiae(scored(boxed, clean, masks), extractor="light", dpi=170.0)
    before, after = find_minutiae(clean, "light", 170.0), find_minutiae(boxed, "light", 170.0)
    total = found["kept"] + found["moved"]
    np.testing.assert_array_equal(total + found["lost"], [len(one) for one in before])
    np.testing.assert_array_equal(total + found["invented"], [len(one) for one in after])
    for name in ("kept", "moved", "lost", "invented"):
        np.testing.assert_array_equal(found[f"hole.{name}"] + found[f"clean.{name}"], found[name])
    assert found["hole.lost"].sum() > 2
    assert found["clean.recall"].mean() > 0.8
    assert np.all(found["f1"] < 1)
    sums = 2 * found["kept"] / (2 * found["kept"] + 2 * found["moved"] + found["lost"] + found["invented"])
    np.testing.assert_allclose(found["f1"], sums)


def test_another_print_keeps_few_by_chance(clean, masks):
    found = minutiae(scored(np.roll(clean, 1, axis=0), clean, masks), extractor="light", dpi=170.0)
    assert found["f1"].mean() < 0.3
    assert found["invented"].min() > 0
    tight, loose = (
        minutiae(scored(np.roll(clean, 1, axis=0), clean, masks), extractor="light", dpi=170.0, distance=d, angle=a)
        for d, a in ((3.0, 5.0), (40.0, 180.0))
    )
    assert tight["kept"].sum() < found["kept"].sum() < loose["kept"].sum()


def test_rates_of_blank_prints_are_undefined(clean, masks):
    paper = np.ones_like(clean)
    found = minutiae(scored(paper, clean, masks), extractor="light")
    np.testing.assert_array_equal(found["recall"], 0)
    np.testing.assert_array_equal(found["f1"], 0)
    assert np.isnan(found["precision"]).all()
    nothing = minutiae(scored(paper, paper, masks), extractor="light")
    assert np.isnan(nothing["f1"]).all()
    np.testing.assert_array_equal(nothing["lost"], 0)
    whole = minutiae(scored(clean, clean, np.zeros_like(masks)), extractor="light", dpi=170.0)
    assert np.isnan(whole["hole.kept"]).all()


def test_the_resolution_is_estimated_from_the_ridges(clean, masks):
    estimated = minutiae(scored(clean, clean, masks), extractor="light")
    given = minutiae(scored(clean, clean, masks), extractor="light", dpi=170.0)
    assert estimated["kept"].sum() == pytest.approx(given["kept"].sum(), rel=0.2)


def test_without_the_extra_leader_is_refused(clean, masks, monkeypatch):
    monkeypatch.setattr(leader, "installed", lambda: False)
    with pytest.raises(RequestError) as error:
        minutiae(scored(clean, clean, masks), extractor="leader")
    assert error.value.code == "missing-extra"
    assert minutiae(scored(clean[:1], clean[:1], masks[:1]))["leader"] == 0


def test_with_nothing_used_all_minutiae_count(clean, boxed, masks):
    one = replace(scored(boxed, clean, masks), used=np.zeros_like(masks))
    for each in (one, replace(one, used=None)):
        same(minutiae(each, extractor="light", dpi=170.0, mask="drop"), minutiae(one, extractor="light", dpi=170.0))


def test_minutiae_within_the_used_mask_have_no_influence(clean, masks, monkeypatch):
    one = replace(scored(np.roll(clean, 1, axis=0), clean, masks), used=masks)
    plain = minutiae(one, extractor="light", dpi=170.0)
    dropped = minutiae(one, extractor="light", dpi=170.0, mask="drop")
    assert plain["kept"].sum() + plain["lost"].sum() > dropped["kept"].sum() + dropped["lost"].sum()
    np.testing.assert_array_equal(dropped["hole.lost"], 0)
    monkeypatch.setattr(module, "find_minutiae", lambda *given: [cluttered(one) for one in find_minutiae(*given)])
    same(minutiae(one, extractor="light", dpi=170.0, mask="drop"), dropped)
    assert minutiae(one, extractor="light", dpi=170.0)["kept"].sum() != plain["kept"].sum()
    everywhere = minutiae(replace(one, used=np.ones_like(masks)), extractor="light", dpi=170.0, mask="drop")
    assert np.isnan(everywhere["f1"]).all()


def cluttered(found):
    """Return minutiae with nine more, best of all, inside the box of the masks."""
    x, y = np.meshgrid([36.0, 47.0, 60.0], [42.0, 53.0, 66.0])
    more = (x.ravel(), y.ravel(), np.linspace(0, 6, 9), np.ones(9, np.uint8), np.ones(9))
    fields = (found.x, found.y, found.direction, found.kind, found.quality)
    return Minutiae(*map(np.concatenate, zip(more, fields, strict=True)), found.shape, found.dpi)


def same(first, second):
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])
