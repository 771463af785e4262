"""Whatever a plugin might return or raise: strategies of values that look right and are not."""

import asyncio
import copy
import functools

import numpy as np
from hypothesis import strategies as st

from restore.api import Damaged, InputError, Network, RequestError, Sample, WorkError


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no words")


class Derived(RequestError):
    """A refusal with a signature of its own."""

    exit_code = 77

    def __init__(self, sides):
        super().__init__(f"too small: {sides}")
        del self.hint


ERRORS = st.sampled_from(
    [
        *(ValueError("no\nsuch  thing"), KeyError("image"), TypeError(), OSError(5, "gone"), StopIteration(3)),
        *(RecursionError(), ZeroDivisionError("by\0zero"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")),
        *(AssertionError("x" * 1_000), Warning("w"), AttributeError("shape"), LookupError("\ud800"), Unspeakable()),
        *(SystemExit(3), SystemExit(Unspeakable()), SystemExit(None), asyncio.CancelledError(), GeneratorExit()),
        *(RequestError("too small"), RequestError(ValueError("too small")), RequestError(None, where=3, hint=None)),
        *(
            InputError("no picture", where="a.png"),
            WorkError(Unspeakable()),
            Derived(3),
            ExceptionGroup("g", [OSError()]),
        ),
    ]
)


def raising(error):
    def raise_it(*_, **__):
        raise copy.copy(error)  # a fresh one: what was raised before drags its causes along

    return raise_it


METHODS = (
    *("__len__", "__getitem__", "__iter__", "__contains__", "__array__", "__eq__", "__ne__", "__bool__", "__hash__"),
    *("__repr__", "__str__", "__float__", "__int__", "__index__", "__call__", "__lt__", "__ge__", "__invert__"),
    *("keys", "items", "values", "get", "min", "max", "any", "all", "astype", "copy"),
)
ATTRIBUTES = ("shape", "dtype", "ndim", "size", "nbytes", "flags", "image", "mask", "truth", "clean", "id", "group")
PRETENDED = (np.ndarray, Damaged, Sample, Network, dict, str, list, tuple, float, int, Exception)


@st.composite
def liars(draw):
    """Return an object whose methods and attributes raise, return junk, or whose class is said to be another."""
    methods = draw(st.dictionaries(st.sampled_from(METHODS), ERRORS.map(raising) | SCALARS.map(_returning), max_size=6))
    spoken = draw(
        st.dictionaries(st.sampled_from(ATTRIBUTES), ERRORS.map(raising) | SCALARS.map(_returning), max_size=6)
    )
    if draw(st.booleans()):
        spoken["__class__"] = _returning(draw(st.sampled_from(PRETENDED)))
    body = {**methods, **{name: property(code) for name, code in spoken.items()}}
    return type("Liar", (draw(st.sampled_from([object, list, dict, str])),), body)()


def _returning(value):
    return lambda *_, **__: value


class Wrapped(np.ndarray):
    """An array that says that every comparison holds."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return True


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(2**63), 2**64]),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["\ud800", "a\0b", "a\nb", "\x1b[2J", "x" * 1_000, "none", ""]),
    st.binary(max_size=5),
    st.complex_numbers(),
    st.sampled_from([np.float16(1), np.float32("nan"), np.int64(3), np.bool_(1), np.str_("a"), np.datetime64("NaT")]),
    st.just(object()),
    st.just(int),
    st.just(len),
)
DTYPES = st.sampled_from(
    ["f4", "f8", "f2", "g", ">f4", "?", "u1", "i8", "u8", "c8", "O", "S3", "U3", "M8[s]", "f4,i4", "V4"]
)


def shapes_near(shape):
    """Return `shape` most of the time, and others that resemble it."""
    more = tuple(side + 1 for side in shape)
    others = [(), (0,), shape[:-1], (*shape, 1), shape[::-1], (0, *shape[1:]), more, (10**5,) * 3]
    return st.sampled_from([shape] * 6 + others)


@st.composite
def arrays_near(draw, shape):
    """Return an array that might be one of `shape`: of any dtype, layout, subclass and values."""
    wanted = draw(shapes_near(shape))
    dtype = np.dtype(draw(DTYPES))
    if np.prod(wanted, dtype=float) > 10**5:
        return np.broadcast_to(np.zeros((), np.float32), wanted)
    fill = st.sampled_from([0, 1, 0.5, -1, 2, np.nan, np.inf, -np.inf, 1e300, 1 + 1e-7])
    with np.errstate(all="ignore"):
        array = np.zeros(wanted, dtype)
        if dtype.kind in "fc":
            array[...] = draw(st.sampled_from([0, 0.25, 1]))
            if array.size and draw(st.booleans()):
                array.flat[draw(st.integers(0, array.size - 1))] = draw(fill)
        elif dtype.kind in "?b":
            array[...] = draw(st.booleans())
        elif dtype.kind == "O" and array.size:
            array.flat[0] = draw(SCALARS)
    make = draw(st.sampled_from([None] * 6 + [_masked, _reversed, _locked, _wrapped, _spread, _fortran]))
    return make(array) if make else array


def _masked(array):
    return np.ma.masked_array(array, np.ones(array.shape, bool))


def _reversed(array):
    return array[::-1] if array.ndim else array


def _locked(array):
    array.flags.writeable = False
    return array


def _wrapped(array):
    return array.view(Wrapped)


def _spread(array):
    return np.broadcast_to(array.flat[0], array.shape) if array.size else array


def _fortran(array):
    return np.asfortranarray(array)


def things(shape):
    """Return anything at all, arrays near `shape` among it."""
    flat = st.one_of(SCALARS, arrays_near(shape), liars())
    nested = st.one_of(
        flat,
        st.lists(flat, max_size=3),
        st.dictionaries(st.text(max_size=3) | st.integers(), flat, max_size=3),
        st.lists(flat, max_size=2).map(lambda found: (one for one in found)),
    )
    return st.one_of(nested, nested, damageds(shape, nested), samples(shape, nested))


def damageds(shape, junk, right=None):
    """Return a Damaged of which any field may be junk."""
    image = arrays_near(shape) | junk if right is None else st.just(right) | arrays_near(shape) | junk
    return st.builds(
        Damaged,
        image,
        st.none() | arrays_near(shape[:2]) | junk,
        st.just({}) | st.dictionaries(st.text(max_size=3), junk, max_size=2) | junk,
        st.just("") | junk,
        st.just("") | junk,
    )


def samples(shape, junk):
    """Return a Sample of which any field may be junk."""
    return st.builds(
        Sample,
        arrays_near(shape) | junk,
        st.just("a") | junk,
        st.just("g") | junk,
        st.just({}) | junk,
        st.none() | damageds(shape, junk) | junk,
        st.just(()) | junk,
    )


def deeds(value):
    """Return a function that returns a value, raises, or writes to what it is given."""

    def act(returned, error, spoil, *given, **options):
        if spoil is not None:
            for one in given:
                spoil(one)
        if error is not None:
            raise copy.copy(error)
        return returned

    spoils = st.sampled_from([None] * 8 + [_unlock, _zero])
    return st.builds(functools.partial, st.just(act), value, st.one_of(st.none(), st.none(), st.none(), ERRORS), spoils)


def _unlock(given):
    if isinstance(given, np.ndarray):
        given.setflags(write=True)


def _zero(given):
    if isinstance(given, np.ndarray):
        given[...] = 0
