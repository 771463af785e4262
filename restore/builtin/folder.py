"""A folder of pictures, whatever they show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from restore.api import FolderSource, RequestError, Source


def folder(
    path: Path | None,
    *,
    group: Annotated[
        str, Field(description="folder, file, auto (folder where there are folders), or a pattern with a (group)")
    ] = "auto",
    max_pixels: Annotated[int, Field(ge=1, description="width times height that a picture may have")] = 100_000_000,
) -> Source:
    """Open the pictures below a folder; `group` says what a split must not tear apart."""
    if path is None:
        raise RequestError("this data set is a folder of yours", where="folder", hint="say which: --data PATH")
    return FolderSource(path, group=group, max_pixels=max_pixels)
