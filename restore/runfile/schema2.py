"""The layout of a run file, as docs/run-file.md describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from restore.plugins.values import NETWORK
from restore.runfile import parts
from restore.runfile.record import (
    KINDS,
    LEARNED,
    Ancestors,
    GalleryImage,
    Kind,
    LearnedFrom,
    Parent,
    Record,
    Scores,
    State,
)
from restore.runfile.tree import FORMAT, ROOT, Node, Refusal, Tree, View, pack_json, pack_texts

if TYPE_CHECKING:
    from restore.runfile.record import Variables

_HEADER = ("id", "name", "created", "kind", "status", "restore_version")
_LAYERS = {"clean": 3, "damaged": 3, "restored": 3, "mask": 2, "true_mask": 2, "confidence": 2}
"""The axes of each array of a gallery's image, (H, W, C) or (H, W)."""
_OPTIONAL = ("true_mask", "confidence")


class Schema2:
    """Weights by network, a gallery of images of any size, and what pooled scores are made of."""

    number: ClassVar[int] = 2

    def pack(self, record: Record) -> Tree:
        """Return the tree of a record; raise ValueError where a value has no place in a file."""
        return {
            ROOT: Node(attrs=self._header(record)),
            "/plan": Node(pack_json(record.plan)),
            "/environment": Node(pack_json(record.environment)),
            "/seconds": Node(pack_json(record.seconds)),
            **parts.pack_splits(record.data),
            "/data/skipped": Node(pack_json(list(record.skipped))),
            "/data/margins": Node(pack_json(list(record.margins))),
            **(_pack_ancestors(record.ancestors) if record.ancestors else {}),
            **parts.pack_history(record.history),
            **(_pack_scores(record.scores) if record.scores else {}),
            **({} if record.gallery is None else _pack_gallery(record.gallery)),
            **_pack_networks("/weights", record.weights, packed=record.kind == "pretrained"),
            **(_pack_exports(record.exports) if record.exports else {}),
            **(_pack_state(record.state) if record.state else {}),
            **parts.pack_events(record.events),
        }

    def _header(self, record: Record) -> dict[str, str | int]:
        header: dict[str, str | int] = {"format": FORMAT, "schema": self.number}
        header |= {name: getattr(record, name) for name in _HEADER}
        if record.parent:
            header |= {"parent_id": record.parent.id, "parent_content": record.parent.content}
        return header

    def unpack(self, tree: Tree) -> Record:
        """Return the record of a tree; raise `Refusal` for what is missing or of another form."""
        view = View(tree)
        return Record(
            **parts.unpack_header(view),
            kind=_unpack_kind(view),
            parent=_unpack_parent(view),
            ancestors=_unpack_ancestors(view) if view.has("/ancestors") else None,
            plan=view.json("/plan", dict),
            environment=view.json("/environment", dict),
            seconds=view.json("/seconds", dict),
            data=parts.unpack_splits(view, "skipped", "margins"),
            skipped=parts.unpack_rows(view, "/data/skipped"),
            margins=parts.unpack_rows(view, "/data/margins"),
            history=parts.unpack_history(view),
            scores=_unpack_scores(view) if view.has("/scores") else None,
            gallery=_unpack_gallery(view) if view.has("/gallery") else None,
            weights=_unpack_networks(view, "/weights"),
            exports=_unpack_exports(view),
            state=_unpack_state(view) if view.has("/state") else None,
            events=parts.unpack_events(view),
        )


def _unpack_kind(view: View) -> Kind:
    kind = view.attribute(ROOT, "kind")
    if kind not in KINDS:
        raise Refusal(f"the kind {kind!r} is none of {', '.join(KINDS)}")
    return kind


def _unpack_parent(view: View) -> Parent | None:
    if "parent_id" not in view.tree[ROOT].attrs:
        return None
    return Parent(view.attribute(ROOT, "parent_id"), view.attribute(ROOT, "parent_content"))


def _pack_ancestors(ancestors: Ancestors) -> Tree:
    tree = {"/ancestors": Node(), "/ancestors/runs": Node(pack_json(list(ancestors.runs)))}
    for name, one in ancestors.data.items():
        if len(one.groups) != len(one.sha256):
            raise ValueError(f"groups and hashes of the ancestors' {name} differ in number")
        tree[f"/ancestors/{name}"] = Node()
        tree[f"/ancestors/{name}/group"] = Node(pack_texts(one.groups), packed=True)
        tree[f"/ancestors/{name}/sha256"] = Node(pack_texts(one.sha256), packed=True)
    return tree


def _unpack_ancestors(view: View) -> Ancestors:
    runs = parts.unpack_rows(view, "/ancestors/runs")
    known = {"id": str, "content": str, "images": bool}
    if not all(isinstance(one.get(name), kind) for one in runs for name, kind in known.items()):
        raise Refusal("/ancestors/runs has an entry without id, content and images")
    data = {}
    for name in LEARNED:
        groups, hashes = (view.texts(f"/ancestors/{name}/{column}") for column in ("group", "sha256"))
        if len(groups) != len(hashes):
            raise Refusal(f"the columns of /ancestors/{name} differ in length")
        data[name] = LearnedFrom(groups, hashes)
    return Ancestors(runs, data)


def _pack_scores(scores: Scores) -> Tree:
    tree = parts.pack_scores(scores)
    images, corruptions, _, regions, _ = scores.value.shape
    if scores.pixels is not None:
        if scores.pixels.shape != (images, corruptions, regions):
            raise ValueError(f"the shape {scores.pixels.shape} of the scores' pixels is not that of their labels")
        tree["/scores/pixels"] = Node(scores.pixels.astype(np.int64, copy=False), packed=True)
    if scores.data is not None:
        if len(scores.data) != images:
            raise ValueError("the scores' datasets and images differ in number")
        tree["/scores/data"] = Node(pack_texts(scores.data), packed=True)
    return tree


def _unpack_scores(view: View) -> Scores:
    scores = parts.unpack_scores(view)
    images, corruptions, _, regions, _ = scores.value.shape
    pixels = view.array("/scores/pixels", "i", 3) if view.has("/scores/pixels") else None
    if pixels is not None and (pixels.dtype != np.int64 or pixels.shape != (images, corruptions, regions)):
        raise Refusal("/scores/pixels is not of the type and shape of its labels")
    data = view.texts("/scores/data") if view.has("/scores/data") else None
    if data is not None and len(data) != images:
        raise Refusal("/scores/data and /scores/image differ in length")
    return replace(scores, pixels=pixels, data=data)


def _pack_gallery(gallery: Sequence[GalleryImage]) -> Tree:
    index = [{name: getattr(one, name) for name in ("id", "corruption", "rank", "details")} for one in gallery]
    tree = {"/gallery": Node(), "/gallery/index": Node(pack_json(index))}
    for number, one in zip(parts.numbers(len(gallery)), gallery, strict=True):
        path = f"/gallery/{number}"
        tree[path] = Node()
        for name, axes in _LAYERS.items():
            layer = getattr(one, name)
            if layer is None and name in _OPTIONAL:
                continue
            if layer.dtype != np.uint8 or layer.ndim != axes or layer.shape != one.clean.shape[:axes]:
                raise ValueError(f"{name} of the gallery's {one.id} is not of the type and shape of its image")
            tree[f"{path}/{name}"] = Node(layer, packed=True)
    return tree


def _unpack_gallery(view: View) -> tuple[GalleryImage, ...]:
    index = view.json("/gallery/index", list)
    return tuple(
        _unpack_image(view, f"/gallery/{number}", entry)
        for number, entry in zip(parts.numbers(len(index)), index, strict=True)
    )


def _unpack_image(view: View, path: str, entry: Mapping[str, Any]) -> GalleryImage:
    labels = parts.unpack_labels(entry)
    details = entry.get("details")
    if not isinstance(details, dict):
        raise Refusal("/gallery/index has an entry without details")
    shape: tuple[int | None, ...] = (None, None, None)
    layers: dict[str, Any] = {}
    for name, axes in _LAYERS.items():
        if name not in _OPTIONAL or view.has(f"{path}/{name}"):
            layers[name] = parts.unpack_pixels(view, f"{path}/{name}", shape[:axes])
            shape = layers["clean"].shape
    return GalleryImage(**labels, **layers, details=details)


def _pack_networks(path: str, networks: Mapping[str, Variables], *, packed: bool = False) -> Tree:
    tree = {path: Node()}
    for name, variables in networks.items():
        tree |= parts.pack_variables(f"{path}/{_checked(name)}", variables, packed=packed)
    return tree


def _unpack_networks(view: View, path: str) -> dict[str, Variables]:
    return {name: parts.unpack_variables(view, f"{path}/{name}") for name in _named(view, path)}


def _pack_exports(exports: Mapping[str, bytes]) -> Tree:
    tree = {"/export": Node(), "/export/onnx": Node()}
    return tree | {
        f"/export/onnx/{_checked(name)}": Node(np.frombuffer(raw, np.uint8)) for name, raw in exports.items()
    }


def _unpack_exports(view: View) -> dict[str, bytes]:
    path = "/export/onnx"
    return {name: parts.unpack_pixels(view, f"{path}/{name}", (None,)).tobytes() for name in _named(view, path)}


def _checked(name: str) -> str:
    if not NETWORK.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a network")
    return name


def _named(view: View, path: str) -> list[str]:
    """Return the names of the networks under a path."""
    names = view.children(path)
    for name in names:
        if not NETWORK.fullmatch(name):
            raise Refusal(f"{path}/{name} is not called like a network")
    return names


def _pack_state(state: State) -> Tree:
    return {
        "/state": Node(),
        "/state/training": Node(pack_json(state.training)),
        **_pack_networks("/state/weights", state.weights),
        **_pack_networks("/state/optimizer", state.optimizer),
    }


def _unpack_state(view: View) -> State:
    return State(
        weights=_unpack_networks(view, "/state/weights"),
        optimizer=_unpack_networks(view, "/state/optimizer"),
        training=view.json("/state/training", dict),
    )
