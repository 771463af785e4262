"""The first layout of a run file, read as today's record: one network, and a gallery of images of one size."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from restore.plugins.values import MODEL, Json
from restore.runfile import parts
from restore.runfile.record import GalleryImage, Record, State
from restore.runfile.tree import Tree, View

_RENAMED = {"knows_mask": "given_mask"}
"""Columns of the score table that are called otherwise since."""


class Schema1:
    """Reads the first layout; nothing writes it any more."""

    number: ClassVar[int] = 1

    def unpack(self, tree: Tree) -> Record:
        """Return the record of a tree; raise `Refusal` for what is missing or of another form."""
        view = View(tree)
        weights = parts.unpack_variables(view, "/weights")
        scores = parts.unpack_scores(view) if view.has("/scores") else None
        if scores is not None and scores.table is not None:
            scores = replace(scores, table=[_renamed(row) for row in scores.table])
        return Record(
            **parts.unpack_header(view),
            plan=view.json("/plan", dict),
            environment=view.json("/environment", dict),
            seconds=view.json("/seconds", dict),
            data=parts.unpack_splits(view, "skipped"),
            skipped=parts.unpack_rows(view, "/data/skipped"),
            history=parts.unpack_history(view),
            scores=scores,
            gallery=_unpack_gallery(view) if view.has("/gallery") else None,
            weights={MODEL: weights} if weights else {},
            state=_unpack_state(view) if view.has("/state") else None,
            events=parts.unpack_events(view),
        )


def _renamed(row: Json) -> dict[str, Any]:
    return {_RENAMED.get(name, name): value for name, value in row.items()}


def _unpack_gallery(view: View) -> tuple[GalleryImage, ...]:
    """Return the images of arrays (N, H, W, C) and (N, H, W), which lie side by side in their order."""
    index = view.json("/gallery/index", list)
    clean = parts.unpack_pixels(view, "/gallery/clean", (len(index), None, None, None))
    shapes = {"damaged": clean.shape, "restored": clean.shape, "mask": clean.shape[:3], "confidence": clean.shape[:3]}
    layers: dict[str, Any] = {"clean": clean} | {
        name: parts.unpack_pixels(view, f"/gallery/{name}", shape)
        for name, shape in shapes.items()
        if name != "confidence" or view.has(f"/gallery/{name}")
    }
    return tuple(
        GalleryImage(**parts.unpack_labels(entry), **{name: layer[i] for name, layer in layers.items()})
        for i, entry in enumerate(index)
    )


def _unpack_state(view: View) -> State:
    return State(
        weights={MODEL: parts.unpack_variables(view, "/state/weights")},
        optimizer={MODEL: parts.unpack_variables(view, "/state/optimizer")},
        training=view.json("/state/training", dict),
    )
