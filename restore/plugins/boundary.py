"""The border to the functions of components: importing and calling them says whose fault a failure is."""

from __future__ import annotations

import contextlib
import functools
import importlib
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from restore.errors import ComponentError, RestoreError, chain, interrupt_in
from restore.plugins.options import REQUIRED, Option, read_options
from restore.system.memory import is_exhausted
from restore.text import TOLD, in_words, words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from restore.plugins.catalogue import Entry  # its plugins are found with pluggy, which a command does without
    from restore.plugins.components import MaskUse

WITHHELD = -1.0
"""The value of every pixel of a mask that is withheld from a network which takes an optional one."""
_P = ParamSpec("_P")
_T = TypeVar("_T")
REPORT = "report it to the owner; --traceback shows where"
COPY = "arrays are read-only; write to a copy, as in image = image.copy()"
READ_ONLY = ("read-only", "WRITEABLE")
"""Words of NumPy's errors for writing to an array that a component was only lent."""


@contextlib.contextmanager
def guard(
    owner: str, doing: str, *, passing: tuple[type[BaseException], ...] = (), prints: bool = False
) -> Iterator[None]:
    """Turn whatever a component raises into a `ComponentError` that names `owner` and what it was `doing`.

    The project's own errors pass: a component may refuse what it is asked. They name `owner` where they name no place.
    What `passthrough` lets through passes as it is, and so do the exceptions `passing`. What is printed goes to
    stderr, unless it `prints`.
    """
    unchanged: tuple[type[BaseException], ...] = (KeyboardInterrupt, MemoryError, *passing)
    try:
        with contextlib.nullcontext() if prints else _stdout_kept():
            yield
    except _OwnFault as carrier:
        raise carrier.error  # noqa: B904 - as it is, and it has its own traceback
    except unchanged:
        raise
    except RestoreError as error:
        refusal = _own(error)
        refusal.where = refusal.where or owner
        if refusal is error:
            raise
        raise refusal from error
    except SystemExit as error:
        raise fault(owner, f"called sys.exit({in_words(error.code)}) while {doing}") from error
    except BaseException as error:  # some are no Exception, such as what cancels a task
        _pass_on(error)
        words = words_of(error)
        hint = COPY if any(one in words for one in READ_ONLY) else REPORT
        raise fault(owner, f"raised {type(error).__name__} while {doing}: {words}", hint=hint) from error


class _OwnFault(BaseException):
    """Carries what went wrong in the project's own code past the component that called it."""

    def __init__(self, error: BaseException) -> None:
        """Keep the error."""
        super().__init__()
        self.error = error


def passthrough(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Return a function of the project to be called by guarded code: what it raises passes the guard as it is."""

    @functools.wraps(function)
    def called(*args: _P.args, **options: _P.kwargs) -> _T:
        try:
            return function(*args, **options)
        except BaseException as error:
            raise _OwnFault(error) from error

    return called


def _stdout_kept() -> contextlib.AbstractContextManager[Any]:
    """Return a context in which what is printed goes to stderr; on other threads, which share stdout, nothing changes."""
    if threading.current_thread() is threading.main_thread():
        return contextlib.redirect_stdout(sys.stderr)
    return contextlib.nullcontext()


def _pass_on(error: BaseException) -> None:
    """Raise what is nobody's fault, where an error came of it: libraries turn an interrupt into errors of their own."""
    interrupt = interrupt_in(error)
    if interrupt is not None:
        raise interrupt
    if any(map(is_exhausted, chain(error))):
        raise MemoryError from error


def fault(owner: str, what: str, *, hint: str = REPORT) -> ComponentError:
    """Return the error for a component that broke its contract, `what` cut to a length that can be read."""
    told = f"a component {what if len(what) <= 2 * TOLD else f'{what[: 2 * TOLD]} ...'}"
    return ComponentError(told, where=owner, hint=hint)


def readonly_view(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array of any shape and any values that a component can read, and neither write to nor unlock."""
    import numpy as np

    # NumPy lets a view be unlocked whose base can be written to; a read-only buffer stays one.
    return np.asarray(memoryview(array).toreadonly())  # type: ignore[arg-type]


def network_input(mask_use: MaskUse, images: Any, masks: Any, withheld: Any = False) -> Any:
    """Return what a network gets: images, float32 (N, H, W, C) in [0, 1], or a mapping of them and their masks.

    `masks`: bool (N, H, W), None where none is given. `withheld`: bool, for all or for each image.
    """
    import numpy as np

    if mask_use == "none":
        return images
    if masks is None:
        plane = np.full((*images.shape[:3], 1), WITHHELD, np.float32)
    else:
        shown = masks[..., None].astype(np.float32)
        plane = np.where(np.reshape(withheld, (-1, 1, 1, 1)), np.float32(WITHHELD), shown)
    return {"image": images, "mask": plane}


def load(entry: Entry, ref: str | None = None) -> Callable[..., Any]:
    """Return the function behind an entry, or its other one `ref`, imported; raises `ComponentError` where that fails."""
    ref = ref or entry.ref
    assert ref is not None
    module, _, name = ref.partition(":")
    with guard(entry.owner, f"importing {ref}"):
        function = getattr(importlib.import_module(module), name)
        if not callable(function):
            raise TypeError(f"{ref} is not a function")
        return function  # type: ignore[no-any-return]


def pretrained_file(entry: Entry) -> Path:
    """Return the path of a pretrained run; raises `ComponentError`, `missing-file` where its package lacks the file."""
    from importlib.resources import files

    from restore.plugins.components import Pretrained

    assert isinstance(entry.component, Pretrained)
    package, _, name = entry.component.file.partition(":")
    with guard(entry.owner, f"finding {entry.component.file}"):
        file = files(package) / name
    # A run file is opened by its path: one inside a zip archive has none.
    if isinstance(file, Path) and file.is_file():
        return file
    raise ComponentError(
        f"the package {package} has no file {name}",
        code="missing-file",
        where=entry.owner,
        hint=f"install {entry.plugin.distribution} again",
    )


def options_of(entry: Entry) -> Mapping[str, Option]:
    """Return the options of an entry by name; what has no function has none."""
    if entry.ref is None:
        return {}
    function = load(entry)
    with guard(entry.owner, "reading its options"):
        return read_options(function)


@dataclass(frozen=True)
class Bound:
    """A component's function with its options: call it with what the kind gets."""

    entry: Entry
    function: Callable[..., Any]
    options: Mapping[str, Any]

    def __call__(self, *args: object, doing: str) -> Any:
        """Call the function; raises `ComponentError` where it fails."""
        with guard(self.entry.owner, doing):
            return self.function(*args, **self.options)

    def fault(self, what: str) -> ComponentError:
        """Return the error for what this component did."""
        return fault(self.entry.owner, what)


def bind(entry: Entry, options: Mapping[str, Any]) -> Bound:
    """Return an entry's function with `options` (plain JSON, checked before) as its parameters' types."""
    declared = options_of(entry)
    unknown = [name for name in options if name not in declared]
    if unknown:
        raise fault(entry.owner, f"has no option {in_words(unknown[0])}")
    values = {name: declared[name].parse(value) for name, value in options.items()}
    missing = [name for name, option in declared.items() if option.default is REQUIRED and name not in values]
    if missing:
        raise fault(entry.owner, f"has no default for its option {missing[0]}")
    return Bound(entry, load(entry), values)


def bind_assembly(entry: Entry, options: Mapping[str, Any]) -> Bound | None:
    """Return the assembly of a model with those of `options` (plain JSON) that it declares; None where it has none."""
    ref = getattr(entry.component, "assembly", "")
    if not ref:
        return None
    function = load(entry, ref)
    with guard(entry.owner, f"reading the options of {ref}"):
        declared = read_options(function)
    values = {name: declared[name].parse(value) for name, value in options.items() if name in declared}
    return Bound(entry, function, values)


def _own(error: RestoreError) -> RestoreError:
    """Return an error as one of the project's own kinds that has three texts: a plugin may derive others."""
    kind: type[RestoreError] = next(one for one in type(error).__mro__ if one.__module__ == RestoreError.__module__)
    texts = {name: in_words(getattr(error, name, ""), str) for name in ("what", "code", "where", "hint")}
    if kind is type(error):
        vars(error).update(texts)
        return error
    return kind(**texts)
