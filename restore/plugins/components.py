"""The kinds of components: light, frozen references that a plugin registers and a run resolves.

`ref` is `module:function`. The function is imported when it is needed; its keyword-only parameters, with type hints
and defaults, are the component's options.
"""

from __future__ import annotations

import builtins
import types
import typing
from collections import abc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal

API_VERSION = 1
"""The version of the plugin interface; a plugin's `RESTORE_API` says which one it was written for."""

Kind = Literal["dataset", "corruption", "augmentation", "model", "metric", "recipe", "pretrained", "format"]
Levels = Mapping[str, Mapping[str, Any]]
Better = Literal["higher", "lower"]
Channels = Literal[1, 3]
Fit = Literal["pad", "crop", "resize", "window"]
Trim = Literal["auto"]
MaskUse = Literal["none", "optional", "needed"]
SplitBy = Literal["group", "image"]


@dataclass(frozen=True, slots=True)
class Dataset:
    """`ref(path, *, options) -> Source`; `path` is a `pathlib.Path`, or None where the dataset needs none."""

    kind: ClassVar[Kind] = "dataset"
    hook: ClassVar[str] = "restore_datasets"
    name: str
    ref: str
    summary: str


@dataclass(frozen=True, slots=True)
class Corruption:
    """`ref(image, rng, *, options) -> Damaged`; `levels` maps easy, medium, hard to the options they stand for."""

    kind: ClassVar[Kind] = "corruption"
    hook: ClassVar[str] = "restore_corruptions"
    name: str
    ref: str
    summary: str
    levels: Levels = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Augmentation:
    """A random change of clean training images, before damage: `ref(images, mask, rng, *, options) -> (images, mask)`.

    `images`: float32 (K, H, W, C) in [0, 1], the clean image and, in paired datasets, its damaged partner; `mask`: bool
    (H, W), the damage; one draw changes them alike, and their shapes stay. `moves`: whether pixels change places; pairs
    whose `truth` is not empty are then left as they are.
    """

    kind: ClassVar[Kind] = "augmentation"
    hook: ClassVar[str] = "restore_augmentations"
    name: str
    ref: str
    summary: str
    moves: bool = True


@dataclass(frozen=True, slots=True)
class Model:
    """A model that trains, or a classical one.

    `trains`: `ref(shape, *, options) -> keras.Model | Network`, `shape` (H, W, C), None for any size. Else
    `ref(images, masks, *, options) -> restored`, float32 (N, H, W, C) in [0, 1] and bool (N, H, W); `masks` is None
    unless the model uses them. `mask`: whether it takes the mask of the damage; a network that does gets
    `{"image": …, "mask": …}`, the mask float32 (N, H, W, 1), 1 where damaged; an `optional` one is trained with the
    mask withheld half of the time, -1 throughout. `needs_mask=True` is another word for `mask="needed"`. `compiles`:
    the function compiles its Keras model itself; optimizer, learning rate and loss are its own unless a user sets them.
    `assembly`:
    `assembly(networks, *, options) -> Network` returns what `ref` returns, around networks by name that are built; it
    lets runs of several networks, or with a `finish`, be restored from ONNX without loading Keras. Its options are some
    of those of `ref`. `code`: the name of the layer of a single network whose output is the code of an image; what
    follows it depends on the code alone.
    """

    kind: ClassVar[Kind] = "model"
    hook: ClassVar[str] = "restore_models"
    name: str
    ref: str
    summary: str
    trains: bool = True
    needs_mask: bool = False
    compiles: bool = False
    mask: MaskUse = "none"
    assembly: str = ""
    code: str = ""

    def __post_init__(self) -> None:
        """Let both words for a needed mask say the same."""
        if self.needs_mask is True:
            object.__setattr__(self, "mask", "needed")
        elif self.mask == "needed":
            object.__setattr__(self, "needs_mask", True)


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of merit over images or over the whole set.

    Over images: `ref(restored, clean, region, *, options) -> float (N,)`, `region` bool (N, H, W), NaN where it does
    not apply. Over the set: `ref(scored, *, options) -> dict`, a row `NAME.KEY` in region `full` for each key; its
    value is one number, or float (N,) where each image has its own. `better` may then say it for each key.
    `mean="db"`: averaged as 10^(-v/10), weighted by the region's pixels, then turned back to dB.
    `identity` tells that it judges whether an image still shows the same person or finger: a run warns where it
    falls while other metrics rise. `clean` asks for a row of the clean images too, as the best that can be reached;
    `undamaged` for what the model makes of them, as it should leave them alone.
    `sizes="any"`: a metric over the set that takes images of mixed sizes too, as sequences of arrays; metrics over
    images get one at a time then.
    """

    kind: ClassVar[Kind] = "metric"
    hook: ClassVar[str] = "restore_metrics"
    name: str
    ref: str
    summary: str
    unit: str = ""
    better: Better | Mapping[str, Better] = "higher"
    over: Literal["image", "set"] = "image"
    mean: Literal["values", "db"] = "values"
    identity: bool = False
    clean: bool = False
    undamaged: bool = False
    sizes: Literal["one", "any"] = "one"


@dataclass(frozen=True, slots=True)
class Recipe:
    """The named defaults of `restore run NAME`.

    `dataset` and `folder` are data-set specs, `folder` the one used for `--data PATH` without `--dataset`; `corrupt`,
    `augment`, `model`, `baselines`, `metrics` are specs; `size` is (H, W) in pixels. `fit` says how images of other
    sizes are fitted to `size`: scaled, padded, cropped, or not at all, training then on windows of that size, at most
    `windows` from an image in an epoch, and testing on whole images; `trim="auto"` removes border rows and columns that
    are constant across all images, at most 6. `target="input"` allows training without damage, to reproduce the input;
    `split="image"` puts images of one group on both sides of the split. `schedule="cosine"` lets the learning rate fall to zero over the planned epochs; training stops early after
    `patience` epochs without a lower validation loss, with `cosine` at least half of them all. `notice` is a sentence that goes with every result: it is shown
    below the scores, and stands in the run file and in every image written of it.
    """

    kind: ClassVar[Kind] = "recipe"
    hook: ClassVar[str] = "restore_recipes"
    name: str
    summary: str
    dataset: str
    folder: str
    size: tuple[int, int]
    channels: Channels
    corrupt: Sequence[str]
    model: str
    baselines: Sequence[str]
    metrics: Sequence[str]
    epochs: int
    batch: int
    optimizer: str
    lr: float
    loss: str
    fit: Fit = "pad"
    trim: Trim | None = None
    schedule: Literal["cosine", "constant"] = "cosine"
    patience: int = 10
    notice: str = ""
    windows: int | None = None
    augment: Sequence[str] = ()
    target: Literal["clean", "input"] = "clean"
    split: SplitBy = "group"


@dataclass(frozen=True, slots=True)
class Pretrained:
    """A trained run without its data that a plugin ships, found as `plugin/name` wherever a run is taken.

    `file` is `package:path.h5`, a run file of the kind pretrained in that package. `citation` names the publication or
    data behind it, `licence` an SPDX identifier, such as `Apache-2.0`.
    """

    kind: ClassVar[Kind] = "pretrained"
    hook: ClassVar[str] = "restore_pretrained"
    name: str
    file: str
    summary: str
    citation: str
    licence: str


@dataclass(frozen=True, slots=True)
class Format:
    """A file format of images beyond the toolkit's own, which Pillow reads.

    `ref() -> str` makes Pillow read it and returns Pillow's name of it; it may raise `RequestError` where a package is
    missing. `endings` are those of its files, such as `.wsq`, in lower case and none of the toolkit's: files with them
    are read in this format alone, by `restore corrupt` and by the datasets that ask for it
    (`FolderSource(formats={ending: function})`). It is not written: results are PNG.
    """

    kind: ClassVar[Kind] = "format"
    hook: ClassVar[str] = "restore_formats"
    name: str
    ref: str
    summary: str
    endings: Sequence[str]


WithFunction = Dataset | Corruption | Augmentation | Model | Metric | Format
"""The components that refer to a function."""
Component = WithFunction | Recipe | Pretrained
COMPONENTS: tuple[type[Component], ...] = (Dataset, Corruption, Augmentation, Model, Metric, Recipe, Pretrained, Format)


def misfit(component: Component) -> str | None:
    """Return the first field of a component whose value is not of its type, as `name=value`, or None."""
    hints = typing.get_type_hints(type(component))
    for one in fields(component):
        value = getattr(component, one.name)
        if not _fits(value, hints[one.name]):
            return f"{one.name}={value!r}"
    return None


def _fits(value: Any, hint: Any) -> bool:
    """Return whether a value is of a type as the components' fields declare them."""
    inner = typing.get_args(hint)
    match typing.get_origin(hint):
        case types.UnionType | typing.Union:
            fits = any(_fits(value, one) for one in inner)
        case typing.Literal:
            fits = any(type(value) is type(one) and value == one for one in inner)
        case builtins.tuple:
            fits = type(value) in (list, tuple) and len(value) == len(inner) and all(map(_fits, value, inner))
        case abc.Sequence:
            fits = type(value) in (list, tuple) and all(_fits(one, inner[0]) for one in value)
        case abc.Mapping:
            known = type(value) in (dict, types.MappingProxyType)
            fits = known and all(_fits(key, inner[0]) and _fits(one, inner[1]) for key, one in value.items())
        case _ if hint is float:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            fits = hint is Any or type(value) is hint
    return fits
