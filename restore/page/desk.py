"""The images that lie on the page: kept in a folder, restored one after the other, every change told to all tabs."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import shutil
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Literal, TypeAlias, TypeVar

from restore.errors import RestoreError
from restore.images import MAX_PIXELS
from restore.system.files import write_whole
from restore.system.workers import lone_process
from restore.tasks.page import Order, Outcome, carry_out, warm
from restore.tasks.restoration import Fill

T = TypeVar("T")
Status: TypeAlias = Literal["waiting", "working", "restored", "untouched", "refused"]
STATE = "image.json"
MASK = "given.mask.png"
_ENDING = 2.0
"""Seconds for which an ended process is waited for."""
_BEAT = 15.0
"""Seconds after which a silent stream says that it is alive."""
_LONGEST = 100
"""Bytes of a file's name that are kept; those of files beside it need some more."""
_RECENT = 20
"""Images whose seconds the time left is estimated by."""


@dataclass
class Item:
    """One image on the desk.

    `masked`: whether the user corrected the mask; `revision`: how often it was asked for, which names the folder of its
    results; `done`: the revision whose results stand, 0 for none.
    """

    id: str
    name: str
    bytes: int
    run: str
    fill: Fill = "mean"
    masked: bool = False
    status: Status = "waiting"
    revision: int = 1
    done: int = 0
    reason: str = ""
    hint: str = ""
    code: str = ""
    size: tuple[int, int] | None = None
    row: Mapping[str, Any] | None = None
    head: Mapping[str, Any] | None = None
    repeat: str = ""
    files: dict[str, str] = field(default_factory=dict)
    changed: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return what the page shows of an image; of its files only which there are."""
        return {**asdict(self), "files": sorted(self.files)}


def safe_name(name: str) -> str:
    """Return the last part of a file's name without what a file system, a shell or a page could mistake; never empty."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = re.sub(r"[^\w.() +-]", "_", last).strip(" .-") or "image"
    path = PurePosixPath(plain)
    ending = path.suffix if len(path.suffix) <= 8 else ""
    stem = path.name.removesuffix(ending).encode()[: _LONGEST - len(ending.encode())].decode(errors="ignore")
    return f"{stem}{ending}"


@dataclass
class Desk:
    """The images in `folder`, and the process that restores them.

    `run` is used where the page names none. All methods are called in the server's event loop.
    """

    folder: Path
    run: str
    runs: str | None = None
    max_pixels: int = MAX_PIXELS
    items: dict[str, Item] = field(default_factory=dict)
    paused: bool = False
    closing: bool = False
    _version: int = 0
    _removed: dict[str, int] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_RECENT))
    _urgent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take up what an earlier page left in the folder."""
        self._pool = lone_process()
        for state in sorted(self.folder.glob(f"*/{STATE}"), key=lambda one: one.stat().st_mtime):
            item = Item(**json.loads(state.read_bytes()))
            item.status = "waiting" if item.status == "working" else item.status
            self.items[item.id] = item
            self._note(item, keep=False)

    def place(self, name: str) -> tuple[str, Path]:
        """Return the id of a new image, and the file to which its bytes are to be written."""
        ident = secrets.token_hex(8)
        source = self.folder / ident / "source" / safe_name(name)
        source.parent.mkdir(parents=True)
        return ident, source

    def discard(self, ident: str) -> None:
        """Remove what `place` made for an image that was not sent whole."""
        shutil.rmtree(self.folder / ident, ignore_errors=True)

    def add(self, ident: str, source: Path, run: str, fill: Fill) -> Item:
        """Take an image whose file is whole, and let its damage be found."""
        item = Item(ident, source.name, source.stat().st_size, run or self.run, fill)
        self.items[ident] = item
        self._note(item)
        return item

    def restore(self, item: Item, run: str, fill: Fill, mask: bytes | None) -> None:
        """Ask for an image again, before all others: within the mask, a PNG file, or where damage is found."""
        if mask is not None:
            write_whole(self._mask(item), mask, overwrite=True)
        item.run, item.fill, item.masked = run or self.run, fill, mask is not None
        item.revision, item.status = item.revision + 1, "waiting"
        self._urgent.append(item.id)
        self._note(item)

    def remove(self, item: Item) -> None:
        """Remove an image and all its files."""
        del self.items[item.id]
        shutil.rmtree(self.folder / item.id, ignore_errors=True)
        self._version += 1
        self._removed[item.id] = self._version
        self._tell()

    def pause(self, *, paused: bool) -> None:
        """Begin no further image, or go on."""
        self.paused = paused
        self._version += 1
        self._tell()

    def file(self, item: Item, which: str) -> Path | None:
        """Return one of an image's files, None where there is none."""
        name = item.files.get(which)
        return self.folder / item.id / name if name else None

    async def work(self) -> None:
        """Restore what waits, one image after the other, until the task is cancelled."""
        await self._beside(warm, self.run, self.runs)
        while True:
            item = self._next()
            if item is None:
                await self._changed(None)
                continue
            item.status, revision, began = "working", item.revision, time.monotonic()
            self._note(item)
            order = self._order(item)
            shutil.rmtree(order.folder, ignore_errors=True)
            outcome = await self._beside(carry_out, order)
            if item.id not in self.items:
                shutil.rmtree(self.folder / item.id, ignore_errors=True)
                continue
            self._seconds.append(time.monotonic() - began)
            self._finish(item, revision, outcome)

    async def changes(self) -> AsyncIterator[dict[str, Any] | None]:
        """Yield everything first, then what changes, as plain JSON; None where nothing did for a while."""
        seen = -1
        while not self.closing:
            if seen == self._version:
                if not await self._changed(_BEAT):
                    yield None
                continue
            since, seen = seen, self._version
            yield {
                "images": [one.to_json() for one in self.items.values() if one.changed > since],
                "removed": [ident for ident, at in self._removed.items() if at > since],
                "queue": self._queue(),
            }

    def close(self) -> None:
        """End all streams, and the process with what it was doing."""
        self.closing = True
        self._tell()
        self._end_process()

    def _end_process(self) -> None:
        for process in list((self._pool._processes or {}).values()):  # noqa: SLF001 - no public way to end them
            process.terminate()
            process.join(_ENDING)
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _beside(self, function: Callable[..., T], *given: Any) -> T | RestoreError:
        """Return what a function returns in the process beside, or that the process was killed, for which there is a new one."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, function, *given)
        except BrokenProcessPool:
            if self.closing:
                raise asyncio.CancelledError from None
            self._pool = lone_process()
            hint = "use a smaller image, or more memory"
            return RestoreError("the process that restored it was killed", code="worker-died", hint=hint)

    def _finish(self, item: Item, revision: int, outcome: Outcome | RestoreError) -> None:
        """Keep what became of an image, unless it was asked for again in the meantime."""
        if item.revision != revision:
            return
        if isinstance(outcome, RestoreError):
            item.status, item.reason, item.hint, item.code = "refused", outcome.what, outcome.hint, outcome.code
            self._note(item)
            return
        home = self.folder / item.id
        before = item.done
        item.status, item.reason, item.hint, item.code = outcome.row["status"], "", "", ""
        item.size, item.row, item.head, item.repeat = outcome.size, outcome.row, outcome.head, outcome.repeat
        item.files = {which: path.relative_to(home).as_posix() for which, path in outcome.files.items()}
        item.done = revision
        self._note(item)
        if before:
            shutil.rmtree(home / str(before), ignore_errors=True)

    def _order(self, item: Item) -> Order:
        home = self.folder / item.id
        mask = self._mask(item) if item.masked else None
        source, folder = home / "source" / item.name, home / str(item.revision)
        return Order(item.run, source, folder, mask, item.fill, self.runs, self.max_pixels)

    def _mask(self, item: Item) -> Path:
        return self.folder / item.id / MASK

    def _next(self) -> Item | None:
        """Return the image to restore next: what the user waits for, else the oldest unless paused."""
        while self._urgent:
            item = self.items.get(self._urgent.pop(0))
            if item is not None and item.status == "waiting":
                return item
        waiting = (one for one in self.items.values() if one.status == "waiting")
        return None if self.paused else next(waiting, None)

    def _queue(self) -> dict[str, Any]:
        counts = dict.fromkeys(("waiting", "working", "restored", "untouched", "refused"), 0)
        for one in self.items.values():
            counts[one.status] += 1
        left = counts["waiting"] + counts["working"]
        mean = sum(self._seconds) / len(self._seconds) if self._seconds else None
        return {"paused": self.paused, "counts": counts, "left": mean and left and round(mean * left, 1)}

    def _note(self, item: Item, *, keep: bool = True) -> None:
        """Keep an image's state on the disk, and tell of it."""
        self._version += 1
        item.changed = self._version
        if keep:
            write_whole(self.folder / item.id / STATE, json.dumps(asdict(item)).encode(), overwrite=True)
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def _changed(self, seconds: float | None) -> bool:
        """Wait for a change; returns whether there was one in these seconds."""
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except TimeoutError:
            return False
        return True
