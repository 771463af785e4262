"""What the server answers: the page's own files, the images on the desk, their changes as a stream, runs and reports."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Collection
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from restore.errors import RestoreError
from restore.page.desk import Desk, Item
from restore.page.guard import Guard
from restore.page.runs import RunRoutes, models
from restore.page.taken import results_archive
from restore.system.files import is_full
from restore.tasks.restoration import FILLS, parse_fill

STATIC = files("restore.page") / "static"
MOST_BYTES = 512 * 2**20
"""Largest upload: an uncompressed image of 16 bits and three channels with over 80 million pixels."""
MOST_IMAGES = 10_000
_MASK_BYTES = 64 * 2**20
_MEDIA = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_KINDS = ("source", "result", "mask", "confidence", "strip", "record", "seen-source", "seen-result")
_RECORD = "application/json"


def build(desk: Desk, token: str, hosts: Collection[str], cookie: str) -> ASGIApp:
    """Return the application, guarded: it answers only who has the token, under one of `hosts`."""
    routes = Routes(desk)
    app = Starlette(
        routes=[
            Route("/", routes.static),
            Route("/static/{name}", routes.static),
            Route("/session", routes.session),
            Route("/events", routes.events),
            Route("/queue", routes.queue, methods=["POST"]),
            Route("/images", routes.upload, methods=["POST"]),
            Route("/images/{id}", routes.remove, methods=["DELETE"]),
            Route("/images/{id}/restore", routes.restore, methods=["POST"]),
            Route("/images/{id}/{kind}", routes.file),
            Route("/results.zip", routes.archive),
            *RunRoutes(desk.runs).routes(),
        ],
        exception_handlers={RestoreError: _refused},
    )
    return Guard(app, token, hosts, cookie)


class Routes:
    """The functions behind the addresses."""

    def __init__(self, desk: Desk) -> None:
        """Keep the desk, and read the page's own files once."""
        self._desk = desk
        self._static = {one.name: one.read_bytes() for one in STATIC.iterdir() if Path(one.name).suffix in _MEDIA}

    async def static(self, request: Request) -> Response:
        """Answer with one of the page's own files."""
        name = request.path_params.get("name", "index.html")
        if name not in self._static:
            raise HTTPException(404)
        return Response(self._static[name], media_type=_MEDIA[Path(name).suffix])

    async def session(self, request: Request) -> Response:
        """Answer what stays while the page is open: models, fills, limits."""
        del request
        listed = await asyncio.to_thread(models, self._desk.run, self._desk.runs)
        limits = {"bytes": MOST_BYTES, "pixels": self._desk.max_pixels, "images": MOST_IMAGES}
        made = {"version": version("restore-toolkit"), "models": listed, "fills": FILLS, "limits": limits}
        return JSONResponse(made)

    async def events(self, request: Request) -> Response:
        """Stream everything on the desk, and then what changes."""
        del request

        async def lines() -> AsyncIterator[str]:
            async for change in self._desk.changes():
                yield ": alive\n\n" if change is None else f"data: {json.dumps(change)}\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")

    async def queue(self, request: Request) -> Response:
        """Pause, or go on."""
        self._desk.pause(paused=request.query_params.get("paused") == "true")
        return Response(status_code=204)

    async def upload(self, request: Request) -> Response:
        """Take an image, the body, named by the query; it appears in the stream."""
        if len(self._desk.items) >= MOST_IMAGES:
            raise HTTPException(507, f"more than {MOST_IMAGES:,} images; remove some")
        fill = parse_fill(request.query_params.get("fill", FILLS[0]))
        _require_small(request, MOST_BYTES)
        ident, source = self._desk.place(request.query_params.get("name", ""))
        try:
            await _receive(request, source)
        except BaseException:
            self._desk.discard(ident)
            raise
        item = self._desk.add(ident, source, request.query_params.get("run", ""), fill)
        return JSONResponse({"id": item.id}, 201)

    async def restore(self, request: Request) -> Response:
        """Restore an image again: within the mask in the body, a PNG file, or where damage is found."""
        item = self._item(request)
        fill = parse_fill(request.query_params.get("fill", FILLS[0]))
        _require_small(request, _MASK_BYTES)
        mask = b"".join([part async for part in _limited(request, _MASK_BYTES)])
        self._desk.restore(item, request.query_params.get("run", ""), fill, mask or None)
        return JSONResponse({"revision": item.revision}, 202)

    async def remove(self, request: Request) -> Response:
        """Remove an image."""
        self._desk.remove(self._item(request))
        return Response(status_code=204)

    async def file(self, request: Request) -> Response:
        """Answer with an image, or what was made of it; as a download where the query says so."""
        item, kind = self._item(request), request.path_params["kind"]
        path = self._desk.file(item, kind) if kind in _KINDS else None
        if path is None or not path.is_file():
            raise HTTPException(404)
        if "download" in request.query_params:
            return FileResponse(path, media_type="application/octet-stream", filename=path.name)
        # Only what was read as an image is here, and a browser that is told so takes it for nothing else.
        return FileResponse(path, media_type=_RECORD if kind == "record" else _image_type(path))

    async def archive(self, request: Request) -> Response:
        """Answer with all results, and what stands beside them, as a ZIP file."""
        del request
        return await results_archive(self._desk)

    def _item(self, request: Request) -> Item:
        item = self._desk.items.get(request.path_params["id"])
        if item is None:
            raise HTTPException(404)
        return item


def _image_type(path: Path) -> str:
    """Return the media type of an image by its first bytes, whatever its name."""
    with path.open("rb") as file:
        start = file.read(12)
    if start.startswith(b"\x89PNG"):
        return "image/png"
    if start.startswith(b"\xff\xd8"):
        return "image/jpeg"
    if start[8:12] == b"WEBP":
        return "image/webp"
    return "image/gif" if start.startswith(b"GIF8") else "image/bmp" if start.startswith(b"BM") else "image/x-unknown"


def _require_small(request: Request, most: int) -> None:
    """Refuse a body that says it is too large before any of it is read."""
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or int(said) > most:
        raise HTTPException(413, f"larger than {most // 2**20} MiB")


async def _limited(request: Request, most: int) -> AsyncIterator[bytes]:
    """Yield a body in parts; refuse it where it grows too large, whatever it said."""
    left = most
    async for part in request.stream():
        left -= len(part)
        if left < 0:
            raise HTTPException(413, f"larger than {most // 2**20} MiB")
        yield part


async def _receive(request: Request, target: Path) -> None:
    """Write a body to a file, which has its name only once it is whole."""
    partial = target.with_name(".partial")
    try:
        with partial.open("xb") as file:
            async for part in _limited(request, MOST_BYTES):
                file.write(part)
    except ClientDisconnect:
        raise HTTPException(400, "not sent whole") from None
    except OSError as error:
        raise HTTPException(507 if is_full(error) else 500, "cannot keep the image: disk full?") from error
    if not partial.stat().st_size:
        raise HTTPException(400, "empty")
    partial.rename(target)


async def _refused(request: Request, error: Exception) -> Response:
    """Answer a fault of a request as a command prints it."""
    del request
    assert isinstance(error, RestoreError)
    return JSONResponse({"what": error.what, "where": error.where, "hint": error.hint, "code": error.code}, 400)


@contextlib.asynccontextmanager
async def working(desk: Desk, on_failure: Callable[[], None]) -> AsyncIterator[None]:
    """Restore what waits on the desk, as long as the context lasts; what ends the work earlier is raised at the end."""
    task = asyncio.create_task(desk.work())
    task.add_done_callback(lambda _: on_failure())
    try:
        yield
    finally:
        desk.close()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
