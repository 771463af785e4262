"""The prepared images: lazy views of arrays that hold every image once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from restore.images.fitting import Rectangle
from restore.plugins.values import Damaged, Json

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from restore.plugins.values import Images
    from restore.system.ragged import Ragged

LEVELS = 65535
"""Images are stored in steps of 1/65535, which keeps 8-bit and 16-bit pixels exactly (65535 = 257 · 255)."""
WHOLE: Rectangle = (slice(None), slice(None))


def to_stored(image: Images) -> NDArray[np.uint16]:
    """Return an image (H, W, C) in [0, 1] as it is stored, uint16."""
    stored: NDArray[np.uint16] = np.rint(image * np.float32(LEVELS)).astype(np.uint16)
    return stored


def to_image(stored: NDArray[np.uint16]) -> Images:
    """Return a stored image (…, H, W, C) as float32 in [0, 1]; k/255 and k/65535 are restored bit for bit."""
    return stored.astype(np.float32) / np.float32(LEVELS)


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """The metadata of one image.

    `sha256`: of its pixels after trimming and fitting, as stored. `size`: (H, W) before that. `damage`: in paired
    datasets, the name, level and truth of the damaged partner and whether it has a mask.
    """

    id: str
    group: str
    sha256: str
    size: tuple[int, int]
    labels: Json = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    damage: Json | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ImageStore:
    """Every prepared image: `clean`, and in paired datasets `damaged`, uint16 (N, H, W, C), and `mask`, bool (N, H, W).

    `content`, where windows are taken: which blocks of pixels hold something, bool (N, rows, columns). Where sizes differ,
    an array is a sequence of N of them. The arrays may be memory-mapped files.
    """

    records: Sequence[ImageInfo]
    arrays: Mapping[str, NDArray[Any] | Ragged]


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """A selection of the images of a store: those at `rows`, in that order.

    `cases`: the name and level of each damaged partner, empty where the dataset is not paired.
    """

    store: ImageStore
    rows: NDArray[np.intp]
    ids: tuple[str, ...]
    groups: tuple[str, ...]
    labels: tuple[Json, ...]
    sha256: tuple[str, ...]
    cases: tuple[tuple[str, str], ...]

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.ids)

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shape (H, W, C) of each image."""
        return [self.shape_of(index) for index in range(len(self))]

    def shape_of(self, index: int) -> tuple[int, ...]:
        """Return the shape (H, W, C) of an image."""
        arrays = self.store.arrays["clean"]
        return arrays.shape[1:] if isinstance(arrays, np.ndarray) else arrays.shapes[int(self.rows[index])]

    @property
    def paired(self) -> bool:
        """Whether each image has a damaged partner."""
        return "damaged" in self.store.arrays

    def clean(self, indices: Sequence[int] | slice = slice(None)) -> Images:
        """Return the clean images at `indices` (all of them where left out), float32 (n, H, W, C) in [0, 1].

        They have to be of one size.
        """
        arrays, rows = self.store.arrays["clean"], self.rows[indices]
        return to_image(arrays[rows] if isinstance(arrays, np.ndarray) else np.stack([arrays[row] for row in rows]))

    def image(self, index: int, where: Rectangle = WHOLE) -> Images:
        """Return a clean image, or a rectangle of it, float32 (H, W, C) in [0, 1]."""
        return to_image(self.store.arrays["clean"][int(self.rows[index])][where])

    def content(self, index: int) -> NDArray[np.bool_]:
        """Return which blocks of an image hold something, bool (rows, columns)."""
        return self.store.arrays["content"][int(self.rows[index])]

    def partners(self, indices: Sequence[int] | slice = slice(None)) -> list[Damaged | None]:
        """Return the damaged partner of each image at `indices`, None in datasets that are not paired."""
        return [self.partner(index) for index in np.arange(len(self))[indices].tolist()]

    @property
    def truths(self) -> list[Json]:
        """The truth of the damaged partner of each image; empty in datasets that are not paired."""
        damages = [self.store.records[row].damage for row in self.rows.tolist()]
        return [revive(one["truth"]) for one in damages if one is not None]

    def partner(self, index: int, where: Rectangle = WHOLE) -> Damaged | None:
        """Return the damaged partner of an image, or a rectangle of it; None in datasets that are not paired.

        The truth of a rectangle is empty: what it says of places belongs to the whole image.
        """
        row = int(self.rows[index])
        damage = self.store.records[row].damage
        if damage is None:
            return None
        arrays = self.store.arrays
        mask = arrays["mask"][row][where].astype(np.bool_) if damage["mask"] else None
        truth = revive(damage["truth"]) if where == WHOLE else {}
        return Damaged(to_image(arrays["damaged"][row][where]), mask, truth, damage["name"], damage["level"])


def examples_of(store: ImageStore, rows: Sequence[int]) -> Examples:
    """Return the images at `rows`, sorted by id, so that the order of the source does not matter."""
    ordered = sorted(rows, key=lambda row: store.records[row].id)
    records = [store.records[row] for row in ordered]
    return Examples(
        store,
        np.array(ordered, np.intp),
        tuple(one.id for one in records),
        tuple(one.group for one in records),
        tuple(one.labels for one in records),
        tuple(one.sha256 for one in records),
        tuple((one.damage["name"], one.damage["level"]) if one.damage else ("", "") for one in records),
    )


@dataclass(frozen=True, slots=True)
class Skipped:
    """An image that was left out, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """The training, validation and test sets of a run; no group is in two of them.

    `window`: the size (H, W) of the windows that are taken from images of any size, None where all are of the run's.
    `skipped`: images left out. `warnings`: notes for the user, one sentence each. `sizes`: number of images of each size
    (H, W) before trimming and fitting. `trimmed`: border lines removed at the top, bottom, left and right, by image
    size. `cached`: whether the images came from the cache. `others`: additional test sets by name.
    """

    train: Examples
    validation: Examples
    test: Examples
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    sizes: Mapping[tuple[int, int], int] = field(default_factory=dict)
    trimmed: Mapping[tuple[int, int], tuple[int, int, int, int]] = field(default_factory=dict)
    cached: bool = False
    others: Mapping[str, Examples] = field(default_factory=dict)
    window: tuple[int, int] | None = None

    @property
    def paired(self) -> bool:
        """Whether each image has a damaged partner."""
        return self.test.paired


def plain(value: Any) -> Any:
    """Return a truth or label as plain JSON, arrays as lists under the name of their dtype."""
    if isinstance(value, np.ndarray):
        return {f"array {value.dtype.str}": value.tolist()}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def revive(value: Any) -> Any:
    """Return the argument of `plain` from its result, tuples as lists."""
    if isinstance(value, Mapping):
        key = next(iter(value), "")
        if len(value) == 1 and key.startswith("array "):
            return np.array(value[key], np.dtype(key.removeprefix("array ")))
        return {name: revive(one) for name, one in value.items()}
    return [revive(one) for one in value] if isinstance(value, list) else value
