"""Keras' process-wide settings: set for the work of a run, and put back."""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NEEDED = {"floatx": "float32", "image_data_format": "channels_last", "epsilon": 1e-7}
"""What every run works with, by the names of keras.json; a `dtype_policy` of float32 beside it."""
GENERATOR = "global_seed_generator"
"""Keras' name of the generator that it draws from where none is given."""


@contextlib.contextmanager
def own_settings() -> Iterator[None]:
    """Work with the settings that runs need; afterwards the user's are as before, random states included.

    Covers floatx, image data format, epsilon and dtype policy of Keras, and the global random generators of Python,
    NumPy, Keras and the backend. Loads Keras.
    """
    import keras

    config = keras.config
    before = config.floatx(), config.image_data_format(), config.epsilon(), config.dtype_policy()
    states = [(put_back, value) for put_back, value in _states()]
    _set("float32", "channels_last", 1e-7, "float32")
    _attributes().set_global_attribute(GENERATOR, None)  # that of the user keeps its state
    try:
        yield
    finally:
        _set(*before)
        for put_back, value in states:
            put_back(value)


@contextlib.contextmanager
def hushed(name: str) -> Iterator[None]:
    """Silence a logger but for what is critical: TensorFlow takes each network that is traced for the same one again."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def seed_epoch(seed: int) -> None:
    """Seed the global random generators of Python, NumPy, Keras and PyTorch with 32 bits, amid a training.

    A compiled step keeps the generator of Keras that it was traced with, so that it is seeded and not replaced.
    TensorFlow's own is left out: its seed belongs to what is compiled, and setting it drops that.
    """
    import keras
    import numpy as np

    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - it is the global state that is seeded
    attributes, seeded = _attributes(), keras.random.SeedGenerator(seed)
    known = attributes.get_global_attribute(GENERATOR)
    if known is None:
        attributes.set_global_attribute(GENERATOR, seeded)
    else:
        known.state.assign(seeded.state)
    if keras.backend.backend() == "torch":
        importlib.import_module("torch").manual_seed(seed)


def keras_file() -> Path:
    """Return the user's Keras configuration, which need not exist: `$KERAS_HOME/keras.json`, else in ~/.keras.

    Where the home folder cannot be written to, Keras takes /tmp/.keras.
    """
    home = os.path.expanduser("~")  # noqa: PTH111 - it never raises
    usual = Path(home if os.access(home, os.W_OK) else "/tmp") / ".keras"  # noqa: S108 - likewise Keras
    return Path(os.environ.get("KERAS_HOME", usual)) / "keras.json"


def keras_config() -> dict[str, Any]:
    """Return the user's Keras configuration; empty where there is none that can be read."""
    try:
        found = json.loads(keras_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def unusual() -> dict[str, Any]:
    """Return the entries of the user's Keras configuration that differ from what runs work with."""
    config = keras_config()
    return {name: config[name] for name, value in NEEDED.items() if name in config and config[name] != value}


def _set(floatx: str, data_format: str, epsilon: float, policy: Any) -> None:
    import keras

    keras.config.set_floatx(floatx)
    keras.config.set_image_data_format(data_format)
    keras.config.set_epsilon(epsilon)
    keras.config.set_dtype_policy(policy)


def _states() -> Iterator[tuple[Any, Any]]:
    """Yield how to put back the state of each global random generator, and the state."""
    import keras
    import numpy as np

    yield random.setstate, random.getstate()
    yield np.random.set_state, np.random.get_state()  # noqa: NPY002 - it is the global state that is kept
    attributes = _attributes()
    for name in ("global_random_seed", GENERATOR):
        yield _setter(attributes.set_global_attribute, name), attributes.get_global_attribute(name)
    backend = keras.backend.backend()
    if backend == "tensorflow":
        context = importlib.import_module("tensorflow.python.eager.context").context()
        drawn = getattr(context, "_rng", None)
        yield _tensorflow_setter(context), (context._seed, drawn and drawn.getstate())  # noqa: SLF001
    elif backend == "torch":
        torch: Any = importlib.import_module("torch")
        yield torch.set_rng_state, torch.get_rng_state()


def _attributes() -> Any:
    """Return where Keras keeps the seed that was set last, and a generator made from it: no public name leads there."""
    return importlib.import_module("keras.src.backend.common.global_state")


def _setter(set_attribute: Any, name: str) -> Any:
    return lambda value: set_attribute(name, value)


def _tensorflow_setter(context: Any) -> Any:
    """Return a function that puts back TensorFlow's global seed and what was drawn from it."""

    def put_back(state: tuple[Any, Any]) -> None:
        seed, drawn = state
        if context._seed != seed:  # noqa: SLF001 - setting it anew drops compiled functions' caches
            context._set_global_seed(seed)  # noqa: SLF001
        if drawn is not None:
            context._rng.setstate(drawn)  # noqa: SLF001

    return put_back
