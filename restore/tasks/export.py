"""A run's networks as files for other tools: Keras, ONNX, and weights in the safetensors format."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from restore.errors import RequestError, RestoreWarning, WorkError
from restore.pipeline import exports
from restore.pipeline.model import can_export
from restore.plugins.catalogue import Catalogue
from restore.plugins.values import MODEL
from restore.running.opened import Run
from restore.system.settings import own_settings
from restore.text import words_of

Files = Mapping[str, bytes]
ALIGNED = 8
"""Bytes at a multiple of which the numbers of a safetensors file begin."""
_TYPES = {"f8": "F64", "f4": "F32", "f2": "F16", "i8": "I64", "i4": "I32", "i2": "I16", "i1": "I8"}
_TYPES |= {"u8": "U64", "u4": "U32", "u2": "U16", "u1": "U8", "b1": "BOOL"}


def places_of(run: Run, file: Path) -> dict[str, Path]:
    """Return the file of each network: the given one, with the network's name after its own where there are several."""
    run.require_weights()
    names = list(run.record.weights)
    if names == [MODEL]:
        return {MODEL: file}
    return {name: file.with_stem(f"{file.stem}-{name}") for name in names}


def to_weights(run: Run) -> Files:
    """Return the weights of each network as safetensors, by their paths in Keras."""
    about = {"run": run.id, "model": run.planned.model.spec}
    return {name: _safetensors(ours, {**about, "network": name}) for name, ours in run.record.weights.items()}


def to_onnx(run: Run) -> Files:
    """Return each network as ONNX: as stored in the run, else exported with the extra `onnx`.

    What is exported is stored in a complete run, unless a plugin ships it or the model cannot be assembled without Keras.
    Raises `RequestError` where that is missing, `WorkError` where a network cannot be exported.
    """
    if run.record.exports:
        return run.record.exports
    if not can_export():
        what, hint = "the extra onnx is not installed", "pip install 'restore-toolkit[onnx]'"
        raise RequestError(what, code="missing-extra", where="--onnx", hint=hint)
    bound, built = run.build(Catalogue.installed())
    try:
        made = exports.export(run.planned, bound, built)
    except WorkError as error:
        if error.code != "no-assembly":
            raise
        return exports.to_files(run.planned, bound, built)
    if run.status == "complete" and run.record.kind != "pretrained":
        try:
            run.keep(made)
        except (RequestError, WorkError) as error:
            warnings.warn(f"{run.name}: networks not stored in the run: {error.what}", RestoreWarning, stacklevel=2)
    return made


def to_keras(run: Run) -> Files:
    """Return each network as a Keras file that loads in safe mode, without the plugin's code.

    Raises `WorkError` for a network that needs code of its own.
    """
    bound, built = run.build(Catalogue.installed())
    return {name: _keras(name, model, bound.entry.owner) for name, model in built.network.models.items()}


WRITERS: Mapping[str, tuple[str, Callable[[Run], Files]]] = {
    "keras": (".keras", to_keras),
    "onnx": (".onnx", to_onnx),
    "weights": (".safetensors", to_weights),
}
"""What a run's networks are written as: the ending of the files, and what makes them."""


def _keras(name: str, model: Any, owner: str) -> bytes:
    import keras

    with tempfile.TemporaryDirectory(prefix="restore") as folder, own_settings():
        file = Path(folder) / "network.keras"
        try:
            # Without the class, loss and optimizer that it is trained with.
            keras.Model(model.input, model.output, name=model.name).save(file)
            keras.saving.load_model(file, safe_mode=True)
        except Exception as error:  # whatever Keras and the layers of others raise
            what = f"the network {name} does not load in Keras' safe mode: {words_of(error)}"
            hint = "use --onnx or --weights"
            raise WorkError(what, code="not-exportable", where=owner, hint=hint) from error
        return file.read_bytes()


def _safetensors(variables: Sequence[tuple[str, Any]], about: Mapping[str, str]) -> bytes:
    """Return variables as a safetensors file: the length of a JSON header, the header, the numbers (little-endian)."""
    header: dict[str, Any] = {"__metadata__": dict(about)}
    blocks: list[bytes] = []
    end = 0
    for number, (path, array) in enumerate(variables):
        value = np.asarray(array, np.asarray(array).dtype.newbyteorder("<"))
        start, end = end, end + value.nbytes
        kind = _TYPES[f"{value.dtype.kind}{value.dtype.itemsize}"]
        name = f"{path}.{number}" if path in header else path
        header[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [start, end]}
        blocks.append(value.tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNED)
    return b"".join([len(text).to_bytes(8, "little"), text, *blocks])
