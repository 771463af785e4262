"""Drawn faces as a data set: several pictures each of people who do not exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from restore.api import RequestError, Sample, Source, generator
from restore_face.portrait.person import draw_person, draw_shot
from restore_face.portrait.render import render

SMALLEST = 16
"""The shorter side of a picture, in pixels, below which a face is no face."""


def synthetic(
    path: Path | None = None,
    *,
    count: Annotated[int, Field(ge=1, description="number of pictures")] = 2000,
    pictures: Annotated[int, Field(ge=1, description="pictures of each person")] = 4,
    size: Annotated[tuple[int, int], Field(description="height and width in pixels")] = (128, 128),
    seed: Annotated[int, Field(description="other people for another seed")] = 0,
) -> Source:
    """Open `count` drawn faces, RGB, `pictures` in a row of one person, who is their group.

    A picture depends on `size`, `seed`, its person and its number among that person's pictures, and on nothing else.
    RequestError for a path, since nothing is read, and for a size below 16 pixels.
    """
    if path is not None:
        raise RequestError(
            "synthetic faces are drawn, not read", where=f"data {path}", hint="leave --data or --dataset out"
        )
    if min(size) < SMALLEST:
        raise RequestError(
            f"a face of {size[0]}x{size[1]} pixels is too small to draw",
            where="data set synthetic",
            hint=f"choose {SMALLEST} pixels or more",
        )
    return SyntheticFaces(count, pictures, size, seed)


@dataclass(frozen=True)
class SyntheticFaces:
    """`count` drawn faces; samples may be taken in any order, from any thread."""

    count: int
    pictures: int
    size: tuple[int, int]
    seed: int

    threadsafe: ClassVar[bool] = True
    # Another number tells caches that the same options draw other faces than before.
    fingerprint: ClassVar[str] = "synthetic faces 1"

    @cached_property
    def keys(self) -> Sequence[tuple[str, str]]:
        """Return the (id, group) of every picture: its number, and its person."""
        return [self._key(index) for index in range(self.count)]

    def __len__(self) -> int:
        """Return the number of pictures."""
        return self.count

    def __getitem__(self, index: int, /) -> Sample:
        """Draw picture `index`, float32 (H, W, 3) in [0, 1]; the labels tell what can be seen on it."""
        if not 0 <= index < self.count:
            raise IndexError(index)
        number, picture = divmod(index, self.pictures)
        person = draw_person(generator("restore-face", self.seed, number))
        rng = generator("restore-face", self.seed, number, picture)
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
        return f"{index:06d}", f"person-{index // self.pictures:05d}"
