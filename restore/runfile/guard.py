"""What an HDF5 file may hold to be read as a run file, checked before anything is allocated.

A file that reaches the guard has a valid seal, which shows integrity, not who wrote it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from restore.runfile.tree import ROOT, Refusal

MAX_OBJECTS = 100_000
MAX_DEPTH = 32
MAX_ATTRIBUTES = 100
MAX_ATTRIBUTE = 65_536  # bytes; more does not fit an object header
# Below this a declared size is harmless, whatever is stored.
FREE = 64 * 2**20
# zlib compresses at most 1,032 to 1; a dataset that declares more holds only fill values.
MAX_RATIO = 1_100


class VariableText(Refusal):
    """An attribute is a text of variable length, as h5py writes it by default and as in schema 1.

    libhdf5 trusts the length and address stored for such a text: it may hang, or allocate gigabytes (1.14.6).
    """


def admit(file: Any, size: int, *, variable: bool = False) -> Iterator[tuple[str, Any, dict[str, str | int]]]:
    """Check every object of an open file of `size` bytes, then yield path, dataset or None, and attributes.

    Nothing is yielded, and no value read, before all objects are checked. Datasets are low-level objects of h5py.
    `variable` admits attributes that are texts of variable length; otherwise `VariableText` is raised.
    """
    import h5py

    found = list(_walk(file, h5py, variable))
    declared = 0
    for path, item, _ in found:
        if isinstance(item, h5py.h5d.DatasetID):
            declared += _judge(path, item, size, h5py)
    if declared > FREE and declared > MAX_RATIO * size:
        raise Refusal(f"the datasets declare {declared:,} bytes in a file of {size:,}")
    yield from ((path, item if isinstance(item, h5py.h5d.DatasetID) else None, attrs) for path, item, attrs in found)


def attributes(item: Any, path: str, *, variable: bool = False) -> dict[str, str | int]:
    """Return the attributes of a low-level object; only short texts and integers are admitted."""
    import h5py

    count = h5py.h5a.get_num_attrs(item)
    if count > MAX_ATTRIBUTES:
        raise Refusal(f"{path} has {count:,} attributes, more than {MAX_ATTRIBUTES}")
    found: dict[str, str | int] = {}
    for index in range(count):
        attribute = h5py.h5a.open(item, index=index, order=h5py.h5.ITER_NATIVE)
        name = attribute.name.decode("utf-8", "surrogateescape")
        kind = attribute.get_type()
        text = kind.get_class() == h5py.h5t.STRING
        if not text and not (_is_plain(kind, h5py) and kind.get_class() == h5py.h5t.INTEGER):
            raise Refusal(f"the attribute {name!r} of {path} holds {_type_name(kind, h5py)}, not text or an integer")
        if text and kind.is_variable_str() and not variable:
            raise VariableText(f"the attribute {name!r} of {path} is a text of variable length")
        if attribute.shape != () or kind.get_size() > MAX_ATTRIBUTE:
            raise Refusal(f"the attribute {name!r} of {path} is not a single short value")
        value = np.empty((), attribute.dtype)
        attribute.read(value)
        plain = value.item()
        if isinstance(plain, bytes) and len(plain) > MAX_ATTRIBUTE:
            raise Refusal(f"the attribute {name!r} of {path} is not a single short value")
        found[name] = plain.decode("utf-8", "surrogatepass") if isinstance(plain, bytes) else int(plain)
    return found


def _walk(file: Any, h5py: Any, variable: bool) -> Iterator[tuple[str, Any, dict[str, str | int]]]:
    """Yield every object once, parents first, following only hard links within this file."""
    seen = {_address(file.id, h5py)}
    yield ROOT, file.id, attributes(file.id, ROOT, variable=variable)
    waiting = [("", file.id, 1)]
    while waiting:
        parent, group, depth = waiting.pop()
        if len(seen) + group.get_num_objs() > MAX_OBJECTS:
            raise Refusal(f"the file holds more than {MAX_OBJECTS:,} objects")
        names: list[bytes] = []
        # Native order avoids sorting, in which libhdf5 frees memory twice where a checksum is wrong (1.14.6).
        group.links.iterate(names.append, order=h5py.h5.ITER_NATIVE)
        for raw in sorted(names):
            path = f"{parent}/{raw.decode('utf-8', 'surrogateescape')}"
            if group.links.get_info(raw).type != h5py.h5l.TYPE_HARD:
                raise Refusal(f"{path} is {_link_name(group.links.get_info(raw).type, h5py)} link, not an object")
            if depth > MAX_DEPTH:
                raise Refusal(f"groups are nested deeper than {MAX_DEPTH}")
            item = h5py.h5o.open(group, raw)
            if not isinstance(item, (h5py.h5g.GroupID, h5py.h5d.DatasetID)):
                raise Refusal(f"{path} is neither a group nor a dataset")
            address = _address(item, h5py)
            if address in seen:
                raise Refusal(f"{path} is listed twice")
            seen.add(address)
            yield path, item, attributes(item, path, variable=variable)
            if isinstance(item, h5py.h5g.GroupID):
                waiting.append((path, item, depth + 1))


def _address(item: Any, h5py: Any) -> int:
    return int(h5py.h5o.get_info(item).addr)


def _judge(path: str, dataset: Any, size: int, h5py: Any) -> int:
    """Refuse a dataset that refers outside the file or declares more than it stores; returns its declared bytes."""
    plan = dataset.get_create_plist()
    layout = plan.get_layout()
    if layout == h5py.h5d.VIRTUAL:
        raise Refusal(f"{path} is a virtual dataset, with values in other files")
    if plan.get_external_count():
        raise Refusal(f"{path} has its values in external files")
    admitted = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}
    for code in (plan.get_filter(index)[0] for index in range(plan.get_nfilters())):
        if code not in admitted:
            raise Refusal(f"{path} uses filter {code}; only gzip, shuffle and fletcher32 are supported")
    kind = dataset.get_type()
    if not _is_plain(kind, h5py):
        raise Refusal(f"{path} holds {_type_name(kind, h5py)}, not plain numbers or fixed-length text")
    if dataset.get_space().get_simple_extent_type() == h5py.h5s.NULL:
        raise Refusal(f"{path} has no values")
    declared = math.prod(dataset.shape) * int(kind.get_size())
    # The stored size of a contiguous dataset is declared too.
    stored = min(int(dataset.get_storage_size()), size)
    chunk = math.prod(plan.get_chunk()) * int(kind.get_size()) if layout == h5py.h5d.CHUNKED else 0
    for what, claim in (("", declared), (" in one chunk", chunk)):
        if claim > FREE and claim > MAX_RATIO * stored:
            raise Refusal(f"{path} declares {claim:,} bytes{what} but stores {stored:,}")
    return int(declared)


def _is_plain(kind: Any, h5py: Any) -> bool:
    """Return whether a type is a number, a boolean or text of fixed length."""
    if kind.get_class() == h5py.h5t.STRING:
        return not kind.is_variable_str()
    if kind.get_class() == h5py.h5t.ENUM:
        return bool(kind.dtype == np.bool_)
    return bool(kind.get_class() in (h5py.h5t.INTEGER, h5py.h5t.FLOAT))


def _type_name(kind: Any, h5py: Any) -> str:
    names = {
        h5py.h5t.STRING: "text of variable length",
        h5py.h5t.REFERENCE: "references",
        h5py.h5t.VLEN: "values of variable length",
        h5py.h5t.OPAQUE: "opaque objects",
        h5py.h5t.COMPOUND: "compound values",
        h5py.h5t.ARRAY: "arrays",
        h5py.h5t.ENUM: "enumerated values",
        h5py.h5t.BITFIELD: "bit fields",
    }
    return names.get(kind.get_class(), "another type")


def _link_name(kind: int, h5py: Any) -> str:
    return {h5py.h5l.TYPE_SOFT: "a soft", h5py.h5l.TYPE_EXTERNAL: "an external"}.get(kind, "a user-defined")
