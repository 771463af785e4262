"""A page's server in a thread, and a client that says exactly what is sent."""

import asyncio
import contextlib
import http.client
import json
import threading
import time
from dataclasses import dataclass

from restore.page.desk import Desk
from restore.page.serve import Server, opened

PATIENCE = 300


@dataclass
class Page:
    desk: Desk
    address: object

    def ask(self, method, path, body=None, **headers):
        """Send a request as the page does, but for the given headers, None for one left out; return the answer with its body."""
        given = {
            "Host": f"127.0.0.1:{self.address.port}",
            "Cookie": f"restore-{self.address.port}={self.address.token}",
        }
        given |= {} if method == "GET" else {"Origin": f"http://127.0.0.1:{self.address.port}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.address.port, timeout=PATIENCE)) as link:
            link.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            given.setdefault("Content-Length", str(len(body or b"")))
            for name, value in given.items():
                if value is not None:
                    link.putheader(name, value)
            link.endheaders(body)
            answer = link.getresponse()
            answer.content = answer.read()
            return answer

    def upload(self, data, name="a.png"):
        return json.loads(self.ask("POST", f"/images?name={name}", data).content)["id"]

    def done(self, ident, revision=1):
        """Return an image once it was restored or refused."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            item = self.desk.items[ident]
            if item.revision == revision and item.status not in ("waiting", "working"):
                return item
            time.sleep(0.05)
        raise AssertionError(f"{ident} is not done")


@contextlib.contextmanager
def serving(folder, run="face/pretrained", runs=None):
    """Yield a page that is served."""
    with opened("127.0.0.1", 0) as address:
        page = Page(Desk(folder, run, runs), address)
        server = Server(page.desk, address)
        thread = threading.Thread(target=asyncio.run, args=(server.run_until_stopped(),))
        thread.start()
        try:
            while not server.started:
                time.sleep(0.02)
            yield page
        finally:
            server.handle_exit(15, None)
            thread.join()
