"""Rows of several runs in one table."""

from restore.show.report.merging import merge


def what_and_means(rows):
    return [(row["metric"], row["what"], row["mean"]) for row in rows]


def test_one_run_stays_as_it_is(rows):
    assert merge({"a": rows}) == rows


def test_what_all_runs_share_stands_once_and_what_is_restored_by_run(row):
    first = [row("psnr", "full", "damaged", 14.0), row("psnr", "full", "restored", 20.0)]
    second = [row("psnr", "full", "damaged", 14.0), row("psnr", "full", "restored", 22.0)]
    merged = [("psnr", "damaged", 14.0), ("psnr", "a", 20.0), ("psnr", "b", 22.0)]
    assert what_and_means(merge({"a": first, "b": second})) == merged


def test_where_runs_disagree_in_one_row_every_one_bears_its_name(row):
    first = [row("psnr", "full", "damaged", 14.0), row("mse", "full", "damaged", 0.1)]
    second = [row("psnr", "full", "damaged", 14.0), row("mse", "full", "damaged", 0.2)]
    found = [what for _, what, _ in what_and_means(merge({"a": first, "b": second}))]
    assert found == ["damaged, a", "damaged, b"] * 2


def test_a_baseline_of_one_run_and_what_is_restored_given_the_mask(row):
    first = [row("psnr", "full", "median", 18.0), row("psnr", "full", "restored given mask", 21.0, given_mask=True)]
    merged = merge({"a": first, "b": [row("psnr", "full", "restored", 22.0)]})
    assert [what for _, what, _ in what_and_means(merged)] == ["median", "a given mask", "b"]


def test_metrics_of_one_region_and_corruption_stand_together(row):
    first = [row("psnr", "full", "restored", 20.0), row("mse", "full", "restored", 0.1)]
    second = [row("mse", "full", "restored", 0.2), row("psnr", "full", "restored", 21.0, corruption="noise")]
    found = [(one["metric"], one["corruption"], one["what"]) for one in merge({"a": first, "b": second})]
    assert found == [
        ("psnr", "box@easy", "a"),
        ("mse", "box@easy", "a"),
        ("mse", "box@easy", "b"),
        ("psnr", "noise", "b"),
    ]
