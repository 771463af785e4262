"""The border to components: whatever goes wrong there is told with component, distribution and version."""

import numpy as np
import pytest

from restore.errors import ComponentError, InputError, RequestError
from restore.plugins.boundary import (
    COPY,
    REPORT,
    bind,
    guard,
    load,
    options_of,
    passthrough,
    pretrained_file,
    readonly_view,
)
from restore.plugins.catalogue import Catalogue, Entry
from restore.plugins.components import Recipe

OWNER = "corruption prints/scratch of restore-prints 1.2"
GREY = np.full((4, 6, 1), 0.5, np.float32)


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (ValueError("no\nsuch  thing"), "a component raised ValueError while damaging a.png: no such thing"),
        (RecursionError(), "a component raised RecursionError while damaging a.png: "),
        (AssertionError("x" * 1000), f"a component raised AssertionError while damaging a.png: {'x' * 300}"),
        (SystemExit(3), "a component called sys.exit(3) while damaging a.png"),
    ],
)
def test_whatever_a_component_raises_is_told_as_its_fault(error, what):
    with pytest.raises(ComponentError) as caught, guard(OWNER, "damaging a.png"):
        raise error
    assert caught.value.what == what
    assert caught.value.where == OWNER
    assert caught.value.__cause__ is error


def test_whoever_writes_into_a_lent_array_is_told_to_copy_it():
    lent = readonly_view(GREY)
    for write in (lambda: lent.fill(0), lambda: lent.setflags(write=True)):
        with pytest.raises(ComponentError) as caught, guard(OWNER, "damaging a.png"):
            write()
        assert caught.value.hint == COPY
    with pytest.raises(ComponentError) as caught, guard(OWNER, "damaging a.png"):
        GREY.reshape(5, 5)
    assert caught.value.hint == REPORT


def test_what_is_printed_goes_to_stderr_unless_a_command_prints(capsys):
    for prints, kept in ((False, ("", "a\n")), (True, ("a\n", ""))):
        with guard(OWNER, "printing", prints=prints):
            print("a")  # noqa: T201
        assert tuple(capsys.readouterr()) == kept


def test_what_a_caller_lets_pass_passes():
    error = BrokenPipeError()
    with pytest.raises(BrokenPipeError) as caught, guard(OWNER, "printing", passing=(BrokenPipeError,)):
        raise error
    assert caught.value is error


@pytest.mark.parametrize("error", [RequestError("no"), InputError("no"), KeyboardInterrupt(), MemoryError()])
def test_what_a_component_may_raise_passes(error):
    with pytest.raises(type(error)) as caught, guard(OWNER, "damaging a.png"):
        raise error
    assert caught.value is error


@pytest.mark.parametrize("error", [BrokenPipeError(), ValueError("ours"), SystemExit(3), InputError("no")])
def test_what_goes_wrong_in_the_projects_own_code_passes_as_it_is(error):
    @passthrough
    def report(words):
        assert words == "one batch"
        raise error

    with pytest.raises(type(error)) as caught, guard(OWNER, "training"):
        report("one batch")
    assert caught.value is error


class TooSmall(RequestError):
    def __init__(self, side):
        super().__init__(f"{side} pixels are too few")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RequestError("no"), (RequestError, "no", OWNER, "")),
        (InputError("no", where="a.png", hint="yes"), (InputError, "no", "a.png", "yes")),
        (RequestError(ValueError("too small")), (RequestError, "too small", OWNER, "")),
        (TooSmall(7), (RequestError, "7 pixels are too few", OWNER, "")),
    ],
)
def test_a_refusal_is_one_of_the_projects_own_and_names_a_place(error, told):
    with pytest.raises(RequestError) as caught, guard(OWNER, "damaging a.png"):
        raise error
    assert (type(caught.value), caught.value.what, caught.value.where, caught.value.hint) == told


class Unspeakable(BaseException):
    def __str__(self):
        raise self.args[0]


@pytest.mark.parametrize("raised", [RuntimeError("no words"), SystemExit("no words")])
def test_an_error_without_words_is_told_by_its_type(raised):
    with pytest.raises(ComponentError) as caught, guard(OWNER, "damaging a.png"):
        raise Unspeakable(raised)
    assert caught.value.what == "a component raised Unspeakable while damaging a.png: an unprintable Unspeakable"


@pytest.mark.parametrize(
    "array", [GREY, GREY[::-1, ::2], GREY[:0], np.zeros((3, 4), bool), np.broadcast_to(1.0, (2, 2))]
)
def test_what_is_lent_is_read_and_neither_written_to_nor_unlocked(array):
    lent = readonly_view(array)
    assert (lent.shape, lent.dtype, type(lent)) == (array.shape, array.dtype, np.ndarray)
    assert np.array_equal(lent, array)
    with pytest.raises(ValueError, match="read-only"):
        lent[...] = 0
    with pytest.raises(ValueError, match="WRITEABLE"):
        lent.setflags(write=True)


def test_what_a_component_prints_goes_to_stderr(capsys):
    with guard(OWNER, "damaging"):
        print("hello")  # noqa: T201
    assert capsys.readouterr() == ("", "hello\n")


@pytest.mark.parametrize(
    ("kind", "name", "what"),
    [
        ("corruption", "nowhere", "raised ModuleNotFoundError while importing zoo_lost:scratch: No module named"),
        ("corruption", "nobody", "raised AttributeError while importing zoo_bad_ref:scratch"),
        ("corruption", "thing", "raised TypeError while importing zoo_bad_ref:ANSWER: zoo_bad_ref:ANSWER is not a"),
        ("corruption", "untyped", "raised TypeError while reading its options: option count has no type hint"),
        ("corruption", "unknown", "raised NameError while reading its options: name 'Nowhere' is not defined"),
        ("metric", "exits", "raised ModuleNotFoundError while importing zoo_bad_ref.exits:score"),
    ],
)
def test_a_reference_that_leads_nowhere_is_told(zoo, kind, name, what):
    entry = Catalogue(zoo("bad_ref")).find(kind, f"zoo-bad-ref/{name}")
    with pytest.raises(ComponentError) as caught:
        options_of(entry)
    assert caught.value.what.startswith(f"a component {what}")
    assert caught.value.where == f"{kind} zoo-bad-ref/{name} of zoo-bad-ref 1.0"


def test_a_function_is_bound_to_its_options_and_called_behind_the_guard(zoo):
    entry = Catalogue(zoo("good")).find("corruption", "scratch", "zoo-good")
    assert list(options_of(entry)) == ["count"]
    bound = bind(entry, {"count": "7"})
    assert bound.function is load(entry)
    with pytest.raises(ComponentError, match=r"a component raised RuntimeError while damaging a.png: 7 scratches"):
        bound(GREY, None, doing="damaging a.png")
    with pytest.raises(ComponentError, match=r"raised RuntimeError while damaging a.png: 2 scratches"):
        bind(entry, {})(GREY, None, doing="damaging a.png")
    assert str(bound.fault("sank")).splitlines()[:2] == ["a component sank", entry.owner]


def test_a_recipe_has_no_options():
    recipe = Recipe("r", "", "d", "f", (8, 8), 1, [], "m", [], [], 1, 1, "adam", 0.1, "mse")
    plugin = next(Catalogue.installed().entries()).plugin
    assert options_of(Entry(recipe, plugin)) == {}


@pytest.fixture
def shipped(zoo, monkeypatch, tmp_path):
    """Return the entry of a pretrained run, and write its file where its package is found."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "zoo_shipped" / "runs").mkdir(parents=True)
    (tmp_path / "zoo_shipped" / "runs" / "a.h5").write_bytes(b"12345")
    return Catalogue(zoo("pretrained")).find("pretrained", "zoo-pretrained/shipped")


def test_a_pretrained_file_is_found_in_its_package(shipped, tmp_path):
    assert pretrained_file(shipped) == tmp_path / "zoo_shipped" / "runs" / "a.h5"
    assert options_of(shipped) == {}


def test_a_pretrained_file_that_is_missing_is_a_fault_of_its_own_code(shipped, tmp_path):
    pretrained_file(shipped).unlink()
    with pytest.raises(ComponentError) as caught:
        pretrained_file(shipped)
    assert (caught.value.code, caught.value.where) == ("missing-file", shipped.owner)


def test_a_package_that_is_missing_is_a_fault(zoo):
    entry = Catalogue(zoo("pretrained")).find("pretrained", "shipped")
    with pytest.raises(ComponentError) as caught:
        pretrained_file(entry)
    assert caught.value.where == "pretrained zoo-pretrained/shipped of zoo-pretrained 1.0"
