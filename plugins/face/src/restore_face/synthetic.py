"""The dataset of synthetic portraits: several images per synthetic subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from restore.api import RequestError, Sample, Source, generator
from restore_face.leaves import draw_leaves
from restore_face.portrait.person import draw_person, draw_shot
from restore_face.portrait.render import render

SMALLEST = 16
"""Minimum length in pixels of an image's shorter side."""


def synthetic(
    path: Path | None = None,
    *,
    count: Annotated[int, Field(ge=1, description="number of images")] = 2000,
    pictures: Annotated[int, Field(ge=1, description="number of images per subject")] = 4,
    size: Annotated[tuple[int, int], Field(description="height and width in pixels")] = (128, 128),
    leaves: Annotated[
        float, Field(ge=0, le=1, description="share of subjects that are dead leaves, shapes that hide each other")
    ] = 0.0,
    seed: Annotated[int, Field(description="random seed; a different one yields different subjects")] = 0,
) -> Source:
    """Open `count` synthetic portraits, RGB, with `pictures` consecutive images per subject, which is their group.

    An image depends only on `size`, `seed`, its subject and its index within that subject. Dead leaves stand for what is
    no face: clothes, backgrounds, photographs of anything. Raises `RequestError` for a
    path, since nothing is read, and for a size below 16 pixels.
    """
    if path is not None:
        raise RequestError(
            "synthetic faces are generated, not read",
            code="conflict",
            where=f"--data {path}",
            hint="leave out --data or --dataset",
        )
    if min(size) < SMALLEST:
        raise RequestError(
            f"size {size[0]}x{size[1]} is out of range",
            code="out-of-range",
            where="dataset synthetic",
            hint=f"choose at least {SMALLEST}x{SMALLEST} pixels",
        )
    return SyntheticFaces(count, pictures, size, leaves, seed)


@dataclass(frozen=True)
class SyntheticFaces:
    """`count` synthetic portraits, `images` per subject; samples may be read in any order, from any thread."""

    count: int
    images: int
    size: tuple[int, int]
    leaves: float
    seed: int

    threadsafe: ClassVar[bool] = True
    # Version of the generator; a new number invalidates cached images.
    fingerprint: ClassVar[str] = "synthetic faces 1"

    @cached_property
    def keys(self) -> Sequence[tuple[str, str]]:
        """Return the (id, group) of every image: its index and its subject."""
        return [self._key(index) for index in range(self.count)]

    def __len__(self) -> int:
        """Return the number of images."""
        return self.count

    def __getitem__(self, index: int, /) -> Sample:
        """Render image `index`, float32 (H, W, 3) in [0, 1]; the labels describe the portrait, if it is one."""
        if not 0 <= index < self.count:
            raise IndexError(index)
        number, image = divmod(index, self.images)
        rng = generator("restore-face", self.seed, number, image)
        if generator("restore-face", self.seed, number, "leaves").random() < self.leaves:
            return Sample(draw_leaves(self.size, rng), *self._key(index))
        person = draw_person(generator("restore-face", self.seed, number))
        shot = draw_shot(rng)
        labels = {
            "hair": person.hair,
            "glasses": person.glasses > 0,
            "beard": person.beard > 0,
            "yaw": round(shot.yaw, 3),
            "smile": round(shot.smile, 3),
        }
        return Sample(render(person, shot, self.size, rng), *self._key(index), labels)

    def _key(self, index: int) -> tuple[str, str]:
        return f"{index:06d}", f"person-{index // self.images:05d}"
