"""Logical content: its hashes see every difference and nothing else, its texts come back as they were."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.runfile.tree import (
    ROOT,
    Node,
    Refusal,
    View,
    digests,
    pack_json,
    pack_text,
    pack_texts,
)

TEXTS = st.text(st.characters(blacklist_characters="\0", blacklist_categories=()))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(TEXTS))
def test_texts_come_back(texts):
    assert View({"/x": Node(pack_texts(texts))}).texts("/x") == tuple(texts)


@given(st.dictionaries(st.text(max_size=9), JSON, max_size=3))
def test_json_comes_back(value):
    assert View({"/x": Node(pack_json(value))}).json("/x", dict) == value


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], {"a": {1, 2}}])
def test_what_json_has_not_is_refused(value):
    with pytest.raises((ValueError, TypeError)):
        pack_json(value)


def test_nul_does_not_end_a_text():
    assert View({"/x": Node(pack_texts(["a\0"]))}).texts("/x") == ("a\N{REPLACEMENT CHARACTER}",)


DIFFERENT = [
    Node(np.array([1, 2], np.int32)),
    Node(np.array([2, 1], np.int32)),
    Node(np.array([[1, 2]], np.int32)),
    Node(np.array([1, 2], np.int64)),
    Node(np.array([1, 2], np.uint32)),
    Node(np.array([1, 2], np.int32), {"path": "a"}),
    Node(np.array([1, 2], np.int32), {"path": "b"}),
    Node(np.array([1, 2], np.float32)),
    Node(np.array([1, np.nan], np.float32)),
    Node(pack_texts(["a", "b"])),
    Node(pack_texts(["ab", ""])),
    Node(None, {"path": "a"}),
]


def test_hashes_tell_different_values_apart():
    assert len({digests({"/x/y": node})["x"] for node in DIFFERENT}) == len(DIFFERENT)
    assert digests({"/x/y": DIFFERENT[0]})["x"] != digests({"/x/z": DIFFERENT[0]})["x"]


def test_hashes_do_not_see_order_byte_order_packing_or_bare_groups():
    one = {"/x": Node(), "/x/a": Node(np.arange(3)), "/x/b": Node(pack_text("t"), packed=True)}
    other = {"/x/b": Node(pack_text("t")), "/x/a": Node(np.arange(3, dtype=">i8"))}
    assert digests(one) == digests(other)


def test_hashes_are_one_a_part():
    tree = {ROOT: Node(attrs={"a": 1}), "/x/a": Node(np.arange(3)), "/y": Node(np.arange(3))}
    changed = tree | {"/x/a": Node(np.arange(4))}
    differ = {name for name, value in digests(tree).items() if digests(changed)[name] != value}
    assert list(digests(tree)) == ["/", "x", "y"]
    assert differ == {"x"}


@pytest.mark.parametrize(
    ("look", "place"),
    [
        (lambda view: view.array("/y", "f"), "/y"),
        (lambda view: view.array("/x", "f"), "/x"),
        (lambda view: view.array("/x", "i", 2), "/x"),
        (lambda view: view.array("/group", "i"), "/group"),
        (lambda view: view.attribute("/x", "path"), "/x"),
        (lambda view: view.texts("/bytes"), "/bytes"),
        (lambda view: view.json("/text", dict), "/text"),
        (lambda view: view.json("/deep", list), "/deep"),
        (lambda view: view.json("/list", dict), "/list"),
    ],
)
def test_what_does_not_fit_is_refused(look, place):
    view = View(
        {
            "/group": Node(),
            "/x": Node(np.arange(3), {"path": 1}),
            "/bytes": Node(np.array([b"\xff"])),
            "/text": Node(pack_text("{")),
            "/deep": Node(pack_text("[" * 100_000)),
            "/list": Node(pack_json([])),
        }
    )
    with pytest.raises(Refusal) as refused:
        look(view)
    assert refused.value.code == "bad-run-file"
    assert place in refused.value.what.split()
