"""All results as one ZIP file, to be taken away."""

from __future__ import annotations

import asyncio
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from restore.page.desk import Desk

TAKEN = ("result", "mask", "confidence", "record")


async def results_archive(desk: Desk) -> Response:
    """Answer with the results of all images, masks, confidence and records beside them; of equal names, each gets a folder."""
    found = [[path for kind in TAKEN if (path := desk.file(item, kind))] for item in desk.items.values()]
    with tempfile.NamedTemporaryFile(dir=desk.folder, prefix=".", suffix=".zip", delete=False) as file:
        path = Path(file.name)
    await asyncio.to_thread(_pack, path, [one for one in found if one])
    return FileResponse(
        path, media_type="application/zip", filename="restored.zip", background=BackgroundTask(path.unlink)
    )


def _pack(path: Path, images: Sequence[Sequence[Path]]) -> None:
    """Write the files of images; they are compressed already."""
    taken: set[str] = set()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number, paths in enumerate(images):
            clash = any(one.name.casefold() in taken for one in paths)
            taken |= {one.name.casefold() for one in paths}
            for one in paths:
                archive.write(one, f"{number + 1}/{one.name}" if clash else one.name)
