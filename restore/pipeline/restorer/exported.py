"""Networks stored as ONNX, called like the Keras models that they were: neither Keras nor a backend is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from restore.plugins.boundary import bind_assembly
from restore.plugins.catalogue import Entry
from restore.plugins.components import MaskUse, Model
from restore.plugins.contracts import fault_in_assembled
from restore.plugins.values import INPUT, MODEL, OUTPUT, Images, Network
from restore.system.processors import usable
from restore.text import in_words, words_of

NUMBERS = ("reach", "stride")
"""What a network's metadata hold: the model's own, as decimal numbers."""
FAR = 2**20
"""The most pixels that a network can reach, or downsample by: beyond, no image would be tiled."""
LARGE = 2**22
"""Values of inputs beyond which a network returns its memory: a part of a photograph takes half a gigabyte, and returning it
a twentieth of the time that the network does."""
FOREIGN = {
    b"location": "names other files",
    b"com.microsoft": "has operators beyond ONNX",
    b"com.ms.": "has operators beyond ONNX",
    b"org.pytorch": "has operators beyond ONNX",
    b"ai.onnx.preview": "has operators beyond ONNX",
    b"ai.onnx.training": "has operators beyond ONNX",
}
"""Words that no network may hold, and why. Texts stand in ONNX as they are, so that a search finds every one: files that
hold its numbers stand under `location`, operators under their domain."""


class Unusable(Exception):
    """The reason why networks stored as ONNX are not used."""


@dataclass(frozen=True, slots=True, eq=False)
class ExportedNetwork:
    """A network in an ONNX session, with Keras' `input_shape`, `predict` and `predict_on_batch`.

    `shapes`: of each input, by name in the session, None where any side is taken.
    """

    session: Any
    shapes: Mapping[str, tuple[int | None, ...]]

    @property
    def input_shape(self) -> Any:
        """Return the shape of the input, or those of named ones."""
        if INPUT in self.shapes:
            return self.shapes[INPUT]
        return {name.removeprefix(f"{INPUT}_"): shape for name, shape in self.shapes.items()}

    def predict(self, inputs: Any, batch_size: int | None = None, verbose: Any = 0) -> Any:  # noqa: ARG002 - Keras' own
        """Return the output, or named ones, for inputs float32 (N, …), `batch_size` (32) at once."""
        fed = _named(inputs)
        count, step = len(next(iter(fed.values()))), batch_size or 32
        parts = [
            self._run({name: array[start : start + step] for name, array in fed.items()})
            for start in range(0, max(1, count), step)
        ]
        joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return joined.get(OUTPUT, joined)

    def predict_on_batch(self, inputs: Any) -> Any:
        """Return what `predict` does, of all inputs at once."""
        made = self._run(_named(inputs))
        return made.get(OUTPUT, made)

    def numbers(self) -> dict[str, int]:
        """Return the model's reach and stride where it declares them; raises `Unusable` for anything else."""
        stored = self.session.get_modelmeta().custom_metadata_map
        found = {name: stored[name] for name in NUMBERS if name in stored}
        for name, text in found.items():
            if not (text.isascii() and text.isdigit() and len(text) <= len(str(FAR)) and int(text) <= FAR):
                raise Unusable(f"its {name} is not a number of pixels")
        numbers = {name: int(text) for name, text in found.items()}
        if numbers.get("stride") == 0:
            raise Unusable("its stride is 0")
        return numbers

    def _run(self, fed: Mapping[str, Any]) -> dict[str, Images]:
        names = [one.name for one in self.session.get_outputs()]
        given = {name: np.ascontiguousarray(array, np.float32) for name, array in fed.items()}
        large = sum(array.size for array in given.values()) > LARGE
        return dict(zip(names, self.session.run(names, given, _returning_memory() if large else None), strict=True))


def open_networks(exports: Mapping[str, bytes], threads: int | None = None) -> dict[str, ExportedNetwork]:
    """Return networks from their ONNX bytes, which may come from anybody, working with at most `threads`.

    Raises `Unusable` for bytes that are no ONNX, refer to files, or have inputs that are not float32 images.
    """
    return {name: _open(name, raw, threads) for name, raw in exports.items()}


def assemble(
    entry: Entry,
    options: Mapping[str, Any],
    networks: Mapping[str, ExportedNetwork],
    shape: tuple[int, int, int],
) -> tuple[Network, MaskUse]:
    """Return the model of an entry around its networks, for images of `shape` (H, W, C), and how it takes masks.

    Raises `Unusable` where networks and model do not go together, `ComponentError` where its assembly fails.
    """
    component = entry.component
    assert isinstance(component, Model)
    single = networks.get(MODEL) if len(networks) == 1 else None
    if single is not None:
        _require_inputs(single, component.mask, shape)
    bound = bind_assembly(entry, options)
    if bound is not None:
        network = bound(dict(networks), doing="assembling the model")
        wrong = fault_in_assembled(network, networks)
        if wrong:
            raise bound.fault(wrong)
        return network, component.mask
    if single is None:
        raise Unusable(f"the model {entry.full_name} has no assembly")
    return Network(single, **single.numbers()), component.mask  # type: ignore[arg-type]


def _open(name: str, raw: bytes, threads: int | None) -> ExportedNetwork:
    for word, reason in FOREIGN.items():
        if word in raw:
            raise Unusable(f"the network {name} {reason} ({word.decode()})")
    try:
        import onnxruntime
    except ImportError as error:
        raise Unusable("onnxruntime is not installed") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(threads or usable(), usable())
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4  # what fails is raised, too
    options.enable_mem_pattern = False  # planned for each shape of inputs, and photographs have many
    options.add_session_config_entry("session.load_model_format", "ONNX")
    try:
        session = onnxruntime.InferenceSession(raw, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise Unusable(f"the network {name} cannot be opened: {words_of(error)}") from error
    for one in [*session.get_inputs(), *session.get_outputs()]:
        if one.type != "tensor(float)":
            raise Unusable(f"the network {name} has {in_words(one.name)} of the type {one.type}, not float32")
    shapes = {
        one.name: tuple(side if isinstance(side, int) else None for side in one.shape) for one in session.get_inputs()
    }
    return ExportedNetwork(session, shapes)


def _returning_memory() -> Any:
    """Return options by which a session returns its memory after a run, which it keeps for the next one otherwise."""
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def _require_inputs(network: ExportedNetwork, mask: MaskUse, shape: tuple[int, int, int]) -> None:
    """Raise `Unusable` where a single network does not take images of `shape` (H, W, C), and their masks."""
    wanted = {INPUT: shape} if mask == "none" else {f"{INPUT}_image": shape, f"{INPUT}_mask": (*shape[:2], 1)}
    taken = network.shapes
    fit = taken.keys() == wanted.keys() and all(
        len(sides) == 4 and all(want in (None, have) for want, have in zip(sides, (None, *wanted[name]), strict=True))
        for name, sides in taken.items()
    )
    if not fit:
        raise Unusable(f"the network takes {in_words(dict(taken))}, and the run has images of {shape}")


def _named(inputs: Any) -> dict[str, Any]:
    """Return the inputs of a network by their names in its session."""
    if not isinstance(inputs, Mapping):
        return {INPUT: inputs}
    return {f"{INPUT}_{name}": array for name, array in inputs.items()}
