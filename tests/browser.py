"""A headless Chromium, spoken to over a pipe, so that a page is seen as a reader sees it and no package is needed."""

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import time

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 180.0
"""Seconds until an answer is given up."""


class Browser:
    """A page in Chromium: opened, resized, pressed keys in, looked at; `complaints` are errors that it has printed."""

    def __init__(self, send, receive):
        self._send, self._receive = send, receive
        self._number, self._buffer, self._session = 0, b"", None
        self.complaints, self.requests = [], []
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self._session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self(f"{domain}.enable")

    def __call__(self, method, **parameters):
        """Send a command of the DevTools protocol, and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        message |= {"sessionId": self._session} if self._session else {}
        os.write(self._send, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self._note(answer)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def open(self, path, *, width=1400, scheme="light", media="screen"):
        """Open a file, or an address, in a window of `width` pixels, with a colour scheme, and wait until it is drawn."""
        self("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self("Emulation.setEmulatedMedia", media=media, features=features)
        self("Page.navigate", url=path if isinstance(path, str) else path.as_uri())
        while self._note(self._next()) != "Page.loadEventFired":
            pass

    def value(self, script):
        """Return what an expression in the page comes to."""
        found = self("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def until(self, script):
        """Wait until an expression in the page is true."""
        end = time.monotonic() + PATIENCE
        while not self.value(script):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.05)

    def choose_files(self, selector, *paths):
        """Give files to an input of the page, as a user does who chooses or drops them."""
        root = self("DOM.getDocument")["root"]["nodeId"]
        node = self("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self("DOM.setFileInputFiles", nodeId=node, files=[str(one) for one in paths])

    def press(self, key, code, modifiers=0):
        for kind in ("rawKeyDown", "keyUp"):
            self(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, modifiers=modifiers
            )

    def drag(self, *points):
        """Press the mouse at the first point, move over the others, and let go at the last."""
        (x, y), (*_, (right, bottom)) = points[0], points
        self("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, button="left", buttons=1, clickCount=1)
        for x, y in points[1:]:
            self("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y, button="left", buttons=1)
        self("Input.dispatchMouseEvent", type="mouseReleased", x=right, y=bottom, button="left", clickCount=1)

    def click(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def screenshot(self):
        """Return the whole page as PNG."""
        taken = self("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(taken["data"])

    def _next(self):
        end = time.monotonic() + PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._receive], [], [], end - time.monotonic())
            assert ready, "Chromium does not answer"
            read = os.read(self._receive, 1 << 20)
            assert read, "Chromium has ended"
            self._buffer += read
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def _note(self, event):
        """Keep what a page complains of and asks for; return the event's name."""
        method, said = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown" or (method == "Runtime.consoleAPICalled" and said["type"] == "error"):
            self.complaints.append(said)
        if method == "Log.entryAdded" and said["entry"]["level"] in ("error", "warning"):
            self.complaints.append(said["entry"]["text"])
        if method == "Network.requestWillBeSent" and not said["request"]["url"].startswith(("data:", "file:")):
            self.requests.append(said["request"]["url"])
        return method


@contextlib.contextmanager
def browsing(profile):
    """Yield a browser whose settings lie in the folder `profile`."""
    theirs, send = os.pipe()
    receive, back = os.pipe()
    # Chromium reads from descriptor 3 and writes to 4, which may be taken here.
    high = [fcntl.fcntl(one, fcntl.F_DUPFD, 10) for one in (theirs, back)]
    for one in (theirs, back):
        os.close(one)
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe"]
    options += ["--no-first-run", "--disable-background-networking", f"--user-data-dir={profile}"]
    command = ["bash", "-c", f'exec "$@" 3<&{high[0]} 4>&{high[1]}', "sh", PROGRAM, *options]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, pass_fds=high, **quiet)
    for one in high:
        os.close(one)
    try:
        yield Browser(send, receive)
    finally:
        os.close(send)
        os.close(receive)
        process.terminate()
        process.wait(PATIENCE)
