"""The server as a command runs it: on this machine only unless another address is given, until a signal ends it."""

from __future__ import annotations

import contextlib
import ipaddress
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

import uvicorn

from restore.errors import RequestError
from restore.page.app import build, working
from restore.page.desk import Desk
from restore.system.files import reason_of

LOCAL = "127.0.0.1"
_AT_ONCE = 200
"""Connections at most: fifty tabs hold one each, and load with a few more."""
_PATIENCE = 2
"""Seconds until answers under way are cut off at the end."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page is: the open socket, and the token."""

    listening: socket.socket
    host: str
    port: int
    token: str

    @property
    def url(self) -> str:
        """Return what the user opens."""
        return f"http://{self.host}:{self.port}/?token={self.token}"

    @property
    def hosts(self) -> set[str]:
        """Return the hosts under which a browser may ask."""
        return {f"{one}:{self.port}" for one in (self.host, "localhost")}


@contextlib.contextmanager
def opened(host: str, port: int) -> Iterator[Address]:
    """Yield an address, with a port that is free where none is given; raises `RequestError` where it cannot be had."""
    hint = "choose another: --host, --port"
    try:
        if ipaddress.ip_address(host).version != 4 or ipaddress.ip_address(host).is_unspecified:
            raise RequestError(
                f"cannot serve at {host}", code="bad-option", where="--host", hint="name one IPv4 address"
            )
    except ValueError:
        what = f"{host!r} is not an address"
        raise RequestError(what, code="bad-option", where="--host", hint=f"such as {LOCAL}") from None
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
            listening.listen(128)
        except (OSError, OverflowError) as error:
            reason = reason_of(error) if isinstance(error, OSError) else str(error)
            raise RequestError(
                f"cannot listen: {reason}", code="bad-option", where=f"{host}:{port}", hint=hint
            ) from error
        yield Address(listening, host, listening.getsockname()[1], secrets.token_urlsafe(32))


class Server(uvicorn.Server):
    """A server whose streams end with it."""

    def __init__(self, desk: Desk, address: Address) -> None:
        """Prepare the server of a desk."""
        app = build(desk, address.token, address.hosts, f"restore-{address.port}")
        super().__init__(
            uvicorn.Config(
                app, log_config=None, access_log=False, lifespan="off", loop="asyncio", http="h11", ws="none",
                server_header=False, proxy_headers=False, limit_concurrency=_AT_ONCE,
                timeout_graceful_shutdown=_PATIENCE,
            )
        )  # fmt: skip
        self._desk, self._address = desk, address

    async def run_until_stopped(self, ready: Callable[[], None] = lambda: None) -> None:
        """Answer requests, and restore, until a signal comes; `ready` is called when the server answers."""
        async with working(self._desk, self.stop):
            ready()
            await self.serve(sockets=[self._address.listening])

    def stop(self) -> None:
        """End the server, and the streams of all tabs, which would keep it alive."""
        self._desk.closing = self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End at a signal."""
        self._desk.closing = True
        super().handle_exit(sig, frame)


def serve(desk: Desk, address: Address, ready: Callable[[], None]) -> None:
    """Serve a desk until Ctrl-C, SIGTERM, or the end of the terminal."""
    import asyncio

    server = Server(desk, address)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda _, frame: server.handle_exit(signal.SIGTERM, frame))
    asyncio.run(server.run_until_stopped(ready))
