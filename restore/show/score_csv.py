"""The score table as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

COLUMNS = (
    *("data", "corruption", "level", "metric", "unit", "better", "region", "what", "given_mask"),
    *("mean", "low", "high", "n", "groups", "rule", "reason", "identity"),
)


def to_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return score rows as CSV (RFC 4180 but for its line ends), a header first; what does not apply is empty."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, extrasaction="ignore", restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
