"""The content of a run file between record and HDF5: paths, arrays and attributes, and the hash of each part."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from restore.text import TOLD, printable

ROOT = "/"
FORMAT = "restore-run"
"""The value of the root's attribute `format`."""


class Refusal(Exception):
    """The reason why a file cannot be used, raised where its path is not known."""

    def __init__(self, what: str, *, code: str = "bad-run-file", hint: str = "") -> None:
        """Keep the sentence, made printable as it may quote names from a malicious file, its code, and what to do."""
        shown = printable(what[:TOLD])
        super().__init__(shown)
        self.what, self.code, self.hint = shown, code, hint


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A dataset with its values, or a group (None); `packed` requests compression, which logical content ignores."""

    value: NDArray[Any] | None = None
    attrs: Mapping[str, str | int] = field(default_factory=dict)
    packed: bool = False


Tree: TypeAlias = dict[str, Node]
"""Absolute path to node, parents before their children; the root's attributes under `/`."""


def part_of(path: str) -> str:
    """Return the top-level name that a path belongs to; the root is its own part."""
    return path.split("/")[1] or ROOT


def digests(tree: Tree) -> dict[str, str]:
    """Return SHA-256 (hex) of the logical content of every part, in the order of the tree.

    Logical content is path, attributes, type, shape and values, not layout, compression or bare groups.
    """
    hashes: dict[str, Any] = {part_of(path): hashlib.sha256() for path in tree}
    for path, node in sorted(tree.items()):
        part = hashes[part_of(path)]
        if node.value is None and not node.attrs:
            continue
        value = None if node.value is None else little(node.value)
        shape = None if value is None else (value.dtype.str, value.shape)
        part.update(json.dumps([path, shape, sorted(node.attrs.items())]).encode() + b"\n")
        if value is not None:
            part.update(np.ascontiguousarray(value).data)
    return {name: part.hexdigest() for name, part in hashes.items()}


def little(value: NDArray[Any]) -> NDArray[Any]:
    """Return an array of any shape and any values in little-endian order, whatever machine this is."""
    return value.astype(value.dtype.newbyteorder("<"), copy=False)


def pack_text(text: str) -> NDArray[np.bytes_]:
    """Return one text as a fixed-length UTF-8 scalar."""
    raw = _utf8(text)
    return np.array(raw, dtype=f"S{max(1, len(raw))}")


def pack_texts(texts: Iterable[str]) -> NDArray[np.bytes_]:
    """Return texts as fixed-length UTF-8 (N,)."""
    raw = [_utf8(text) for text in texts]
    return np.array(raw, dtype=f"S{max([1, *map(len, raw)])}")


def pack_json(value: object) -> NDArray[np.bytes_]:
    """Return a value as a UTF-8 JSON scalar; raises ValueError for NaN and infinity, which JSON lacks."""
    return pack_text(json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain))


def _plain(value: object) -> object:
    """Convert what `json` does not support (read-only mappings, sequences, NumPy numbers) to what it does."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not a plain value")


def _utf8(text: str) -> bytes:
    """Return UTF-8; file names in another encoding keep their escapes, and NUL, which ends a text in C, is replaced."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class View:
    """Looks up values in a tree read from a file, and refuses values of an unexpected form."""

    tree: Tree

    def has(self, path: str) -> bool:
        """Return whether the path exists."""
        return path in self.tree

    def children(self, path: str) -> list[str]:
        """Return the names directly under a path, sorted."""
        start = path.rstrip("/") + "/"
        return sorted(
            p[len(start) :] for p in self.tree if p.startswith(start) and "/" not in p[len(start) :] and p != ROOT
        )

    def attribute(self, path: str, name: str) -> str:
        """Return a text attribute."""
        value = self._node(path).attrs.get(name)
        if not isinstance(value, str):
            raise Refusal(f"{path} has no text attribute {name!r}")
        return value

    def array(self, path: str, kinds: str, ndim: int | None = None) -> NDArray[Any]:
        """Return an array whose dtype kind is one of `kinds`, of `ndim` axes (None: any)."""
        value = self._node(path).value
        if value is None or value.dtype.kind not in kinds or (ndim is not None and value.ndim != ndim):
            raise Refusal(f"{path} does not have the type and shape that a run file has there")
        return value

    def texts(self, path: str) -> tuple[str, ...]:
        """Return fixed-length UTF-8 (N,) as texts."""
        try:
            return tuple(raw.decode("utf-8", "surrogatepass") for raw in self.array(path, "S", 1).tolist())
        except UnicodeDecodeError:
            raise Refusal(f"{path} is not UTF-8 text") from None

    def json(self, path: str, kind: type) -> Any:
        """Return a UTF-8 JSON scalar whose top is of type `kind`."""
        raw = self.array(path, "S", 0).item()
        try:
            value = json.loads(raw.decode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError):
            raise Refusal(f"{path} is not JSON") from None
        if not isinstance(value, kind):
            raise Refusal(f"{path} is JSON, but not a {kind.__name__}")
        return value

    def _node(self, path: str) -> Node:
        if path not in self.tree:
            raise Refusal(f"{path} is missing")
        return self.tree[path]
