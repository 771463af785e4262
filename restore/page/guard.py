"""Who may ask the server for what: this machine, with the token, from the page itself; what a browser may do with answers."""

from __future__ import annotations

import secrets
from collections.abc import Collection, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""What the page may load: its own scripts, styles and images, and nothing from elsewhere."""
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
_READING = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Guard:
    """Refuses requests before the application sees them.

    `hosts`: what the header Host may say, which keeps out names of other sites that lead here. `cookie`: the name under
    which a browser keeps the token once it has opened the address with it.
    """

    app: ASGIApp
    token: str
    hosts: Collection[str]
    cookie: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            return
        asked = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        fault = self._fault(scope, asked)
        with_headers = _hardened(send)
        if fault:
            await PlainTextResponse(fault, 403)(scope, receive, with_headers)
        elif self._is_entry(scope):
            answer = RedirectResponse("/", 303)
            answer.set_cookie(self.cookie, self.token, httponly=True, samesite="strict")
            await answer(scope, receive, with_headers)
        elif not self._is_known(asked):
            await PlainTextResponse("open the address that the terminal shows", 401)(scope, receive, with_headers)
        else:
            await self.app(scope, receive, with_headers)

    def _fault(self, scope: Scope, asked: MutableMapping[str, str]) -> str:
        """Return why a request does not come from the page, empty where it does."""
        host = asked.get("host", "")
        if host not in self.hosts:
            return "unknown host"
        if asked.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return "asked by another site"
        # Browsers send the origin with everything that changes something.
        origin = asked.get("origin", None if scope["method"] in _READING else "")
        return "" if origin in (None, f"http://{host}") else "asked by another site"

    def _is_entry(self, scope: Scope) -> bool:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])
        return scope["path"] == "/" and scope["method"] == "GET" and self._is_token(given[0])

    def _is_known(self, asked: MutableMapping[str, str]) -> bool:
        try:
            held = SimpleCookie(asked.get("cookie", "")).get(self.cookie)
        except CookieError:
            return False
        return held is not None and self._is_token(held.value)

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self.token.encode())


def _hardened(send: Send) -> Send:
    """Return a sender that adds to each answer what a browser may do with it, unless the answer says so itself."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Any = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return with_headers
