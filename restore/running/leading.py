"""The score that stands for a run: the metric that its images are ranked by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

Row = Mapping[str, Any]
RESTORED = "restored"
REGIONS = ("hole", "full")
"""Where a restored image is looked at first: where it was damaged, if that is known."""


class Leading(NamedTuple):
    """A metric in a region, its unit, and whether `higher` or `lower` is better."""

    metric: str
    region: str
    unit: str
    better: str

    @property
    def title(self) -> str:
        """Return metric, region and unit in words."""
        place = "in the damaged region" if self.region == "hole" else "of the whole image"
        return " ".join(filter(None, [self.metric, place, self.unit and f"({self.unit})"]))


def leading(rows: Sequence[Row]) -> Leading | None:
    """Return the first metric with a restored score, in the hole if any has one there; None without scores."""
    for region in REGIONS:
        for row in rows:
            if row["what"] == RESTORED and row["region"] == region and row["mean"] is not None:
                return Leading(row["metric"], region, row["unit"], row["better"])
    return None


def rows_of(rows: Sequence[Row], lead: Leading) -> list[Row]:
    """Return the rows of a metric in a region that have a score."""
    return [row for row in rows if (row["metric"], row["region"]) == lead[:2] and row["mean"] is not None]
