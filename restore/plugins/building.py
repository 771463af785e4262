"""Models built on installed ones: for plugins that add to what another model does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from restore.errors import RequestError
from restore.plugins.boundary import bind, bind_assembly
from restore.plugins.catalogue import Catalogue
from restore.plugins.values import Network


def build_model(name: str, shape: tuple[int | None, int | None, int], **options: object) -> Network:
    """Return the network of an installed model for images of `shape` (H, W, C), not compiled.

    `name`: bare or `plugin/name`. Raises `RequestError` for an unknown one, `ComponentError` where it fails.
    """
    bound = bind(Catalogue.installed().find("model", name), options)
    network = bound(shape, doing="building the model")
    return network if isinstance(network, Network) else Network(network)


def assemble_model(name: str, networks: Mapping[str, Any], **options: object) -> Network:
    """Return an installed model around networks by name that are built, Keras' or exported ones.

    Raises `RequestError` for an unknown one or one without an assembly, `ComponentError` where it fails.
    """
    entry = Catalogue.installed().find("model", name)
    bound = bind_assembly(entry, options)
    if bound is None:
        raise RequestError(f"the model {entry.full_name} has no assembly", code="no-assembly", where=entry.owner)
    network: Network = bound(dict(networks), doing="assembling the model")
    return network
