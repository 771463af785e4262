"""The border to the functions of components: importing, calling and judging them says whose fault a failure is."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from restore.catalogue import Entry
from restore.components import Recipe
from restore.errors import ComponentError, RestoreError
from restore.options import REQUIRED, Option, read_options
from restore.values import Damaged, Sample, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@contextlib.contextmanager
def guard(owner: str, doing: str) -> Iterator[None]:
    """Turn whatever a component raises into a `ComponentError` that names `owner` and what it was `doing`."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except (RestoreError, KeyboardInterrupt, MemoryError):
        raise
    except SystemExit as error:
        raise fault(owner, f"called sys.exit({error.code!r}) while {doing}") from error
    except Exception as error:
        text = " ".join(str(error).split())[:300]
        raise fault(owner, f"raised {type(error).__name__} while {doing}: {text}") from error


def fault(owner: str, what: str) -> ComponentError:
    """Return the error for a component that broke its contract."""
    return ComponentError(f"a component {what}", where=owner, hint="report it to the owner; --traceback shows where")


def load(entry: Entry) -> Callable[..., Any]:
    """Return the function behind an entry, imported; raises `ComponentError` where that fails."""
    assert not isinstance(entry.component, Recipe)
    module, _, name = entry.component.ref.partition(":")
    with guard(entry.owner, f"importing {entry.component.ref}"):
        function = getattr(importlib.import_module(module), name)
        if not callable(function):
            raise TypeError(f"{entry.component.ref} is not a function")
        return function  # type: ignore[no-any-return]


def options_of(entry: Entry) -> Mapping[str, Option]:
    """Return the options of an entry by name; a recipe has none."""
    if isinstance(entry.component, Recipe):
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
    values = {name: declared[name].parse(value) for name, value in options.items()}
    missing = [name for name, option in declared.items() if option.default is REQUIRED and name not in values]
    if missing:
        raise fault(entry.owner, f"has no default for its option {missing[0]}")
    return Bound(entry, load(entry), values)


def judge_image(image: object, shape: tuple[int, ...], what: str) -> str | None:
    """Return what is wrong with `image`, which should be float32 of `shape` in [0, 1], or None."""
    import numpy as np

    if not isinstance(image, np.ndarray):
        return f"returned {type(image).__name__} as {what}, not an array"
    if image.dtype != np.float32 or image.shape != shape:
        return f"returned {image.dtype} {image.shape} as {what}, not float32 {shape}"
    low, high = float(image.min()), float(image.max())
    if not (low >= 0 and high <= 1):  # false for NaN as well
        return f"returned values from {low:g} to {high:g} as {what}, not from 0 to 1"
    return None


def judge_damaged(damaged: object, clean: NDArray[np.float32]) -> str | None:
    """Return what is wrong with what a corruption made of `clean`, float32 (H, W, C) in [0, 1], or None."""
    import numpy as np

    if not isinstance(damaged, Damaged):
        return f"returned {type(damaged).__name__}, not Damaged"
    if not isinstance(damaged.truth, Mapping):
        return f"returned {type(damaged.truth).__name__} as the truth, not a mapping"
    wrong = judge_image(damaged.image, clean.shape, "the image")
    if wrong or damaged.mask is None:
        return wrong
    mask = damaged.mask
    if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.shape != clean.shape[:2]:
        seen = f"{mask.dtype} {mask.shape}" if isinstance(mask, np.ndarray) else type(mask).__name__
        return f"returned {seen} as the mask, not bool {clean.shape[:2]}"
    if np.any((damaged.image != clean).any(axis=-1) & ~mask):
        return "changed pixels outside its mask"
    return None


def judge_sample(sample: object) -> str | None:
    """Return what is wrong with a sample of a data set, or None."""
    import numpy as np

    if not isinstance(sample, Sample):
        return f"gave a {type(sample).__name__}, not a Sample"
    clean = sample.clean
    if not isinstance(clean, np.ndarray) or clean.ndim != 3 or not 1 <= clean.shape[2] <= 4 or not clean.size:
        return f"gave no image (H, W, C) as sample {sample.id}"
    if not isinstance(sample.id, str) or not isinstance(sample.group, str):
        return f"gave an id or group that is no text: {sample.id!r}, {sample.group!r}"
    return judge_image(clean, clean.shape, f"sample {sample.id}")


def judge_source(source: object) -> str | None:
    """Return what is wrong with an opened data set, or None."""
    if not isinstance(source, Source):
        return f"returned {type(source).__name__}, which has no len() and [i]"
    keys = getattr(source, "keys", None)
    if keys is not None and not isinstance(keys, Sized):
        return f"has {type(keys).__name__} as its keys, not a sequence of (id, group)"
    if keys is not None and len(keys) != len(source):
        return f"names {len(keys)} keys for {len(source)} samples"
    return None
