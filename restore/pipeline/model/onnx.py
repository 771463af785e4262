"""A Keras network as ONNX, named so that a restorer knows its inputs and outputs."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from restore.errors import WorkError
from restore.plugins.values import INPUT, OUTPUT, Network
from restore.system.settings import hushed, own_settings
from restore.text import words_of

EXTRA = ("onnx", "tf2onnx")
"""The packages of the extra `onnx`, which Keras exports with."""


def can_export() -> bool:
    """Return whether the extra `onnx` is installed."""
    return all(find_spec(name) is not None for name in EXTRA)


def to_onnx(network: Network, owner: str) -> dict[str, bytes]:
    """Return each network as ONNX bytes, with the model's reach and stride in its metadata.

    Raises `WorkError` where one cannot be exported.
    """
    import keras

    backend = keras.backend.backend()
    if backend != "tensorflow":
        what = f"the backend {backend} exports no ONNX"
        raise WorkError(what, code="no-onnx-backend", hint="set KERAS_BACKEND=tensorflow")
    numbers = {} if network.reach is None else {"reach": str(network.reach), "stride": str(network.stride)}
    return {name: _export(name, model, numbers, owner) for name, model in network.models.items()}


def _export(name: str, model: Any, numbers: Mapping[str, str], owner: str) -> bytes:
    import onnx

    with (
        tempfile.TemporaryDirectory(prefix="restore") as folder,
        own_settings(),
        hushed("tf2onnx"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # the exporter warns of NumPy
        file = Path(folder) / "network.onnx"
        try:
            _wrap(model).export(file, format="onnx", verbose=False)
            proto = onnx.load_from_string(file.read_bytes())
        except Exception as error:  # whatever Keras, TensorFlow and the exporter raise
            what = f"the network {name} cannot be exported: {type(error).__name__}: {words_of(error)}"
            raise WorkError(what, code="not-exportable", where=owner) from error
    onnx.helper.set_model_props(proto, dict(numbers))
    raw: bytes = proto.SerializeToString(deterministic=True)
    return raw


def _wrap(model: Any) -> Any:
    """Return a Keras model around a network, whose inputs and outputs have names that differ, as ONNX needs them."""
    import keras

    shape = getattr(model, "input_shape", None)
    if isinstance(shape, Mapping):
        inputs = {name: keras.Input(sides[1:], name=f"{INPUT}_{name}") for name, sides in shape.items()}
        returned = model(inputs)
        inputs = {f"{INPUT}_{name}": one for name, one in inputs.items()}
    elif isinstance(shape, tuple):
        inputs = keras.Input(shape[1:], name=INPUT)
        returned = model(inputs)
    else:
        raise TypeError("it has no single Input, and none by name")
    outputs = dict(returned) if isinstance(returned, Mapping) else {OUTPUT: returned}
    if isinstance(returned, Mapping) and any(name.startswith((INPUT, OUTPUT)) for name in outputs):
        raise ValueError(f"an output is called {INPUT} or {OUTPUT}")
    wrapped = keras.Model(inputs, outputs)
    wrapped(inputs)  # only what was called is exported
    return wrapped
