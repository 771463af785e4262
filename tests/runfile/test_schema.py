"""Records come back from a file as they were, and what is no record is refused."""

import math
from dataclasses import replace
from types import MappingProxyType

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from restore.errors import InputError
from restore.runfile import hdf5
from restore.runfile.read import read
from restore.runfile.record import STATUSES, Gallery, LogEntry, Record, Scores, SplitIds, State
from restore.runfile.schema import CURRENT, SCHEMAS, detect
from restore.runfile.tree import Refusal

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
VARIABLES = st.lists(st.tuples(SHOWN, ARRAYS), max_size=4)
COLUMN = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=9)
NUMBERS = st.floats(allow_nan=False)


@st.composite
def splits(draw):
    rows = draw(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=4))
    return SplitIds(*(tuple(row[column] for row in rows) for column in range(3)))


@st.composite
def scores(draw):
    labels = [tuple(draw(st.lists(TEXT, max_size=3))) for _ in range(5)]
    value = draw(hnp.arrays(np.float32, tuple(map(len, labels))))
    return Scores(value, *labels, table=draw(st.none() | st.lists(JSON, max_size=3)))


@st.composite
def galleries(draw):
    count, height, width, channels = (draw(st.integers(0, 3)) for _ in range(4))
    pictures = [draw(hnp.arrays(np.uint8, (count, height, width, channels))) for _ in range(3)]
    mask, confidence = (draw(hnp.arrays(np.uint8, (count, height, width))) for _ in range(2))
    index = [draw(JSON) for _ in range(count)]
    return Gallery(*pictures, mask, confidence if draw(st.booleans()) else None, index)


RECORDS = st.builds(
    Record,
    **dict.fromkeys(("id", "name", "created", "restore_version"), SHOWN),
    status=st.sampled_from(STATUSES),
    plan=JSON,
    environment=JSON,
    seconds=JSON,
    data=st.dictionaries(st.sampled_from(("train", "validation", "test")), splits()),
    skipped=st.lists(JSON, max_size=2),
    history=st.lists(
        st.dictionaries(COLUMN | st.sampled_from(("loss", ".", "..", "a/b", "%2F", "~")), NUMBERS), max_size=3
    ),
    scores=st.none() | scores(),
    gallery=st.none() | galleries(),
    weights=VARIABLES,
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


def test_more_than_a_thousand_variables_keep_their_order(record):
    variables = [(f"v{number}", np.array(number)) for number in range(1001)]
    assert [path for path, _ in through_hdf5(replace(record, weights=variables)).weights] == [
        path for path, _ in variables
    ]


def test_read_only_and_numpy_values_are_plain(record):
    plan = MappingProxyType({"seed": np.int64(3), "size": (96, 96), "inner": MappingProxyType({})})
    assert through_hdf5(replace(record, plan=plan)).plan == {"seed": 3, "size": [96, 96], "inner": {}}


def test_large_values_are_packed(record):
    scores = Scores(np.full((5000, 1, 1, 1, 1), np.nan, np.float32), ["x"] * 5000, *[["y"]] * 4)
    assert hdf5.dump(CURRENT.pack(replace(record, scores=scores))).getbuffer().nbytes < 64_000


@pytest.mark.parametrize(
    "change",
    [
        lambda r: replace(r, plan={"x": math.nan}),
        lambda r: replace(r, data={"train": SplitIds(["a"], [], [])}),
        lambda r: replace(r, scores=replace(r.scores, image=["a"])),
        lambda r: replace(r, gallery=replace(r.gallery, index=[])),
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

    with pytest.raises(InputError, match="has schema 2, this restore reads schemas up to 1") as refused:
        read(forge(change))
    assert refused.value.hint == "install a newer one: pip install --upgrade 'restore-toolkit>=7.1'"


@pytest.mark.parametrize("header", [{}, {"format": "restore-run"}, {"format": "other", "schema": 1}, {"schema": 1}])
def test_other_hdf5_is_refused(header):
    with pytest.raises(Refusal, match="no run file"):
        detect(header)


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


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (without("plan"), "/plan is missing"),
        (without("events/level"), "/events/level is missing"),
        (without("data/skipped"), "/data/skipped is missing"),
        (without("state/training"), "/state/training is missing"),
        (without("gallery/clean"), "/gallery/clean is missing"),
        (without("weights/001"), "the variables under /weights are not numbered one by one"),
        (lambda f: f["weights/001"].attrs.__delitem__("path"), "/weights/001 has no text attribute 'path'"),
        (lambda f: f.attrs.__delitem__("name"), "/ has no text attribute 'name'"),
        (lambda f: f.attrs.__setitem__("status", np.bytes_(b"done")), "the status 'done' is none of running, stopped"),
        (instead("plan", np.bytes_(b"{")), "/plan is no JSON"),
        (instead("plan", np.bytes_(b"[]")), "/plan is JSON, but no dict"),
        (instead("scores/table", np.bytes_(b"{}")), "/scores/table is JSON, but no list"),
        (instead("history/loss", np.zeros(1)), "the columns of /history differ in length"),
        (instead("history/loss", np.zeros((2, 1))), "/history/loss is not of the type and shape"),
        (instead("data/test/id", np.array([b"x"])), "the columns of /data/test differ in length"),
        (instead("events/time", np.array([b"x"])), "the columns of /events differ in length"),
        (instead("scores/value", np.zeros((2, 2, 2, 2, 1), "f4")), "/scores/value has another type or shape"),
        (instead("scores/value", np.zeros((2, 2, 2, 2, 2))), "/scores/value has another type or shape"),
        (instead("gallery/mask", np.zeros((4, 8, 9), "u1")), "/gallery/mask is not of the type and shape"),
        (instead("gallery/mask", np.zeros((4, 8, 8), "u2")), "/gallery/mask is not of the type and shape"),
    ],
)
def test_what_is_no_record_is_refused(change, sentence, forge):
    with pytest.raises(InputError) as refused:
        read(forge(change))
    assert sentence in refused.value.what
