"""A second browser for the tests: Firefox, by Marionette, the protocol of Mozilla's own tests.

Playwright drives only a Firefox of its own; the one that a distribution has listens to this. What
the tests need of the protocol (firefox-source-docs.mozilla.org, Marionette) are a few lines;
Mozilla's client for Python would take psutil and IPython back to older versions.
"""

import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from browser import FIREFOX

TIMEOUT = 60  # seconds
HOME, END, RIGHT = "\ue011", "\ue010", "\ue014"  # WebDriver, 17.4.2: keys as characters
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver, 12: how an element is named
# What the browser noted of errors in scripts from an address.
_ERRORS = """
return Services.console.getMessageArray()
  .filter((m) => m instanceof Ci.nsIScriptError && m.sourceName.startsWith(arguments[0]))
  .filter((m) => !(m.flags & Ci.nsIScriptError.warningFlag))
  .map((m) => `${m.sourceName}:${m.lineNumber}: ${m.errorMessage}`);"""


class Client:
    """A session with a Firefox that listens on a port of this machine.

    Raises:
        RuntimeError: the browser answers a command with an error, which it tells.
    """

    def __init__(self, port: int):
        self._socket, self._number = _connected(port), 0
        self._answer()  # who speaks
        self.ask("WebDriver:NewSession", capabilities={})
        self.ask("WebDriver:SetTimeouts", script=1000 * TIMEOUT, pageLoad=1000 * TIMEOUT)
        self.ask("WebDriver:SetWindowRect", width=1440, height=1000)

    def ask(self, command: str, **parameters):
        """The answer to a command, by its name and parameters in the protocol."""
        self._number += 1
        message = json.dumps([0, self._number, command, parameters])
        self._socket.sendall(f"{len(message)}:{message}".encode())  # JSON is ASCII
        _, _, error, result = self._answer()
        if error:
            raise RuntimeError(f"{command}: {error['message']}")
        return result["value"] if list(result or ()) == ["value"] else result

    def _answer(self) -> list:
        size = b""
        while not size.endswith(b":"):
            size += self._received(1)
        return json.loads(self._received(int(size[:-1])))

    def _received(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            if not (more := self._socket.recv(count - len(found))):
                raise RuntimeError("Firefox has gone")
            found += more
        return found

    def open(self, address: str) -> None:
        """Go to an address, and wait until it is loaded."""
        self.ask("WebDriver:Navigate", url=address)

    def run(self, script: str, *arguments):
        """What a script in the page returns."""
        return self.ask("WebDriver:ExecuteScript", script=script, args=arguments, sandbox=None)

    def wait(self, expression: str, *arguments):
        """What an expression of JavaScript is in the page, once it is true.

        Raises:
            AssertionError: it is not within `TIMEOUT` seconds.
        """
        until = time.monotonic() + TIMEOUT
        while not (found := self.run(f"return {expression}", *arguments)):
            assert time.monotonic() < until, f"never true: {expression}"
            time.sleep(0.05)
        return found

    def click(self, selector: str) -> None:
        """Click the first element that a CSS selector means."""
        self.ask("WebDriver:ElementClick", id=self._element(selector))

    def type(self, selector: str, text: str) -> None:
        """Type into it; a path, where it wants a file."""
        self.ask("WebDriver:ElementSendKeys", id=self._element(selector), text=text)

    def drag(self, points: list[tuple[int, int]]) -> None:
        """Draw with the mouse from point to point of the window."""
        moves = [{"type": "pointerMove", "x": x, "y": y} for x, y in points]
        steps = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:]]
        mouse = {"type": "pointer", "id": "mouse", "actions": steps}
        mouse["actions"].append({"type": "pointerUp", "button": 0})
        self.ask("WebDriver:PerformActions", actions=[mouse])

    def _element(self, selector: str) -> str:
        return self.ask("WebDriver:FindElement", using="css selector", value=selector)[_ELEMENT]

    def errors(self, address: str) -> list[str]:
        """The errors of scripts from an address that this Firefox has met."""
        self.ask("Marionette:SetContext", value="chrome")
        found = self.run(_ERRORS, address)
        self.ask("Marionette:SetContext", value="content")
        return found


def installed() -> str | None:
    """Where Firefox is, if it is."""
    return next(filter(None, map(shutil.which, FIREFOX)), None)


@contextmanager
def started(**prefs) -> Iterator[Client]:
    """A Firefox without a screen and with a fresh profile; both are gone afterwards.

    Args:
        prefs: settings of about:config, an underscore for each dot.
    """
    port = _free_port()
    lines = {"marionette.port": port} | {k.replace("_", "."): v for k, v in prefs.items()}
    with tempfile.TemporaryDirectory() as folder:
        told = [f"user_pref({json.dumps(name)}, {json.dumps(v)});" for name, v in lines.items()]
        (Path(folder) / "user.js").write_text("\n".join(told))
        command = [installed(), "-headless", "-marionette", "-no-remote", "-profile", folder]
        command.append("-remote-allow-system-access")  # to read its console
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield Client(port)
        finally:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


def _connected(port: int) -> socket.socket:
    until = time.monotonic() + TIMEOUT
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=2 * TIMEOUT)
        except OSError:  # it is still starting
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
