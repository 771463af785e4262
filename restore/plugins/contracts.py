"""What each kind of component must return: every function says what is wrong with it, or returns None."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ParamSpec, TypeGuard

from restore.plugins.values import NETWORK, Damaged, Network, Sample, Source
from restore.text import in_words, words_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Given = ParamSpec("Given")
PIXELS = 2**31
"""Pixels of a sample, as many as --max-pixels can allow: an array may claim more than it holds."""
SAMPLES = 100_000_000
"""Samples of a dataset: a length may be a claim too."""
DEPTH = 32
"""Levels of lists and mappings in what is written down with a sample."""


def _guarded(contract: Callable[Given, str | None]) -> Callable[Given, str | None]:
    """Report what raises while a value is looked at: lengths, items and attributes of a component's objects are code."""

    @functools.wraps(contract)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> str | None:
        try:
            return contract(*args, **kwargs)
        except (KeyboardInterrupt, MemoryError):
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the component's
            return f"returned a value that cannot be read: {type(error).__name__}: {words_of(error)}"

    return guarded


def fault_in_image(image: object, shape: tuple[int, ...], what: str) -> str | None:
    """Return what is wrong with `image`, which should be float32 of `shape` in [0, 1], or None."""
    import numpy as np

    if not is_array(image):
        return f"returned {type(image).__name__} as {what}, not an array"
    if image.dtype != np.float32 or image.shape != shape:
        return f"returned {image.dtype} {image.shape} as {what}, not float32 {shape}"
    low, high = (float(image.min()), float(image.max())) if image.size else (0, 0)
    if not (low >= 0 and high <= 1):  # false for NaN as well
        return f"returned values from {low:g} to {high:g} as {what}, not from 0 to 1"
    return None


@_guarded
def fault_in_damaged(damaged: object, clean: NDArray[np.float32]) -> str | None:
    """Return what is wrong with what a corruption made of `clean`, float32 (H, W, C) in [0, 1], or None."""
    import numpy as np

    if type(damaged) is not Damaged:
        return f"returned {type(damaged).__name__}, not Damaged"
    wrong = fault_in_image(damaged.image, clean.shape, "the image") or _fault_in_words(damaged)
    if wrong or damaged.mask is None:
        return wrong
    wrong = fault_in_mask(damaged.mask, clean.shape[:2], "the mask")
    if wrong:
        return wrong
    if np.any((damaged.image != clean).any(axis=-1) & ~damaged.mask):
        return "changed pixels outside its mask"
    return None


@_guarded
def fault_in_augmented(returned: object, images: NDArray[np.float32]) -> str | None:
    """Return what is wrong with what an augmentation made of `images`, float32 (K, H, W, C) in [0, 1], or None."""
    if type(returned) is not tuple or len(returned) != 2:
        return f"returned {type(returned).__name__}, not a tuple of images and mask"
    return fault_in_image(returned[0], images.shape, "the images") or fault_in_mask(
        returned[1], images.shape[1:3], "the mask"
    )


@_guarded
def fault_in_sample(sample: object) -> str | None:
    """Return what is wrong with a sample of a dataset, or None.

    Its damaged partner may be of another size, which the engine reports as a fault of the input.
    """
    if type(sample) is not Sample:
        return f"returned {type(sample).__name__}, not Sample"
    if not _is_name(sample.id) or not _is_name(sample.group):
        return f"returned an id or group that is not text: {in_words(sample.id)}, {in_words(sample.group)}"
    wrong = _fault_in_picture(sample.clean, f"sample {sample.id}")
    if wrong:
        return wrong
    if type(sample.labels) is not dict or not _is_plain(sample.labels):
        return f"returned labels that are not a dict of plain values with sample {sample.id}"
    if not isinstance(sample.notes, list | tuple) or not all(isinstance(note, str) for note in sample.notes):
        return f"returned notes that are not a list of texts with sample {sample.id}"
    return None if sample.damaged is None else _fault_in_partner(sample.damaged, sample.id)


@_guarded
def fault_in_source(source: object) -> str | None:
    """Return what is wrong with an opened dataset, or None."""
    if not isinstance(source, Source):
        return f"returned {type(source).__name__}, which has no len() and [i]"
    count = len(source)
    if count > SAMPLES:
        return f"claims {count} samples"
    keys = getattr(source, "keys", None)
    wrong = None if keys is None else _fault_in_keys(keys, count)
    if wrong:
        return wrong
    for name, kind in (("fingerprint", str), ("threadsafe", bool), ("notes", list | tuple)):
        value = getattr(source, name, None)
        if value is not None and not isinstance(value, kind):
            return f"has {type(value).__name__} as its {name}"
    if not all(isinstance(note, str) for note in getattr(source, "notes", None) or ()):
        return "has notes that are not texts"
    content = getattr(source, "content", None)
    return None if content is None or callable(content) else f"has {type(content).__name__} as its content"


def _fault_in_keys(keys: object, count: int) -> str | None:
    """Return what is wrong with the keys of a dataset with `count` samples, or None."""
    if not isinstance(keys, Sequence) or isinstance(keys, str | bytes):
        return f"has {type(keys).__name__} as its keys, not a sequence of (id, group)"
    if len(keys) != count:
        return f"names {len(keys)} keys for {count} samples"
    wrong = [key for key in map(keys.__getitem__, range(count)) if not _is_key(key)]
    return f"has {in_words(wrong[0])} among its keys, not (id, group)" if wrong else None


def _fault_in_picture(image: object, what: str) -> str | None:
    """Return what is wrong with an image of any size, or None."""
    if not is_array(image):
        return f"returned {type(image).__name__} as {what}, not an array (H, W, C)"
    if image.ndim != 3 or not 1 <= image.shape[2] <= 4 or not image.size:
        return f"returned shape {image.shape} as {what}, not (H, W, C) with 1 or 3 channels, or 2 or 4 with alpha"
    height, width, _ = image.shape
    if height * width > PIXELS:
        return f"returned an image of {width}x{height} pixels as {what}"
    return fault_in_image(image, image.shape, what)


def _fault_in_partner(damaged: object, ident: str) -> str | None:
    """Return what is wrong with the damaged partner of a sample, or None."""
    if type(damaged) is not Damaged:
        return f"returned {type(damaged).__name__} as the damaged partner of {ident}, not Damaged"
    what = f"the damaged partner of {ident}"
    wrong = _fault_in_picture(damaged.image, what) or _fault_in_words(damaged)
    if wrong or damaged.mask is None:
        return wrong
    return fault_in_mask(damaged.mask, damaged.image.shape[:2], f"the mask of {ident}")


def fault_in_mask(mask: object, shape: tuple[int, ...], what: str) -> str | None:
    """Return what is wrong with `mask`, which should be bool of `shape`, or None."""
    import numpy as np

    if is_array(mask) and mask.dtype == np.bool_ and mask.shape == shape:
        return None
    seen = f"{mask.dtype} {mask.shape}" if is_array(mask) else type(mask).__name__
    return f"returned {seen} as {what}, not bool {shape}"


def _fault_in_words(damaged: Damaged) -> str | None:
    """Return what is wrong with the truth, name and level that come with a damaged image, or None."""
    if not isinstance(damaged.truth, Mapping):
        return f"returned {type(damaged.truth).__name__} as the truth, not a mapping"
    for name, value in dict(damaged.truth).items():
        if not isinstance(name, str) or not _is_plain(value):
            return f"returned a truth {in_words(name)} that is neither plain JSON nor an array of numbers"
    if not isinstance(damaged.name, str) or not isinstance(damaged.level, str):
        return f"returned a name or level that is not text: {in_words(damaged.name)}, {in_words(damaged.level)}"
    return None


def fault_in_restored(images: object, damaged: NDArray[np.float32], names: Sequence[str]) -> str | None:
    """Return what is wrong with what a classical model made of `damaged`, float32 (N, H, W, C) in [0, 1], or None.

    Where the fault lies in one image, its name is given.
    """
    wrong = fault_in_image(images, damaged.shape, span(names))
    if wrong is None or not is_array(images) or images.shape != damaged.shape:
        return wrong
    each = (fault_in_image(one, damaged.shape[1:], name) for one, name in zip(images, names, strict=True))
    return next(filter(None, each))


def fault_in_network(network: Network) -> str | None:
    """Return what is wrong with the network that a model's function returned, or None."""
    import keras

    for name, model in network.models.items():
        if not isinstance(model, keras.Model):
            return f"returned {type(model).__name__} as the network {in_words(name)}, not a Keras model"
    return next(_faults_in_form(network, network.models), None)


@_guarded
def fault_in_assembled(network: object, networks: Mapping[str, Any]) -> str | None:
    """Return what is wrong with what a model's assembly made of `networks`, or None."""
    if type(network) is not Network:
        return f"returned {type(network).__name__} from its assembly, not Network"
    models = network.models
    if models.keys() != networks.keys() or any(models[name] is not networks[name] for name in networks):
        return "returned other networks from its assembly than it was given"
    return next(_faults_in_form(network, models), None)


def _faults_in_form(network: Network, models: Mapping[str, Any]) -> Iterator[str]:
    several = isinstance(network.model, Mapping)
    if not models or not all(isinstance(name, str) and NETWORK.fullmatch(name) for name in models):
        yield "returned networks whose names are not lower-case words"
    if several and network.restore is None:
        yield "returned several networks without restore=, which says how they restore"
    if several and network.finish is not None:
        yield "returned several networks with finish=, which follows a single one; put it into restore="
    if not several and (network.restore is not None or network.batches or network.together is not None):
        yield "returned a single network with restore=, batches= or together=, which are for several by name"
    yield from (
        f"returned batches for a network {in_words(one)} that it lacks" for one in network.batches if one not in models
    )
    if network.together is not None and network.batches:
        yield "returned together= beside batches=: networks are trained together or in turn"


@_guarded
def fault_in_outputs(outputs: object, shape: tuple[int, ...]) -> str | None:
    """Return what is wrong with a model's outputs for images of `shape` (N, H, W, C), or None."""
    if not isinstance(outputs, Mapping):
        return f"returned {type(outputs).__name__} as its outputs, not a mapping"
    if any(type(name) is not str for name in outputs):
        return "returned an output whose name is not text"
    if "image" not in outputs:
        return f"returned {', '.join(outputs) or 'nothing'} and no image"
    plane = (*shape[:3], 1)
    wanted = {"image": shape, "mask": plane, "confidence": plane}
    faults = (_fault_in_output(name, one, wanted.get(name), shape[0]) for name, one in outputs.items())
    return next(filter(None, faults), None)


def _fault_in_output(name: str, array: object, shape: tuple[int, ...] | None, count: int) -> str | None:
    """Return what is wrong with one output for `count` images, which should be of `shape` unless that is None."""
    import numpy as np

    if not is_array(array) or array.dtype.kind not in "fiub":
        seen = array.dtype if is_array(array) else type(array).__name__
        return f"returned {seen} as output {name}, not an array of numbers"
    if array.shape != (shape or array.shape) or array.shape[:1] != (count,):
        return f"returned shape {array.shape} as output {name}, not {shape or f'({count}, …)'}"
    most = np.finfo(np.float32).max
    if not (array.max(initial=0) <= most and array.min(initial=0) >= -most):  # false for NaN as well
        return f"returned values that are not finite as output {name}"
    return None


def span(names: Sequence[str]) -> str:
    """Return the names of images that a component got at once as `first to last`."""
    return f"{names[0]} to {names[-1]}" if len(names) > 1 else "".join(names)


def is_array(value: object) -> TypeGuard[NDArray[Any]]:
    """Return whether `value` is an array that does what arrays do: subclasses may hide values or compare otherwise."""
    import numpy as np

    return type(value) in (np.ndarray, np.memmap)


def _is_plain(value: object, depth: int = 0) -> bool:
    """Return whether a value can be written down: JSON, with arrays of numbers in it."""
    import numpy as np

    if depth > DEPTH:
        return False
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(one, depth + 1) for key, one in value.items())
    if isinstance(value, list | tuple):
        return all(_is_plain(one, depth + 1) for one in value)
    if value is None or isinstance(value, bool | int | float | str):
        return True
    return (type(value) is np.ndarray or isinstance(value, np.generic)) and value.dtype.kind in "biuf"


def _is_key(key: object) -> bool:
    return isinstance(key, list | tuple) and len(key) == 2 and all(map(_is_name, key))


def _is_name(text: object) -> bool:
    """Return whether `text` may name a sample or a group: what a file name might be, also one of undecodable bytes."""
    if not isinstance(text, str) or "\0" in text:
        return False
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
