"""A model as a function on arrays: what it finds damaged is replaced, everything else stays bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from restore.errors import RequestError
from restore.plugins.boundary import fault, guard, network_input, readonly_view
from restore.plugins.components import MaskUse
from restore.plugins.contracts import fault_in_outputs
from restore.plugins.values import MODEL, Images, Masks, Network, Outputs, Restored
from restore.system.settings import own_settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AT_ONCE = 64
"""Images given to a network at once: enough to keep a processor busy."""
THRESHOLD = 0.5
"""Probability of damage above which a pixel is replaced: the point where both errors cost the same."""


@dataclass(frozen=True, slots=True, eq=False)
class RestoredSet:
    """Restored images float32 (N, H, W, C), used masks bool (N, H, W), confidence float32 (N, H, W) or None.

    `outputs`: every output of the model, float32 (N, …), by name.
    """

    images: Images
    used: Masks
    confidence: Images | None
    outputs: Outputs


@dataclass(frozen=True, slots=True)
class Restorer:
    """A trained model made ready for use; `owner` is named where an output breaks the contract.

    `mask`: whether the model takes the mask of the damage.
    """

    network: Network
    owner: str
    batch: int = AT_ONCE
    mask: MaskUse = "none"

    def predict(self, images: Images, masks: Masks | None = None) -> dict[str, Images]:
        """Return the outputs for images float32 (N, H, W, C) in [0, 1] and masks bool (N, H, W), each float32 (N, …).

        `image` is among them. Raises `ComponentError` where the model or what follows it raises, an output has another
        shape, or one is not finite; `RequestError` where the model needs masks.
        """
        if self.mask == "needed" and masks is None:
            raise RequestError("the model needs a mask", code="mask-needed", where=self.owner, hint="give one")
        with guard(self.owner, "restoring"), own_settings():
            outputs = self._outputs(readonly_view(images), None if masks is None else readonly_view(masks))
        wrong = fault_in_outputs(outputs, images.shape)
        if wrong:
            raise fault(self.owner, wrong)
        return {name: array.astype("float32", copy=False) for name, array in outputs.items()}

    def restore_all(
        self, images: Images, masks: Masks | None = None, *, on_images: Callable[[int], None] = lambda _: None
    ) -> RestoredSet:
        """Restore images float32 (N, H, W, C) in [0, 1] within `masks`, bool (N, H, W), or where damage is found.

        The used mask is `masks` where given, else the predicted one, else everything. `on_images` gets the number of
        images that were restored, every time that some were.
        """
        import numpy as np

        parts = []
        for start in range(0, max(len(images), 1), self.batch):
            part = slice(start, start + self.batch)
            parts.append(self._restore(images[part], None if masks is None else masks[part]))
            on_images(len(parts[-1].images))
        confidences = [one.confidence for one in parts if one.confidence is not None]
        return RestoredSet(
            np.concatenate([one.images for one in parts]),
            np.concatenate([one.used for one in parts]),
            np.concatenate(confidences) if confidences else None,
            {name: np.concatenate([one.outputs[name] for one in parts]) for name in parts[0].outputs},
        )

    def restore(self, image: NDArray[Any], mask: NDArray[np.bool_] | None = None) -> Restored:
        """Restore one image, float32 (H, W, C) in [0, 1], within `mask`, bool (H, W), or where damage is found.

        Raises `RequestError` where the arrays are no such image and mask, or have another size than the network's.
        """
        import numpy as np

        image = np.asarray(image)
        proper = image.ndim == 3 and image.size and image.dtype == np.float32
        if not proper or not (image.min() >= 0 and image.max() <= 1):
            raise RequestError("an image is a float32 array (H, W, C) with values from 0 to 1", code="bad-array")
        self._require_shape(image.shape)
        mask = None if mask is None else np.asarray(mask)
        if mask is not None and (mask.dtype != np.bool_ or mask.shape != image.shape[:2]):
            raise RequestError("a mask is a bool array (H, W) of the image's height and width", code="bad-array")
        made = self.restore_all(image[None], None if mask is None else mask[None])
        return Restored(made.images[0], made.used[0], None if made.confidence is None else made.confidence[0])

    def _outputs(self, images: Images, masks: Masks | None) -> Any:
        """Return what the networks make of images."""
        if self.network.restore is not None:
            return self.network.restore(images, None if self.mask == "none" else masks)
        model = self.network.models[MODEL]
        given = model.predict(network_input(self.mask, images, masks), batch_size=self.batch, verbose=0)
        outputs: Any = dict(given) if isinstance(given, Mapping) else {"image": given}
        return outputs if self.network.finish is None else self.network.finish(images, outputs)

    def _restore(self, images: Images, masks: Masks | None) -> RestoredSet:
        """Return what `restore_all` does, of images that are restored at once."""
        import numpy as np

        outputs = self.predict(images, masks)
        used = masks
        if used is None:
            used = outputs["mask"][..., 0] > THRESHOLD if "mask" in outputs else np.ones(images.shape[:3], np.bool_)
        confidence = None
        if "confidence" in outputs:
            confidence = np.where(used, np.clip(outputs["confidence"][..., 0], 0, 1), np.float32(1))
        return RestoredSet(composite(images, outputs["image"], used), used, confidence, outputs)

    def _require_shape(self, shape: tuple[int, ...]) -> None:
        """Raise `RequestError` where a single network of fixed size takes images of another shape (H, W, C)."""
        taken = getattr(self.network.models.get(MODEL), "input_shape", None)
        taken = taken.get("image") if isinstance(taken, Mapping) else taken
        wanted = taken[1:] if isinstance(taken, tuple) and len(taken) == 4 else (None, None, None)
        if any(want not in (None, have) for want, have in zip(wanted, shape, strict=True)):
            belongs, seen = ("x".join("any" if side is None else str(side) for side in one) for one in (wanted, shape))
            what = f"this run restores images of {belongs}, not of {seen}"
            raise RequestError(what, code="other-size", hint="height, width and channels, as trained on")


def composite(images: Images, replacement: Images, used: Masks) -> Images:
    """Return `replacement`, clipped to [0, 1], inside the used masks and `images` bit for bit outside.

    Images are float32 (N, H, W, C), masks bool (N, H, W).
    """
    import numpy as np

    return np.where(used[..., None], np.clip(replacement, 0, 1), images).astype(np.float32, copy=False)
