"""What a network is trained on: whole images, or windows of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from restore.images.fitting import Fitting, Rectangle, Size, border_of
from restore.pipeline.data.examples import Examples
from restore.plugins.values import Damaged, Images
from restore.randomness import generator

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 8
"""Pixels on a side of the blocks in which content is judged."""
DETAIL = 0.02
"""Standard deviation of a block that holds something, by default: five grey levels of 8 bits, above a scanner's noise."""
LEAST = 0.5
"""Share of a window's blocks that should hold something."""
TRIES = 10
"""Places drawn for a window; the fullest is taken where none is full enough."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """Images of one size to train on: clean, float32 (N, H, W, C) in [0, 1], and their damaged partners, if any.

    `keys`: what their random draws are keyed by beside seed and epoch: the id, and the number of a window.
    """

    clean: Images
    partners: list[Damaged | None]
    keys: list[Key]


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Whole images of one size, or windows of images of any size, each with its number within its image.

    `items`: the index of each piece's image, and its number. `places`: of each window, where they are fixed; else they are
    drawn, keyed by (seed, epoch, id, number), so that they depend neither on workers nor on batches nor on the order of
    files. Images smaller than a window are padded.
    """

    examples: Examples
    size: Size | None
    seed: int
    items: Sequence[tuple[int, int | None]]
    places: Sequence[Rectangle] = ()

    def __len__(self) -> int:
        """Return the number of pieces."""
        return len(self.items)

    def of(self, indices: Collection[int]) -> Pieces:
        """Return the pieces of some images alone."""
        kept = [place for place, (index, _) in enumerate(self.items) if index in indices]
        places = [self.places[place] for place in kept] if self.places else ()
        return replace(self, items=[self.items[place] for place in kept], places=places)

    def take(self, which: Sequence[int], epoch: int | str) -> Taken:
        """Return the pieces at `which`, those of an epoch where they are drawn."""
        items = [self.items[place] for place in which]
        if self.size is None:
            indices = [index for index, _ in items]
            keys: list[Key] = [(self.examples.ids[index],) for index in indices]
            return Taken(self.examples.clean(indices), self.examples.partners(indices), keys)
        clean, partners = [], []
        for place, (index, number) in zip(which, items, strict=True):
            where = self.places[place] if self.places else self._drawn(index, number, epoch)
            image, partner = self._window(index, where, self.size)
            clean.append(image)
            partners.append(partner)
        return Taken(np.stack(clean), partners, [(self.examples.ids[index], number) for index, number in items])

    def _drawn(self, index: int, number: int | None, epoch: int | str) -> Rectangle:
        """Return a random window of an image that holds something."""
        assert self.size is not None
        height, width, _ = self.examples.shape_of(index)
        rng = generator(self.seed, epoch, self.examples.ids[index], number, "window")
        return _draw(self.examples.content(index), (height, width), self.size, rng)

    def _window(self, index: int, where: Rectangle, size: Size) -> tuple[Images, Damaged | None]:
        """Return a window of an image, and of its partner."""
        image, partner = self.examples.image(index, where), self.examples.partner(index, where)
        pad = Fitting((image.shape[0], image.shape[1]), size, "pad")
        if pad.shape == pad.size:
            return image, partner
        fill = border_of(image)
        if partner is not None:
            mask = None if partner.mask is None else pad.apply_to_mask(partner.mask)
            partner = Damaged(pad.apply(partner.image, fill), mask, {}, partner.name, partner.level)
        return pad.apply(image, fill), partner


def training_pieces(examples: Examples, size: Size | None, most: int | None, seed: int) -> Pieces:
    """Return what an epoch trains on: every image, or from each as many windows as its area holds, at most `most`."""
    if size is None:
        return whole(examples, seed)
    counts = (max(1, height * width // (size[0] * size[1])) for height, width, _ in examples.shapes)
    items = [(i, number) for i, count in enumerate(counts) for number in range(min(count, most or count))]
    return Pieces(examples, size, seed, items)


def fixed_pieces(examples: Examples, size: Size | None, most: int | None, seed: int) -> Pieces:
    """Return every image, or at most `most` windows of each that hold something, the same in every epoch.

    Windows overlap by half: validation chooses the best epoch, and disjoint ones are few.
    """
    if size is None:
        return whole(examples, seed)
    items: list[tuple[int, int | None]] = []
    places: list[Rectangle] = []
    for index in range(len(examples)):
        found = tiles(examples, index, size, apart=0.5)
        kept = np.linspace(0, len(found) - 1, min(len(found), most or len(found))).round().astype(int).tolist()
        items += [(index, number) for number in kept]
        places += [found[number] for number in kept]
    return Pieces(examples, size, seed, items, places)


def whole(examples: Examples, seed: int) -> Pieces:
    """Return every image, which are all of one size."""
    return Pieces(examples, None, seed, [(index, None) for index in range(len(examples))])


def tiles(examples: Examples, index: int, size: Size, *, apart: float = 1.0) -> list[Rectangle]:
    """Return windows of an image, in rows around its centre: those that hold something, or the fullest.

    They are disjoint, or less than their size `apart`. A window is smaller than `size` where the image is.
    """
    height, width, _ = examples.shape_of(index)
    content = examples.content(index)
    places = [(rows, columns) for rows in _strips(height, size[0], apart) for columns in _strips(width, size[1], apart)]
    shares = [_share(content, place) for place in places]
    full = [place for place, share in zip(places, shares, strict=True) if share >= LEAST]
    return full or [places[int(np.argmax(shares))]]


def content_of(image: Images, found: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Return which blocks of an image, float32 (H, W, C) in [0, 1], hold something, bool (rows, columns).

    These are blocks mostly within `found`, bool (H, W), else those with detail.
    """
    grey = image.mean(axis=2) if found is None else found.astype(np.float32)
    rows, columns = (-(-side // BLOCK) for side in grey.shape)
    # Edge pixels are repeated to whole blocks.
    padded = np.pad(grey, ((0, rows * BLOCK - grey.shape[0]), (0, columns * BLOCK - grey.shape[1])), mode="edge")
    blocks = padded.reshape(rows, BLOCK, columns, BLOCK)
    held: NDArray[np.bool_]
    held = blocks.std(axis=(1, 3)) > DETAIL if found is None else blocks.mean(axis=(1, 3)) >= 0.5
    return held


def _strips(have: int, want: int, apart: float) -> Iterator[slice]:
    """Yield stretches of length `want` around the middle of a side, or the whole side where it is shorter.

    They begin the share `apart` of their length after one another.
    """
    length = min(have, want)
    step = max(1, int(length * apart))
    count = 1 + (have - length) // step
    first = (have - length - (count - 1) * step) // 2
    return (slice(first + i * step, first + i * step + length) for i in range(count))


def _draw(content: NDArray[np.bool_], shape: Size, size: Size, rng: np.random.Generator) -> Rectangle:
    """Return a random window that holds something."""
    lengths = [min(have, want) for have, want in zip(shape, size, strict=True)]
    best, most = (slice(0, lengths[0]), slice(0, lengths[1])), -1.0
    for _ in range(TRIES):
        first = [int(rng.integers(0, have - length + 1)) for have, length in zip(shape, lengths, strict=True)]
        place = slice(first[0], first[0] + lengths[0]), slice(first[1], first[1] + lengths[1])
        share = _share(content, place)
        if share > most:
            best, most = place, share
        if share >= LEAST:
            break
    return best


def _share(content: NDArray[np.bool_], place: Rectangle) -> float:
    """Return the share of a rectangle's blocks that hold something."""
    rows, columns = (slice(one.start // BLOCK, -(-one.stop // BLOCK)) for one in place)
    return float(content[rows, columns].mean())
