"""An audit as JSON, and as a table of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from restore.show.figures import count, show_interval, show_score
from restore.show.sheet import Column, Sheet, to_table

if TYPE_CHECKING:
    from restore.tasks.audit import Memorisation

Json = Mapping[str, Any]


def audit_document(path: str, findings: Sequence[Memorisation]) -> Json:
    """Return the document of `restore audit --json`."""
    found = [{**asdict(one), "found": one.found, "conclusive": one.conclusive} for one in findings]
    return {"schema": 1, "path": path, "findings": found}


def audit_parts(document: Json) -> list[RenderableType]:
    """Return a table of the findings, and what they mean in words."""
    names = ("train dB", "test dB", "gap dB", "95 %", "attack AUC", "95 %")
    sheet = Sheet([Column("corruption"), *(Column(name, right=True, faint=name == "95 %") for name in names)])
    findings = document["findings"]
    for one in findings:
        psnr = (show_score(value, 2) for value in (one["train"], one["test"]))
        sheet.rows.append([one["corruption"], *psnr, *_estimate(one["gap"], 2), *_estimate(one["attack"], 3)])
    train, test = zip(findings[0]["images"], findings[0]["groups"], strict=True)
    return [
        to_table(sheet),
        "",
        f"{_images(*train)} from the training set, {_images(*test)} from the test set",
        "attack AUC: membership inference by an image's error alone, 0.5 is chance",
        "95 %: bootstrap interval over groups",
        *map(_verdict, findings),
    ]


def _images(images: int, groups: int) -> str:
    return f"{count(images, 'image')} of {count(groups, 'group')}"


def _estimate(one: Json, decimals: int) -> Iterator[str]:
    yield show_score(one["value"], decimals)
    yield show_interval(one["low"], one["high"], decimals)


def _verdict(one: Json) -> str:
    """Return what a finding means."""
    if one["found"]:
        return f"{one['corruption']}: training subjects are restored better than others, beyond chance"
    if not one["conclusive"]:
        return f"{one['corruption']}: inconclusive, since one side has a single group"
    return f"{one['corruption']}: no sign of memorisation"
