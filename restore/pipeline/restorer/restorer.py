"""A model as a function on arrays: what it finds damaged is replaced, everything else stays bit for bit."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.errors import RequestError
from restore.images.fitting import Fit, Fitting, Rectangle, Size
from restore.pipeline.restorer.pixels import place_values, to_float, to_mask, views_of
from restore.pipeline.restorer.sizes import in_tiles, in_windows
from restore.plugins.boundary import fault, guard, network_input, readonly_view
from restore.plugins.components import MaskUse
from restore.plugins.contracts import fault_in_outputs
from restore.plugins.values import MODEL, Images, Masks, Network, Restored
from restore.system.ragged import Ragged, chunks, gather
from restore.system.settings import own_settings

AT_ONCE = 64
"""Images given to a network at once: enough to keep a processor busy."""
THRESHOLD = 0.5
"""Probability of damage above which a pixel is replaced: the point where both errors cost the same."""
OUTPUT = "output "
"""What the names of a model's outputs begin with beside those of the restored images."""


@dataclass(frozen=True, slots=True, eq=False)
class RestoredSet:
    """Restored images float32 (N, H, W, C), used masks bool (N, H, W), confidence float32 (N, H, W) or None.

    `outputs`: every output of the model, float32 (N, …), by name. Where sizes differ, each is a sequence of N arrays.
    """

    images: Images | Ragged
    used: Masks | Ragged
    confidence: Images | Ragged | None
    outputs: Mapping[str, Images | Ragged]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """The images that a run works on: of `size` (H, W) with `channels`, fitted by `fit`.

    `margins`: lines trimmed at the top, bottom, left and right of images of a size (H, W).
    """

    size: Size
    channels: int
    fit: Fit
    margins: Mapping[Size, tuple[int, int, int, int]]

    def untrimmed(self, shape: Size) -> Rectangle:
        """Return the part of an image of `shape` (H, W) that trimming leaves."""
        top, bottom, left, right = self.margins.get(shape, (0, 0, 0, 0))
        return slice(top, shape[0] - bottom), slice(left, shape[1] - right)


@dataclass(slots=True, eq=False)
class _Work:
    """An image on its way to being restored, and what becomes of it.

    `views`: float32 (N, H, W, C), of the part of it that lies `inside`; `mask`: that of the part, bool (H, W), if given.
    """

    views: Images
    mask: Masks | None
    inside: Rectangle
    result: Restored
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Restorer:
    """A trained model made ready for use; `owner` is named where an output breaks the contract.

    `mask`: whether the model takes the mask of the damage. `any_size` returns the network for images of any size, with
    the same weights, where the model declares its reach; `form` says how others get images of another size. `keras`:
    whether the networks are Keras models, which work with settings of their own.
    """

    network: Network
    owner: str
    batch: int = AT_ONCE
    mask: MaskUse = "none"
    any_size: Callable[[], Network] | None = None
    form: Form | None = None
    keras: bool = True

    @property
    def separate(self) -> bool:
        """Whether a result is bit for bit the same whatever else is restored at once: that of exported networks is."""
        return not self.keras

    def predict(self, images: Images, masks: Masks | None = None) -> dict[str, Images]:
        """Return the outputs for images float32 (N, H, W, C) in [0, 1] and masks bool (N, H, W), each float32 (N, …).

        `image` is among them. Raises `ComponentError` where the model or what follows it raises, an output has another
        shape, or one is not finite; `RequestError` where the model needs masks or takes images of another size.
        """
        if self.mask == "needed" and masks is None:
            raise RequestError("the model needs a mask", code="mask-needed", where=self.owner, hint="give one")
        network = self._network(images.shape[1:])
        with guard(self.owner, "restoring"), own_settings() if self.keras else contextlib.nullcontext():
            outputs = self._outputs(network, readonly_view(images), None if masks is None else readonly_view(masks))
            # A mapping of a plugin's own may say something else each time it is asked.
            outputs = dict(outputs) if isinstance(outputs, Mapping) else outputs
        wrong = fault_in_outputs(outputs, images.shape)
        if wrong:
            raise fault(self.owner, wrong)
        return {name: array.astype("float32", copy=False) for name, array in outputs.items()}

    def restore_all(
        self,
        images: Images | Ragged,
        masks: Masks | Ragged | None = None,
        *,
        on_images: Callable[[int], None] = lambda _: None,
    ) -> RestoredSet:
        """Restore images float32 (N, H, W, C) in [0, 1], or N of mixed sizes, within `masks`, or where damage is found.

        The used mask is the given one, bool (N, H, W), else the predicted one, else everything, in each case without what
        the run's fit crops away. `on_images` gets the number of images that were restored, every time that some were.
        """
        names: list[str] = []

        def rows() -> Iterator[list[NDArray[Any]]]:
            whole = isinstance(images, np.ndarray) and self._is_usual(images.shape)
            for part in [*chunks(images, self.batch if whole else 1)] or [slice(0, 1)]:
                made = self._restore(images[part], None if masks is None else masks[part])
                on_images(len(made.images))
                row: dict[str, Any] = {"images": made.images, "used": made.used, "confidence": made.confidence}
                row |= {f"{OUTPUT}{name}": array for name, array in made.outputs.items()}
                names[:] = [name for name, array in row.items() if array is not None]
                yield [row[name] for name in names]

        arrays = gather(images, rows())
        found = dict(zip(names, arrays, strict=True))
        outputs = {name.removeprefix(OUTPUT): one for name, one in found.items() if name.startswith(OUTPUT)}
        return RestoredSet(found["images"], found["used"], found.get("confidence"), outputs)

    def restore(self, image: NDArray[Any], mask: NDArray[np.bool_] | None = None) -> Restored:
        """Restore one image within `mask`, bool (H, W), or where damage is found.

        `image`: (H, W), (H, W, 1) or (H, W, 3) of any size; uint8, uint16, or floats from 0 to 1. The result has the same
        shape and type, and the same values outside the used mask. Colour is restored channel by channel where the run has
        one channel. Raises `RequestError` where the arrays are no such image and mask.
        """
        return self.restore_together([image], [mask])[0]

    def restore_together(
        self, images: Sequence[NDArray[Any]], masks: Sequence[NDArray[np.bool_] | None]
    ) -> Sequence[Restored]:
        """Restore images, of the shapes and values that `restore` takes, each (H, W, C) in [0, 255], [0, 65535] or [0, 1].

        Each has its own mask, or none; images of one shape reach the network at once.
        """
        works = [self._work(np.asarray(image), mask) for image, mask in zip(images, masks, strict=True)]
        alike: dict[Any, list[_Work]] = {}
        for work in works:
            alike.setdefault((work.views.shape, work.mask is None), []).append(work)
        for group in alike.values():
            for number in range(len(group[0].views)):
                self._restore_views(group, number)
        return [replace(work.result, notes=tuple(dict.fromkeys(work.notes))) for work in works]

    def _work(self, image: NDArray[Any], mask: NDArray[np.bool_] | None) -> _Work:
        """Return an image (H, W), (H, W, 1) or (H, W, 3) ready to be restored within a mask, bool (H, W), if any."""
        pixels = to_float(image)
        shape = pixels.shape[0], pixels.shape[1]
        given = to_mask(mask, shape)
        inside = self.form.untrimmed(shape) if self.form else (slice(None), slice(None))
        views = views_of(pixels[inside], self.form.channels if self.form else pixels.shape[2])
        result = Restored(image.copy(), np.zeros(shape, np.bool_), np.ones(shape, np.float32))
        return _Work(views, None if given is None else given[inside], inside, result)

    def _restore_views(self, works: Sequence[_Work], number: int) -> None:
        """Restore the view of that number of all images, which have views of one shape, and say what was done."""
        views = _stacked([work.views[number] for work in works])
        masks = [work.mask for work in works if work.mask is not None]
        made = self._replacements(views, _stacked(masks) if masks else None)
        for i, work in enumerate(works):
            here, result = made.used[i], work.result
            values = np.clip(made.images[i][here], 0, 1)  # of large images, what is replaced is little
            result.mask[work.inside] |= here
            pixels = result.image.reshape(*result.mask.shape, -1)[work.inside]
            place_values(pixels, number if len(work.views) > 1 else None, here, values)
            if made.confidence is None:
                work.result = replace(result, confidence=None)
            elif result.confidence is not None:
                result.confidence[work.inside] = np.minimum(result.confidence[work.inside], made.confidence[i])
            work.notes += self._said({name: array[i : i + 1] for name, array in made.outputs.items()})
            if number == len(work.views) - 1:
                work.notes += self._notes(work.views, result.mask.shape)

    def _said(self, outputs: Mapping[str, Images | Ragged]) -> Sequence[str]:
        """Return what the model says of one image."""
        if self.network.notes is None:
            return ()
        with guard(self.owner, "saying what it did"):
            return [str(one) for one in self.network.notes(outputs)]  # type: ignore[arg-type]

    def _notes(self, views: Images, shape: Size) -> Iterator[str]:
        """Yield what a result is not made of."""
        if len(views) > 1:
            yield "restored channel by channel, as the run has one channel"
        if views.shape[1:3] != shape:
            yield "borders trimmed by the run are not restored"
        dropped = self._fitting(views.shape[1:3]).dropped if self._is_fitted(views.shape[1:3]) else 0
        if dropped:
            yield f"{dropped:.0%} of the image, cropped away by the run's fit, is not restored"

    def _network(self, shape: tuple[int, ...]) -> Network:
        """Return the network for images of `shape` (H, W, C); raises `RequestError` where there is none."""
        taken = self._taken
        if all(want in (None, have) for want, have in zip(taken, shape, strict=True)):
            return self.network
        if self.any_size is not None and taken[2] in (None, shape[2]):
            return self.any_size()
        belongs, seen = ("x".join("any" if side is None else str(side) for side in one) for one in (taken, shape))
        what = f"this run restores images of {belongs}, not of {seen}"
        raise RequestError(what, code="other-size", hint="height, width and channels, as trained on")

    @property
    def _taken(self) -> tuple[int | None, int | None, int | None]:
        """The shape (H, W, C) that a single network takes, None for any."""
        taken = getattr(self.network.models.get(MODEL), "input_shape", None)
        taken = taken.get("image") if isinstance(taken, Mapping) else taken
        return taken[1:] if isinstance(taken, tuple) and len(taken) == 4 else (None, None, None)

    def _is_usual(self, shape: tuple[int, ...]) -> bool:
        """Return whether images (N, H, W, C) are of the run's size, of which many fit into memory."""
        return self.form is None or shape[1:3] == self.form.size

    def _is_fitted(self, shape: tuple[int, ...]) -> bool:
        """Return whether images of a size (H, W) reach a network of fixed size through the run's fit alone."""
        taken = self._taken[:2]
        return self.any_size is None and self.form is not None and taken not in ((None, None), shape)

    def _fitting(self, shape: tuple[int, ...]) -> Fitting:
        assert self.form is not None
        return Fitting((shape[0], shape[1]), self.form.size, self.form.fit)

    def _outputs(self, network: Network, images: Images, masks: Masks | None) -> Any:
        """Return what the networks make of images."""
        if network.restore is not None:
            return network.restore(images, None if self.mask == "none" else masks)
        model = network.models[MODEL]
        given = model.predict(network_input(self.mask, images, masks), batch_size=self.batch, verbose=0)
        outputs: Any = dict(given) if isinstance(given, Mapping) else {"image": given}
        return outputs if network.finish is None else network.finish(images, outputs)

    def _restore(self, images: Images, masks: Masks | None) -> RestoredSet:
        """Return what `restore_all` does, of images that are restored at once."""
        made = self._replacements(images, masks)
        return replace(made, images=composite(images, made.images[:], made.used[:]))

    def _replacements(self, images: Images, masks: Masks | None) -> RestoredSet:
        """Return what `_restore` does, with any values outside the used masks, and inside them not yet clipped."""
        shape = images.shape[1:3]
        if self._is_fitted(shape):
            assert self.form is not None
            if self.form.fit != "window":
                return self._fitted_replacements(images, masks)
            outputs = in_windows(self.predict, images, masks, self.form.size)
        elif self.network.reach is not None and not self._is_usual(images.shape):
            outputs = in_tiles(self.predict, images, masks, reach=self.network.reach, stride=self.network.stride)
        else:
            outputs = self.predict(images, masks)
        used = masks
        if used is None:
            used = outputs["mask"][..., 0] > THRESHOLD if "mask" in outputs else np.ones(images.shape[:3], np.bool_)
        confidence = None
        if "confidence" in outputs:
            confidence = np.ones(used.shape, np.float32)
            confidence[used] = np.clip(outputs["confidence"][..., 0][used], 0, 1)
        return RestoredSet(outputs["image"], used, confidence, outputs)

    def _fitted_replacements(self, images: Images, masks: Masks | None) -> RestoredSet:
        """Return what `_replacements` does, of images (N, H, W, C) fitted to the network's size and back."""
        fitting = self._fitting(images.shape[1:3])
        small = np.stack([fitting.apply(image) for image in images])
        within = None if masks is None else np.stack([fitting.apply_to_mask(mask) for mask in masks])
        made = self._restore(small, within)
        found, kept = made.used[:], fitting.revert_plane(np.ones(fitting.size, np.float32), 0) > 0
        if masks is None:
            used = np.stack([fitting.revert_plane(one.astype(np.float32), 0) > 0 for one in found])
        else:
            used = masks & kept
        pairs = zip(made.images[:], images, strict=True)
        restored = np.stack([fitting.revert(one, image) for one, image in pairs])
        confidence = None
        if made.confidence is not None:
            confidence = np.stack([fitting.revert_plane(one, 1) for one in made.confidence[:]])
            confidence = np.where(used, confidence, np.float32(1))
        return RestoredSet(restored, used, confidence, {})


def _stacked(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return arrays (N, …); a single one, which may be a photograph, is not copied."""
    return np.stack(arrays) if len(arrays) > 1 else arrays[0][None]


def composite(images: Images, replacement: Images, used: Masks) -> Images:
    """Return `replacement`, clipped to [0, 1], inside the used masks and `images` bit for bit outside.

    Images are float32 (N, H, W, C), masks bool (N, H, W).
    """
    made = images.astype(np.float32)
    made[used] = np.clip(replacement[used], 0, 1)
    return made
