"""Images in a folder and its subfolders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from restore.api import FolderSource, RequestError, Source


def folder(
    path: Path | None,
    *,
    group: Annotated[
        str,
        Field(description="folder, file, auto (folder for images in subfolders, else file), or a regex with a (group)"),
    ] = "auto",
    max_pixels: Annotated[int, Field(ge=1, description="largest width times height of an image")] = 100_000_000,
) -> Source:
    """Open the images below a folder; `group` defines the samples that must stay in the same split.

    Raises `RequestError` without a path.
    """
    if path is None:
        raise RequestError("the dataset folder needs a path", code="missing-data", where="folder", hint="--data PATH")
    return FolderSource(path, group=group, max_pixels=max_pixels)
