"""The values that pass between a component and the engine.

Images are `float32 (H, W, C)` in [0, 1], C = 1 (grey) or 3 (RGB); masks are `bool (H, W)`, true where the damage is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from restore.text import printable

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

Images: TypeAlias = "NDArray[np.float32]"
Masks: TypeAlias = "NDArray[np.bool_]"
Outputs: TypeAlias = "Mapping[str, NDArray[np.float32]]"
Json: TypeAlias = Mapping[str, Any]
"""Plain JSON: what `json.dumps` takes."""
MODEL = "model"
"""The network of a model that has only one."""
INPUT, OUTPUT = "input", "output"
"""What a network exported as ONNX calls its input, named ones with `_NAME` after it, and an output without a name."""
NETWORK = re.compile(r"[a-z][a-z0-9_-]*")
"""Names of networks: they stand in the paths of a run file and in the columns of its history."""
_SIDE = 240
"""Longest side in pixels of an image that a notebook shows."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """What a corruption made of one image.

    `image`: float32 (H, W, C) in [0, 1]. `mask`: bool (H, W), true where damaged; None: where it differs from the
    clean image. `truth`: what was drawn (angle, corners, amount), plain JSON values or float arrays of one fixed
    shape. `name`, `level`: given by paired datasets only; they name the score rows.
    """

    image: Images
    mask: Masks | None = None
    truth: Json = field(default_factory=dict)
    name: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One image of a dataset.

    `clean`: float32 (H, W, C) in [0, 1]; C = 2 or 4 carries alpha as its last channel, which the engine judges after
    trimming. `id`: POSIX path relative to the data's root, or the synthetic number. `group`: what a split must not
    tear apart. `damaged`: the damaged partner, in paired datasets, of the same height and width. `notes`: what a user
    should know of the picture, such as a conversion.
    """

    clean: Images
    id: str
    group: str
    labels: Json = field(default_factory=dict)
    damaged: Damaged | None = None
    notes: Sequence[str] = ()


@runtime_checkable
class Source(Protocol):
    """A data set opened: cheap to open, pictures decoded on access.

    Five attributes may say more. `keys`: (id, group) of every sample, in their order, where they are known without
    decoding; the engine then decodes only what a run takes. `fingerprint`: a text that changes with the data; prepared
    images are then cached. `threadsafe`: True where samples may be decoded by several threads. `notes`: sentences
    that a user should know. `content(image) -> mask`: which pixels of a clean image, float32 (H, W, C), show its subject,
    bool (H, W); windows of mostly background are drawn again, by default those without detail.
    """

    def __len__(self) -> int:
        """Return the number of samples."""

    def __getitem__(self, index: int, /) -> Sample:
        """Decode sample `index`, 0 ≤ index < len."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingBatch:
    """Images of one training step, for a network that makes its own batches of them.

    `clean`, `damaged`: float32 (N, H, W, C) in [0, 1]. `masks`: bool (N, H, W). `truths`: what was drawn for each image.
    `rng`: a generator keyed by the run's seed, the epoch and the step, so that a resumed run draws the same again.
    """

    clean: Images
    damaged: Images
    masks: Masks
    truths: Sequence[Json]
    rng: np.random.Generator


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A trainable model: one Keras network, or several by name, with plain NumPy after or between them.

    `finish(images, outputs) -> outputs` follows a single network: `images` float32 (N, H, W, C) in [0, 1], `outputs` a
    mapping of float32 arrays (`image`, and `mask` and `confidence` where the model has them). `losses` maps outputs to
    Keras losses, for heads that learn from `truth` or where the plan's loss does not fit; those of heads leave out NaN,
    which stands for missing truth.

    Of several networks, `restore(images, masks) -> outputs` is what they do one after the other; `masks`, bool
    (N, H, W), is None where none is given. They are trained in turn, each with a batch of its own at every step:
    `batches[name](TrainingBatch)` returns what `fit` takes, (x, y) or (x, y, sample_weight), by default damaged images
    and their targets; or all of them as parts of one Keras model, `together`.

    `reach`: the most pixels between an output pixel and an input pixel that it depends on, which says that the function
    also builds the network for images of any size, (None, None, C), with the same weights; large images are then restored
    in tiles that overlap by the reach and start at multiples of `stride`, the network's total downsampling.

    `calibrate(batches)` follows the training: it takes the validation images, damaged as in validation, and may set
    variables of the networks that are not trained, the same from the same weights and images, since a stopped run
    repeats it.

    `notes(outputs)` says in sentences what was done to an image, given its outputs with N = 1; none where that is
    nothing unusual.

    In a run that is restored from ONNX, the networks are those of onnxruntime, which have Keras' `input_shape`,
    `predict` and `predict_on_batch`.
    """

    model: keras.Model | Mapping[str, keras.Model]
    finish: Callable[[Images, Outputs], Outputs] | None = None
    losses: Mapping[str, Any] = field(default_factory=dict)
    restore: Callable[[Images, Masks | None], Outputs] | None = None
    batches: Mapping[str, Callable[[TrainingBatch], tuple[Any, ...]]] = field(default_factory=dict)
    together: keras.Model | None = None
    reach: int | None = None
    stride: int = 1
    calibrate: Callable[[Iterable[TrainingBatch]], None] | None = None
    notes: Callable[[Outputs], Sequence[str]] | None = None

    @property
    def models(self) -> Mapping[str, keras.Model]:
        """Return the networks by name; a single one is called `model`."""
        return self.model if isinstance(self.model, Mapping) else {MODEL: self.model}


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """All test images of one kind of row (damaged, a baseline, restored), for metrics over the set.

    `images`, `clean`, `damaged`: float32 (N, H, W, C) in [0, 1]. `masks`: bool (N, H, W), the true masks. `used`:
    bool (N, H, W), the used masks, None where nothing was restored. `confidence`: float32 (N, H, W) in [0, 1], None
    where the model has none. `ids`, `groups`: N names; `labels`: N mappings. `truths`: N mappings of what was drawn.
    `outputs`: every output of the model, float32 (N, …), by name; empty where nothing was restored. `undamaged`: the same
    for the clean images, where the metric asks for it and the model was not given the masks. Where sizes differ, which a metric has to declare with `sizes="any"`, each of these is a sequence of N arrays without the first axis.
    """

    images: Images
    clean: Images
    damaged: Images
    masks: Masks
    ids: Sequence[str]
    groups: Sequence[str]
    labels: Sequence[Json]
    used: Masks | None = None
    confidence: Images | None = None
    truths: Sequence[Json] = ()
    outputs: Outputs = field(default_factory=dict)
    undamaged: Outputs = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored image.

    `image`: of the input's shape and type, the input bit for bit outside `mask`. `mask`: bool (H, W), the used mask.
    `confidence`: float32 (H, W), the expected probability that a pixel lies within 0.1 of the truth, 1 outside the
    used mask; None where the model gives none. `notes`: what was converted or left out.
    """

    image: NDArray[Any]
    mask: Masks
    confidence: Images | None = None
    notes: Sequence[str] = ()

    def _repr_html_(self) -> str:
        from html import escape

        from restore.images.inline import inline

        views = {"restored": self.image, "used mask": self.mask, "confidence": self.confidence}
        shown = "".join(
            f'<img src="{inline(view, longest=_SIDE, quality=85)}" alt="{name}" title="{name}" width="{_SIDE}"> '
            for name, view in views.items()
            if view is not None
        )
        said = ", ".join(name for name, view in views.items() if view is not None)
        said += f"; {self.mask.mean():.1%} of the image replaced" if self.mask.size else ""
        notes = "".join(f"<br>{escape(printable(note))}" for note in self.notes)
        return f"<div><p>{shown}</p><p>{said}{notes}</p></div>"
