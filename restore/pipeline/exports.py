"""Networks stored as ONNX: exported, and tried beside Keras before they are trusted."""

from __future__ import annotations

from collections.abc import Mapping
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
    exports = model.to_onnx(network, owner)
    try:
        opened = open_networks(exports)
    except Unusable as error:
        raise WorkError(str(error), code="not-exportable", where=owner) from error
    for name in exports:
        _require_equal(name, network, opened[name], owner)
    return exports


def _require_equal(name: str, network: Network, exported: Any, owner: str) -> None:
    """Raise `WorkError` where an exported network makes something else of random values than Keras does."""
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
    wrong = [one for one, tensor in expected.items() if not _is_close(found[one], np.asarray(tensor))]
    if wrong:
        what = f"the exported network {name} differs from Keras'{f' in {wrong[0]}' if wrong[0] else ''}"
        raise WorkError(what, code="not-exportable", where=owner)


def _is_close(found: NDArray[Any], expected: NDArray[Any]) -> bool:
    return found.shape == expected.shape and np.allclose(found, expected, rtol=CLOSE, atol=CLOSE)
