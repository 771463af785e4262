"""Collections of faces: FFHQ, CelebA and Labelled Faces in the Wild, read from the user's own folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, TypeAlias

from pydantic import Field

from restore.api import FolderSource, InputError, RequestError, Source

IDENTITIES = "identity_CelebA.txt"
"""CelebA's file of identities: a line for each image, its name and the number of a person."""
_Pixels: TypeAlias = Annotated[int, Field(ge=1, description="largest width times height of an image")]
_MOST = 100_000_000


def ffhq(path: Path | None, *, max_pixels: _Pixels = _MOST) -> Source:
    """Open Flickr-Faces-HQ (Karras et al. 2019, arXiv 1812.04948), in any of its sizes: each image is its own person.

    Its folders hold a thousand images each and say nothing of people. Raises `RequestError` without a folder.
    """
    return FolderSource(_given(path, "ffhq"), group="file", max_pixels=max_pixels)


def celeba(path: Path | None, *, max_pixels: _Pixels = _MOST) -> Source:
    """Open CelebA (Liu et al. 2015, arXiv 1411.7766), grouped by person where `identity_CelebA.txt` is found.

    It is looked for in the folder, in those beside it, and in `Anno`; without it each image is its own person, which the
    notes say. Raises `RequestError` without a folder, `InputError` for a file of another form.
    """
    folder = _given(path, "celeba")
    people = _people(folder)
    source = FolderSource(folder, group=_Person(people) if people else "file", max_pixels=max_pixels)
    if not people:
        source.notes = (*source.notes, f"no {IDENTITIES} found: the same person may be in training and test")
    return source


def lfw(path: Path | None, *, max_pixels: _Pixels = _MOST) -> Source:
    """Open Labelled Faces in the Wild (Huang et al. 2007), grouped by person, whose folder an image lies in.

    Raises `RequestError` without a folder.
    """
    return FolderSource(_given(path, "lfw"), group="folder", max_pixels=max_pixels)


class _Person:
    """Returns the person of an image, None where the file does not list it."""

    def __init__(self, people: Mapping[str, str]) -> None:
        self.people = people

    def __call__(self, path: PurePosixPath) -> str | None:
        # Copies in PNG have the same stem.
        return self.people.get(path.stem)


def _people(folder: Path) -> dict[str, str]:
    """Return the person of each image by its stem, empty where no file says it."""
    places = [folder, folder / "Anno", folder.parent, folder.parent / "Anno"]
    file = next((place / IDENTITIES for place in places if (place / IDENTITIES).is_file()), None)
    if file is None:
        return {}
    rows = [line.split() for line in file.read_text("utf-8", "replace").splitlines() if line.strip()]
    if any(len(row) != 2 for row in rows):
        hint = "a line reads 000001.jpg 2880"
        raise InputError("not a list of images and people", code="bad-identities", where=str(file), hint=hint)
    return {Path(name).stem: f"person-{person}" for name, person in rows}


def _given(path: Path | None, name: str) -> Path:
    if path is None:
        raise RequestError("no folder given", code="no-data", where=f"dataset {name}", hint="--data PATH")
    return path
