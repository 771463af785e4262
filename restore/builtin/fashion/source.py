"""Fashion-MNIST as a dataset: Keras' files where they are there, a user's own, else drawn look-alikes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from restore.api import InputError, Sample, Source, generator
from restore.builtin.fashion.drawn import CLASSES, draw
from restore.builtin.fashion.idx import read_idx

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PARTS: Mapping[str, str] = {"train": "train", "test": "t10k"}
"""What the names of the files of each part begin with."""
_NAME = re.compile(r"(?P<part>train|t10k)-(?P<what>images|labels)[-.]idx[13]-ubyte(\.gz)?")


def fashion_mnist(
    path: Path | None,
    *,
    part: Annotated[
        Literal["train", "test", "both"], Field(description="the 60,000 images, the 10,000, or all")
    ] = "both",
    count: Annotated[
        int, Field(ge=3, le=1_000_000, description="images that are drawn where no file is found")
    ] = 4_000,
    seed: Annotated[int, Field(ge=0, description="random seed of drawn images")] = 0,
) -> Source:
    """Open Fashion-MNIST (Xiao et al. 2017, arXiv 1708.07747), or another set of 8-bit images in IDX files.

    `path`: a folder with its four files, compressed or not, or one file of images; None: Keras' folder of it, else
    images are drawn. Each image is a group; labels hold its `class`. Raises `InputError` for a path without such files.
    """
    if path is None:
        folder = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets" / "fashion-mnist"
        if not _files(folder, PARTS):
            return Drawn(count, seed)
        path = folder
    wanted = PARTS if part == "both" else [part]
    files = {_part_of(path): path} if path.is_file() else _files(path, wanted)
    if not files:
        hint = "it needs train-images-idx3-ubyte.gz and the like"
        raise InputError("the folder has no IDX files of images", code="no-images", where=str(path), hint=hint)
    return Files(files)


class Files:
    """The images of IDX files, a `Source`; each part is read when one of its images is first wanted."""

    threadsafe = True

    def __init__(self, files: Mapping[str, Path]) -> None:
        """Read the files of images, by part, and their labels where they lie beside them."""
        self.files = files
        self.images = {part: read_idx(file, 3) for part, file in files.items()}
        self.labels = {part: _labels(file, len(self.images[part])) for part, file in files.items()}
        self.places = [(part, index) for part, images in self.images.items() for index in range(len(images))]
        self.keys: Sequence[tuple[str, str]] = [(f"{part}/{index:05}",) * 2 for part, index in self.places]

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.places)

    def __getitem__(self, index: int, /) -> Sample:
        """Return image `index`, divided by 255."""
        import numpy as np

        part, place = self.places[index]
        image = (self.images[part][place].astype(np.float32) / np.float32(255))[..., np.newaxis]
        labels = self.labels[part]
        name = "" if labels is None else _class_of(int(labels[place]))
        return Sample(image, *self.keys[index], {"class": name} if name else {})

    @cached_property
    def fingerprint(self) -> str:
        """Names, sizes and times of change of the files, those of labels among them."""
        labels = {f"{part} labels": found for part, file in self.files.items() if (found := _labels_file(file))}
        states = ((part, str(file), file.stat()) for part, file in [*self.files.items(), *labels.items()])
        return " ".join(f"{part} {name} {state.st_size} {state.st_mtime_ns}" for part, name, state in states)


class Drawn:
    """Drawn look-alikes, a `Source`: image i is the same for the same seed whatever the count."""

    notes = ("drawn look-alikes of Fashion-MNIST; give its files by --data",)

    def __init__(self, count: int, seed: int) -> None:
        """Draw `count` images."""
        self.seed, self.fingerprint = seed, f"drawn 1 {count} {seed}"
        self.keys: Sequence[tuple[str, str]] = [(f"{index:06}",) * 2 for index in range(count)]

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.keys)

    def __getitem__(self, index: int, /) -> Sample:
        """Draw image `index`."""
        image, name = draw(generator(self.seed, index, "fashion"))
        return Sample(image, *self.keys[index], {"class": name})


def _files(folder: Path, parts: Iterable[str]) -> dict[str, Path]:
    """Return the files of images in a folder, by part."""
    names = sorted(file for file in folder.iterdir() if file.is_file()) if folder.is_dir() else []
    found = {
        match["part"]: file for file in names if (match := _NAME.fullmatch(file.name)) and match["what"] == "images"
    }
    return {part: found[PARTS[part]] for part in parts if PARTS[part] in found}


def _part_of(file: Path) -> str:
    return "test" if file.name.startswith(PARTS["test"]) else "train"


def _labels(images: Path, count: int) -> NDArray[np.uint8] | None:
    """Return the labels beside a file of images, None where there are none; raises `InputError` where their number differs."""
    file = _labels_file(images)
    if file is None:
        return None
    labels = read_idx(file, 1)
    if len(labels) != count:
        what = f"holds {len(labels)} labels of {count} images"
        raise InputError(what, code="bad-idx", where=str(file), hint="copy it again")
    return labels


def _labels_file(images: Path) -> Path | None:
    """Return the file of labels beside a file of images, None where there is none."""
    file = images.with_name(images.name.replace("images", "labels").replace("idx3", "idx1"))
    return file if file != images and file.is_file() else None


def _class_of(label: int) -> str:
    return CLASSES[label] if label < len(CLASSES) else str(label)
