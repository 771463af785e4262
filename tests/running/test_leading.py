"""The score that stands for a run."""

import pytest

from restore.running.leading import Leading, leading, rows_of


def row(metric, region, what="restored", mean=1.0):
    return {"metric": metric, "region": region, "what": what, "mean": mean, "unit": "dB", "better": "higher"}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([row("psnr", "full"), row("psnr", "hole"), row("ssim", "hole")], ("psnr", "hole")),
        ([row("psnr", "full"), row("psnr", "hole", mean=None), row("ssim", "hole")], ("ssim", "hole")),
        ([row("iou", "full"), row("psnr", "hole", "damaged")], ("iou", "full")),
    ],
)
def test_the_first_with_a_score_where_the_damage_is_comes_first(rows, found):
    assert leading(rows)[:2] == found


def test_without_scores_none_leads():
    assert leading([]) is None
    assert leading([row("psnr", "clean")]) is None


def test_its_rows_are_those_that_have_a_score():
    rows = [
        row("psnr", "hole"),
        row("psnr", "hole", "damaged", None),
        row("psnr", "full"),
        row("psnr", "hole", "median"),
    ]
    assert [one["what"] for one in rows_of(rows, Leading("psnr", "hole", "dB", "higher"))] == ["restored", "median"]
