"""Networks stored as ONNX: exported, and tried beside Keras before they are trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.errors import ComponentError, WorkError
from restore.pipeline import model
from restore.pipeline.restorer import Restorer, Unusable, assemble, open_networks
from restore.planning.plan import Plan
from restore.plugins.boundary import Bound
from restore.plugins.values import Network
from restore.randomness import generator
from restore.system.settings import own_settings

CLOSE = 1e-4
"""Most that an exported network may differ from Keras', relative to values above 1: rounding stays below a tenth."""
TRIES = 3
"""How often networks are exported where they differ: tf2onnx 1.17 goes through sets of names, whose order is chance, and one
of about fifty exports of an output with one channel had an axis too many."""
SIDE = 64
"""Side in pixels of images on which networks of any size are tried: a multiple of every usual stride."""


def export(plan: Plan, bound: Bound, built: model.Built) -> dict[str, bytes]:
    """Return the networks of a trained model as ONNX, with which it restores without Keras.

    Raises `WorkError` where they cannot be exported, differ from Keras', or cannot be assembled without it.
    """
    network = built.network
    if not getattr(bound.entry.component, "assembly", "") and (network.restore or network.finish):
        what = f"the model {bound.entry.full_name} has no assembly"
        raise WorkError(what, code="no-assembly", where=bound.entry.owner, hint="name one: Model(assembly=...)")
    exports = to_files(plan, bound, built)
    shape = (*plan.size, plan.channels)
    try:
        made, mask = assemble(bound.entry, plan.model.options, open_networks(exports), shape)
        masks = None if mask == "none" else np.ones((1, *plan.size), np.bool_)
        Restorer(made, bound.entry.owner, mask=mask, keras=False).predict(np.zeros((1, *shape), np.float32), masks)
    except (Unusable, ComponentError) as error:
        what = error.what if isinstance(error, ComponentError) else str(error)
        raise WorkError(what, code="not-exportable", where=bound.entry.owner) from error
    return exports


def to_files(plan: Plan, bound: Bound, built: model.Built) -> dict[str, bytes]:
    """Return the networks of a trained model as ONNX for other tools.

    Raises `WorkError` where they cannot be exported, or differ from Keras'.
    """
    network, owner = built.network, bound.entry.owner
    if network.reach is not None:
        network = model.unbound(bound, built, plan.channels, plan.seed)
    different: list[str] = []
    for _ in range(TRIES):
        exports = model.to_onnx(network, owner)
        try:
            opened = open_networks(exports)
        except Unusable as error:
            raise WorkError(str(error), code="not-exportable", where=owner) from error
        different = [one for name in exports for one in _differences(name, network, opened[name])]
        if not different:
            return exports
    what = f"the exported network {different[0]}"
    raise WorkError(what, code="not-exportable", where=owner)


def _differences(name: str, network: Network, exported: Any) -> Iterator[str]:
    """Yield in which outputs an exported network makes something else of random values than Keras does."""
    rng = generator(name, "export")

    def draw(shape: tuple[int | None, ...]) -> Any:
        return rng.random((2, *(side or SIDE for side in shape[1:])), np.float32)

    shapes = exported.input_shape
    inputs = draw(shapes) if isinstance(shapes, tuple) else {one: draw(shape) for one, shape in shapes.items()}
    with own_settings():
        expected = network.models[name](inputs, training=False)  # for one batch, tracing takes longer
    found = exported.predict_on_batch(inputs)
    if not isinstance(expected, Mapping):
        expected, found = {"": expected}, {"": found}
    for one, tensor in expected.items():
        if not _is_close(found[one], np.asarray(tensor)):
            yield f"{name} differs from Keras'{f' in {one}' if one else ''}"


def _is_close(found: NDArray[Any], expected: NDArray[Any]) -> bool:
    return found.shape == expected.shape and np.allclose(found, expected, rtol=CLOSE, atol=CLOSE)
