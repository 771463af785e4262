"""A model as a function on arrays: what it finds damaged is replaced, everything else stays bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from restore.errors import RequestError
from restore.plugins.boundary import fault, guard, readonly_view
from restore.plugins.contracts import is_array
from restore.plugins.values import Images, Masks, Network, Outputs, Restored

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AT_ONCE = 64
"""Images given to a network at once: enough to keep a processor busy."""
THRESHOLD = 0.5
"""Probability of damage above which a pixel is replaced: the point where both errors cost the same."""


@dataclass(frozen=True, slots=True)
class Restorer:
    """A trained network made ready for use; `owner` is named where it gives something that is no image."""

    network: Network
    owner: str
    batch: int = AT_ONCE

    def predict(self, images: Images) -> dict[str, Images]:
        """Return the outputs for images float32 (N, H, W, C) in [0, 1], each float32 (N, …); `image` is among them.

        Raises `ComponentError` where the model or its `finish` raises, an output has another shape, or one is not
        finite.
        """
        with guard(self.owner, "restoring"):
            given = self.network.model.predict(readonly_view(images), batch_size=self.batch, verbose=0)
            outputs: Outputs = dict(given) if isinstance(given, Mapping) else {"image": given}
            if self.network.finish is not None:
                outputs = self.network.finish(readonly_view(images), outputs)
                outputs = dict(outputs)
        wrong = _judge(outputs, images.shape)
        if wrong:
            raise fault(self.owner, wrong)
        return {name: array.astype("float32", copy=False) for name, array in outputs.items()}

    def restore_all(
        self, images: Images, masks: Masks | None = None, *, on_images: Callable[[int], None] = lambda _: None
    ) -> tuple[Images, Masks, Images | None]:
        """Return restored images (N, H, W, C), used masks bool (N, H, W) and confidence (N, H, W) or None.

        The used mask is `masks` where given, else the predicted one, else everything. `on_images` is told how many
        images were restored, every time that some were.
        """
        import numpy as np

        parts = []
        for start in range(0, max(len(images), 1), self.batch):
            part = slice(start, start + self.batch)
            parts.append(self._restore(images[part], None if masks is None else masks[part]))
            on_images(len(parts[-1][0]))
        restored, used, confidence = zip(*parts, strict=True)
        given = [one for one in confidence if one is not None]
        return np.concatenate(restored), np.concatenate(used), np.concatenate(given) if given else None

    def _restore(self, images: Images, masks: Masks | None) -> tuple[Images, Masks, Images | None]:
        """Return what `restore_all` does, of images that are restored at once."""
        import numpy as np

        outputs = self.predict(images)
        used = masks
        if used is None:
            used = _flat(outputs["mask"]) > THRESHOLD if "mask" in outputs else np.ones(images.shape[:3], np.bool_)
        restored = composite(images, outputs["image"], used)
        confidence = None
        if "confidence" in outputs:
            confidence = np.where(used, np.clip(_flat(outputs["confidence"]), 0, 1), np.float32(1))
        return restored, used, confidence

    def restore(self, image: NDArray[np.float32], mask: NDArray[np.bool_] | None = None) -> Restored:
        """Restore one image, float32 (H, W, C) in [0, 1], within `mask`, bool (H, W), or where damage is found.

        Raises `RequestError` where the arrays are no such image and mask, or have another size than the network's.
        """
        import numpy as np

        image = np.asarray(image)
        proper = image.ndim == 3 and image.size and image.dtype == np.float32
        if not proper or not (image.min() >= 0 and image.max() <= 1):
            raise RequestError("an image is a float32 array (H, W, C) with values from 0 to 1")
        taken = getattr(self.network.model, "input_shape", None)
        wanted = taken[1:] if isinstance(taken, tuple) and len(taken) == 4 else (None, None, None)
        if any(want not in (None, have) for want, have in zip(wanted, image.shape, strict=True)):
            shape, seen = (
                "x".join("any" if side is None else str(side) for side in one) for one in (wanted, image.shape)
            )
            raise RequestError(
                f"this run restores images of {shape} and not of {seen}",
                hint="height, width and channels, as trained on",
            )
        mask = None if mask is None else np.asarray(mask)
        if mask is not None and (mask.dtype != np.bool_ or mask.shape != image.shape[:2]):
            raise RequestError("a mask is a bool array (H, W) of the image's height and width")
        restored, used, confidence = self.restore_all(image[None], None if mask is None else mask[None])
        return Restored(restored[0], used[0], None if confidence is None else confidence[0])


def composite(images: Images, replacement: Images, used: Masks) -> Images:
    """Return `replacement`, cut to [0, 1], inside the used masks and `images` bit for bit outside.

    Images are float32 (N, H, W, C), masks bool (N, H, W).
    """
    import numpy as np

    return np.where(used[..., None], np.clip(replacement, 0, 1), images).astype(np.float32, copy=False)


def _judge(outputs: Mapping[str, object], shape: tuple[int, ...]) -> str | None:
    """Return what is wrong with a model's outputs for images of `shape` (N, H, W, C), or None."""
    import numpy as np

    wanted = {"image": (shape,), "mask": (shape[:3], (*shape[:3], 1)), "confidence": (shape[:3], (*shape[:3], 1))}
    if any(type(name) is not str for name in outputs):
        return "gave an output whose name is no text"
    if "image" not in outputs:
        return f"gave {', '.join(outputs) or 'nothing'} and no image"
    for name, array in outputs.items():
        if not is_array(array) or array.dtype.kind not in "fiub":
            seen = array.dtype if is_array(array) else type(array).__name__
            return f"gave {seen} as its {name}, not an array of numbers"
        if array.shape not in wanted.get(name, (array.shape,)) or array.shape[:1] != shape[:1]:
            return f"gave {array.shape} as its {name}, not {wanted.get(name, (shape[:1],))[-1]}"
        if not (np.abs(array).max(initial=0) <= np.finfo(np.float32).max):  # false for NaN as well
            return f"gave values that are not finite as its {name}"
    return None


def _flat(output: Images) -> Images:
    """Return an output (N, H, W) or (N, H, W, 1) as (N, H, W)."""
    return output[..., 0] if output.ndim == 4 else output
