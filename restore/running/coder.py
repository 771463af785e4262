"""An autoencoder cut at its code: images to codes, and codes to images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from restore.errors import RequestError
from restore.images.fitting import Fitting
from restore.pipeline.restorer.pixels import to_float, views_of
from restore.plugins.boundary import fault, guard, network_input
from restore.plugins.catalogue import Catalogue
from restore.plugins.components import Model
from restore.running.opened import Run
from restore.running.recording import SIDES
from restore.system.settings import own_settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from restore.plugins.values import Images

AT_ONCE = 64
"""Images given to a network at once."""


@dataclass(frozen=True)
class Coder:
    """A trained autoencoder and its code: `layer` names it, `model` is the Keras model, `owner` who answers for it."""

    run: Run
    layer: str
    model: Any
    owner: str
    mask: Any

    def prepare(self, image: NDArray[Any], *, trim: bool = True) -> Images:
        """Return an image of any size and depth as the network gets it, float32 (H, W, C) in [0, 1].

        `image`: (H, W), (H, W, 1) or (H, W, 3), uint8, uint16 or floats from 0 to 1; borders that the run trims from
        images of its size are left out unless `trim` is False, as of images that a run has kept; colour is converted to
        grey where the run has one channel.
        """
        plan, pixels = self.run.planned, to_float(image)
        for one in self.run.record.margins if trim else ():
            if tuple(one["size"]) == pixels.shape[:2]:
                top, bottom, left, right = (one[side] for side in SIDES)
                pixels = pixels[top : pixels.shape[0] - bottom, left : pixels.shape[1] - right]
        grey = views_of(pixels, plan.channels).mean(axis=0, dtype=np.float32)
        shape = (grey.shape[0], grey.shape[1])
        return Fitting(shape, plan.size, plan.fit).apply(grey)

    def encode(self, images: Images) -> NDArray[np.float32]:
        """Return the codes, float32 (N, …), of prepared images, float32 (N, H, W, C) in [0, 1]."""
        return self._predict(self._encoder, network_input(self.mask, images, None))

    def decode(self, codes: NDArray[np.float32]) -> Images:
        """Return the images, float32 (N, H, W, C) in [0, 1], that the network makes of codes, float32 (N, …)."""
        return np.clip(self._predict(self._decoder, codes), 0, 1)

    @cached_property
    def _encoder(self) -> Any:
        return self._cut(lambda model, code: (model.input, code))

    @cached_property
    def _decoder(self) -> Any:
        def ends(model: Any, code: Any) -> tuple[Any, Any]:
            return code, model.output["image"] if isinstance(model.output, dict) else model.output

        return self._cut(ends)

    def _cut(self, ends: Callable[[Any, Any], tuple[Any, Any]]) -> Any:
        import keras

        with guard(self.owner, f"cutting its network at the layer {self.layer}"), own_settings():
            return keras.Model(*ends(self.model, self.model.get_layer(self.layer).output))

    def _predict(self, network: Any, inputs: Any) -> NDArray[np.float32]:
        with guard(self.owner, "encoding"), own_settings():
            made: NDArray[np.float32] = np.asarray(network.predict(inputs, batch_size=AT_ONCE, verbose=0), np.float32)
        return made


def open_coder(run: Run, catalogue: Catalogue | None = None) -> Coder:
    """Return the coder of a trained run; loads Keras.

    Raises `RequestError` where its model names no code layer, or takes images of any size.
    """
    component = (catalogue or Catalogue.installed()).find("model", run.planned.model.component).component
    assert isinstance(component, Model)
    if not component.code or run.planned.fit == "window":
        what = f"model {run.planned.model.spec} has no code"
        if component.code:
            what = "with --fit window, codes differ in size"
        hint = "train an autoencoder: --model cae, small-cae, tiny-cae or dense-code"
        raise RequestError(what, code="no-code", where=str(run.path), hint=hint)
    bound, built = run.build(catalogue or Catalogue.installed())
    if len(built.network.models) > 1:
        raise fault(bound.entry.owner, "has a code, and several networks")
    (model,) = built.network.models.values()
    return Coder(run, component.code, model, bound.entry.owner, component.mask)
