"""Records come back from a file as they were, and what is no record is refused."""

import math
import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from restore.errors import InputError
from restore.plugins.values import NETWORK
from restore.runfile import hdf5
from restore.runfile.read import read
from restore.runfile.record import (
    KINDS,
    STATUSES,
    Ancestors,
    GalleryImage,
    LearnedFrom,
    LogEntry,
    Parent,
    Record,
    Scores,
    SplitIds,
    State,
)
from restore.runfile.schema import CURRENT, SCHEMAS, detect
from restore.runfile.tree import ROOT, Node, Refusal, pack_json, pack_texts

ANCESTORS = Ancestors(
    ({"id": "ba9876543210", "content": "5" * 64, "images": True}, {"id": "0" * 12, "content": "", "images": False}),
    {"train": LearnedFrom(("1", "\udcff"), ("0" * 64, "1" * 64)), "validation": LearnedFrom()},
)
TEXT = st.text(st.characters(blacklist_characters="\0", blacklist_categories=()), max_size=20)
PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9)
)
# Attributes are texts that every reader shows: what is no Unicode has no place in them.
SHOWN = st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=20)
JSON = st.dictionaries(st.text(max_size=9), PLAIN | st.lists(PLAIN, max_size=3), max_size=4)
ARRAYS = hnp.arrays(
    hnp.floating_dtypes(endianness="=", sizes=(16, 32, 64))
    | hnp.integer_dtypes(endianness="=")
    | hnp.unsigned_integer_dtypes(endianness="=")
    | hnp.boolean_dtypes(),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3),
)
NETWORKS = st.from_regex(NETWORK, fullmatch=True)
VARIABLES = st.dictionaries(NETWORKS, st.lists(st.tuples(SHOWN, ARRAYS), max_size=4), max_size=3)
COLUMN = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=9)
NUMBERS = st.floats(allow_nan=False)


@st.composite
def splits(draw):
    rows = draw(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=4))
    return SplitIds(*(tuple(row[column] for row in rows) for column in range(3)))


@st.composite
def scores(draw):
    labels = [tuple(draw(st.lists(TEXT, max_size=3))) for _ in range(5)]
    shape = tuple(map(len, labels))
    return Scores(
        draw(hnp.arrays(np.float32, shape)),
        *labels,
        table=draw(st.none() | st.lists(JSON, max_size=3)),
        pixels=draw(st.none() | hnp.arrays(np.int64, (shape[0], shape[1], shape[3]))),
        data=draw(st.none() | st.tuples(*[TEXT] * shape[0])),
    )


@st.composite
def images(draw):
    height, width, channels = (draw(st.integers(0, 3)) for _ in range(3))
    layers = [draw(hnp.arrays(np.uint8, (height, width, channels))) for _ in range(3)]
    flat = hnp.arrays(np.uint8, (height, width))
    rest = draw(flat), draw(st.none() | flat), draw(st.none() | flat)
    return GalleryImage(draw(st.text()), draw(st.text()), draw(st.text()), *layers, *rest, draw(JSON))


RECORDS = st.builds(
    Record,
    **dict.fromkeys(("id", "name", "created", "restore_version"), SHOWN),
    kind=st.sampled_from(KINDS),
    status=st.sampled_from(STATUSES),
    parent=st.none() | st.builds(Parent, SHOWN, SHOWN),
    plan=JSON,
    environment=JSON,
    seconds=JSON,
    data=st.dictionaries(st.sampled_from(("train", "validation", "test")), splits()),
    skipped=st.lists(JSON, max_size=2),
    margins=st.lists(JSON, max_size=2),
    history=st.lists(
        st.dictionaries(COLUMN | st.sampled_from(("loss", ".", "..", "a/b", "%2F", "~")), NUMBERS), max_size=3
    ),
    scores=st.none() | scores(),
    gallery=st.none() | st.lists(images(), max_size=3),
    weights=VARIABLES,
    exports=st.dictionaries(NETWORKS, st.binary(max_size=9), max_size=2),
    state=st.none() | st.builds(State, VARIABLES, VARIABLES, JSON),
    events=st.lists(st.builds(LogEntry, TEXT, TEXT, TEXT), max_size=3),
)


def plain(value):
    """Return what two equal values share: arrays as bytes, sequences as lists, NaN as a word."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return "NaN" if isinstance(value, float) and math.isnan(value) else value


def filled(record):
    """Return the record with every history row told in every column."""
    columns = {name for row in record.history for name in row}
    rows = [{name: float(row.get(name, math.nan)) for name in columns} for row in record.history]
    return replace(record, history=rows if columns else [])


def through_hdf5(record):
    data = hdf5.dump(CURRENT.pack(record)).getvalue()
    with hdf5.opened(data) as file:
        return detect(hdf5.header(file)).unpack(hdf5.load(file, len(data)))


@given(RECORDS)
@settings(max_examples=40, deadline=None)
def test_round_trip(record):
    assert plain(through_hdf5(record)) == plain(filled(record))


def test_round_trip_of_the_sample(record):
    assert plain(through_hdf5(record)) == plain(filled(record))


def test_round_trip_of_ancestors(record):
    assert through_hdf5(replace(record, ancestors=ANCESTORS)).ancestors == ANCESTORS
    assert through_hdf5(record).ancestors is None


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda tree: tree.pop("/ancestors/runs"), "/ancestors/runs"),
        (lambda tree: tree.pop("/ancestors/train/group"), "/ancestors/train/group"),
        (lambda tree: tree.update({"/ancestors/runs": Node(pack_json([{"id": "a"}]))}), "/ancestors/runs"),
        (lambda tree: tree.update({"/ancestors/train/group": Node(pack_texts("abc"))}), "/ancestors/train"),
    ],
)
def test_what_is_no_ancestor_is_refused(record, change, place):
    tree = CURRENT.pack(replace(record, ancestors=ANCESTORS))
    change(tree)
    with pytest.raises(Refusal) as refused:
        CURRENT.unpack(tree)
    assert place in refused.value.what


def test_more_than_a_thousand_variables_keep_their_order(record):
    variables = [(f"v{number}", np.array(number)) for number in range(1001)]
    read_back = through_hdf5(replace(record, weights={"model": variables})).weights["model"]
    assert [path for path, _ in read_back] == [path for path, _ in variables]


def test_more_than_a_thousand_images_keep_their_order(record):
    gallery = [replace(record.gallery[0], id=str(number)) for number in range(1001)]
    assert [one.id for one in through_hdf5(replace(record, gallery=gallery)).gallery] == [one.id for one in gallery]


def test_read_only_and_numpy_values_are_plain(record):
    plan = MappingProxyType({"seed": np.int64(3), "size": (96, 96), "inner": MappingProxyType({})})
    assert through_hdf5(replace(record, plan=plan)).plan == {"seed": 3, "size": [96, 96], "inner": {}}


def test_large_values_are_packed(record):
    scores = Scores(np.full((5000, 1, 1, 1, 1), np.nan, np.float32), ["x"] * 5000, *[["y"]] * 4)
    assert hdf5.dump(CURRENT.pack(replace(record, scores=scores, gallery=None))).getbuffer().nbytes < 64_000


def with_first(record, **changes):
    """Return the record with the first image of its gallery changed."""
    return replace(record, gallery=[replace(record.gallery[0], **changes)])


@pytest.mark.parametrize(
    "change",
    [
        lambda r: replace(r, plan={"x": math.nan}),
        lambda r: replace(r, data={"train": SplitIds(["a"], [], [])}),
        lambda r: replace(r, scores=replace(r.scores, image=["a"])),
        lambda r: replace(r, scores=replace(r.scores, pixels=np.zeros((2, 2, 1), np.int64))),
        lambda r: replace(r, scores=replace(r.scores, data=[""])),
        lambda r: with_first(r, mask=np.zeros((6, 8), np.uint8)),
        lambda r: with_first(r, mask=r.gallery[0].clean),
        lambda r: with_first(r, restored=np.zeros((6, 9, 3), np.uint8)),
        lambda r: with_first(r, confidence=np.zeros((6, 9), np.float32)),
        lambda r: with_first(r, details={"truth": math.inf}),
        lambda r: replace(r, weights={"Model": []}),
        lambda r: replace(r, weights={"a/b": []}),
        lambda r: replace(r, exports={"": b""}),
        lambda r: replace(r, ancestors=Ancestors((), {"train": LearnedFrom(("a",), ())})),
    ],
)
def test_what_has_no_place_in_a_file_is_an_error(record, change):
    with pytest.raises(ValueError, match=r".+"):
        CURRENT.pack(change(record))


def test_newest_schema_comes_first():
    numbers = [schema.number for schema in SCHEMAS]
    assert numbers == sorted(numbers, reverse=True)
    assert CURRENT is SCHEMAS[0]


def test_newer_schema_is_refused_with_both_numbers_and_what_to_install(forge):
    def change(file):
        file.attrs["schema"] = np.int64(CURRENT.number + 1)
        file.attrs["restore_version"] = np.bytes_(b"7.1")
        file["plan2"] = h5py.SoftLink("/plan")  # a newer schema may have what this one refuses

    with pytest.raises(InputError) as refused:
        read(forge(change))
    assert refused.value.code == "newer-schema"
    assert {str(CURRENT.number), str(CURRENT.number + 1)} <= set(refused.value.what.replace(",", "").split())
    assert "'restore-toolkit>=7.1'" in refused.value.hint


@pytest.mark.parametrize("header", [{}, {"format": "restore-run"}, {"format": "other", "schema": 1}, {"schema": 1}])
def test_other_hdf5_is_refused(header):
    with pytest.raises(Refusal) as refused:
        detect(header)
    assert refused.value.code == "not-a-run-file"


def without(path):
    return lambda file: file.__delitem__(path)


def instead(path, value, **kind):
    def change(file):
        attrs = dict(file[path].attrs)
        del file[path]
        file.create_dataset(path, data=value, **kind)
        for name, raw in attrs.items():
            file[path].attrs[name] = np.bytes_(raw.encode() if isinstance(raw, str) else raw)

    return change


REFUSED = [
    (without("plan"), "/plan"),
    (without("events/level"), "/events/level"),
    (without("data/skipped"), "/data/skipped"),
    (without("data/margins"), "/data/margins"),
    (without("state/training"), "/state/training"),
    (without("gallery/001/clean"), "/gallery/001/clean"),
    (without("gallery/003"), "/gallery/003/clean"),
    (without("weights/model/001"), "/weights/model"),
    (lambda f: f.move("weights/model", "weights/0"), "/weights/0"),
    (lambda f: f.move("state/optimizer/model", "state/optimizer/Model"), "/state/optimizer/Model"),
    (lambda f: f["weights/model/001"].attrs.__delitem__("path"), "/weights/model/001"),
    (lambda f: f.attrs.__delitem__("name"), "/"),
    (lambda f: f.attrs.__delitem__("kind"), "/"),
    (lambda f: f.attrs.__delitem__("parent_content"), "/"),
    (lambda f: f.attrs.__setitem__("status", np.bytes_(b"done")), "'done'"),
    (lambda f: f.attrs.__setitem__("kind", np.bytes_(b"walk")), "'walk'"),
    (instead("plan", np.bytes_(b"{")), "/plan"),
    (instead("plan", np.bytes_(b"[]")), "/plan"),
    (instead("data/margins", np.bytes_(b"{}")), "/data/margins"),
    (instead("data/skipped", np.bytes_(b"[1]")), "/data/skipped"),
    (instead("scores/table", np.bytes_(b"{}")), "/scores/table"),
    (instead("scores/table", np.bytes_(b"[1]")), "/scores/table"),
    (instead("history/loss", np.zeros(1)), "/history"),
    (instead("history/loss", np.zeros((2, 1))), "/history/loss"),
    (instead("data/test/id", np.array([b"x"])), "/data/test"),
    (instead("events/time", np.array([b"x"])), "/events"),
    (instead("scores/value", np.zeros((2, 2, 2, 2, 1), "f4")), "/scores/value"),
    (instead("scores/value", np.zeros((2, 2, 2, 2, 2))), "/scores/value"),
    (instead("scores/pixels", np.zeros((2, 2, 1), "i8")), "/scores/pixels"),
    (instead("scores/pixels", np.zeros((2, 2, 2), "i4")), "/scores/pixels"),
    (instead("scores/data", np.array([b"x"])), "/scores/data"),
    (instead("gallery/index", np.bytes_(b"{}")), "/gallery/index"),
    (instead("gallery/index", np.bytes_(b"[1]")), "/gallery/index"),
    (instead("gallery/index", np.bytes_(b'[{"id": "a", "corruption": "box"}]')), "/gallery/index"),
    (instead("gallery/index", np.bytes_(b'[{"id": "a", "corruption": "box", "rank": "best"}]')), "/gallery/index"),
    (instead("gallery/000/clean", np.zeros((6, 9), "u1")), "/gallery/000/clean"),
    (instead("gallery/000/damaged", np.zeros((6, 9, 3), "u1")), "/gallery/000/damaged"),
    (instead("gallery/000/mask", np.zeros((6, 8), "u1")), "/gallery/000/mask"),
    (instead("gallery/000/true_mask", np.zeros((6, 9), "u2")), "/gallery/000/true_mask"),
    (instead("export/onnx/finder", np.zeros((2, 2), "u1")), "/export/onnx/finder"),
    (lambda f: f.move("export/onnx/finder", "export/onnx/Finder"), "/export/onnx/Finder"),
]


@pytest.mark.parametrize(("change", "place"), REFUSED, ids=[f"{i}-{place}" for i, (_, place) in enumerate(REFUSED)])
def test_what_is_no_record_is_refused(change, place, forge):
    with pytest.raises(InputError) as refused:
        read(forge(change))
    assert refused.value.code == "bad-run-file"
    assert place in refused.value.what.replace(",", " ").split()


REFUSED_1 = [
    (without("plan"), "/plan"),
    (without("weights/001"), "/weights"),
    (without("gallery/clean"), "/gallery/clean"),
    (instead("gallery/mask", np.zeros((4, 8, 9), "u1")), "/gallery/mask"),
    (instead("gallery/mask", np.zeros((4, 8, 8), "u2")), "/gallery/mask"),
    (instead("gallery/restored", np.zeros((3, 8, 8, 1), "u1")), "/gallery/restored"),
    (instead("gallery/index", np.bytes_(b"[1, 2, 3, 4]")), "/gallery/index"),
    (instead("scores/table", np.bytes_(b"{}")), "/scores/table"),
]


@pytest.mark.parametrize(("change", "place"), REFUSED_1, ids=[f"{i}-{place}" for i, (_, place) in enumerate(REFUSED_1)])
def test_what_is_no_record_of_schema_1_is_refused(change, place, forge_1):
    with pytest.raises(InputError) as refused:
        read(forge_1(change))
    assert refused.value.code == "bad-run-file"
    assert place in refused.value.what.replace(",", " ").split()


def test_columns_that_schema_1_called_otherwise_are_renamed(forge_1):
    table = np.bytes_(b'[{"what": "biharmonic", "knows_mask": true, "mean": 8.5}]')
    assert read(forge_1(instead("scores/table", table))).scores.table == [
        {"what": "biharmonic", "given_mask": True, "mean": 8.5}
    ]


def test_a_run_of_schema_1_without_weights_has_no_network(forge_1):
    def change(file):
        del file["weights"]
        file.create_group("weights")

    assert read(forge_1(change)).weights == {}


def test_the_page_describes_every_path(record):
    """The first column of the table, its names alone standing for the last part of the path before them."""
    page = (Path(__file__).parents[2] / "docs" / "run-file.md").read_text("utf-8")
    described = {"SPLIT": "[^/]+", "COLUMN": "[^/]+", "NETWORK": NETWORK.pattern, "NNN": r"\d{3,}"}
    patterns = []
    for cell in re.findall(r"^\| (`/.*?) \|", page, re.MULTILINE):
        for name in re.findall(r"`([^`]+)`", cell):
            path = name if name.startswith("/") else f"{patterns[-1].rpartition('/')[0]}/{name}"
            for word, pattern in described.items():
                path = path.replace(word, pattern)
            patterns.append(path)
    whole = replace(record, ancestors=ANCESTORS)
    written = [path for path, node in CURRENT.pack(whole).items() if node.value is not None or path == ROOT]
    assert [path for path in written if not any(re.fullmatch(one, path) for one in patterns)] == []
    assert [one for one in patterns if not any(re.fullmatch(one, path) for path in written)] == []
