"""A browser without a screen: which one starts, and how long the demo takes in it.

Needs Playwright, which the tests bring (`jpegnet[test]`).
"""

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

# Without these Chromium calls home, which a closed network answers with noise.
QUIET = [
    *("--disable-gpu", "--disable-quic", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]
PAGE = "book/index.html"
# Notes in a page when the demo has first answered.
FIRST_ANSWER = """new MutationObserver((_, observer) => {
  if (!document.querySelector(".demo-bars li.best")) return;
  window.firstAnswer = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true, attributes: true });"""
_SIZES = """() => performance.getEntriesByType("navigation")
  .concat(performance.getEntriesByType("resource"))
  .map((entry) => [new URL(entry.name).pathname, entry.encodedBodySize])"""
# What the demo cannot do without: its page, in which its scripts stand, and its picture.
_OWN = (".html", ".jpg")


def launch(playwright: Playwright) -> Browser:
    """Start the first browser that starts.

    Raises:
        RuntimeError: none does; the message says what to install.
    """
    found = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    reasons = []
    for path in [*filter(None, found), None]:  # None: Playwright's own
        try:
            return playwright.chromium.launch(executable_path=path, args=[*QUIET, *root])
        except Error as error:
            reasons.append(f"{path or 'Playwright’s own'}: {str(error).splitlines()[0]}")
    raise RuntimeError(
        "no browser starts: install the package chromium, or run: .venv/bin/playwright install "
        f"chromium ({'; '.join(reasons)})"
    )


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder's files below a path, and is silent."""

    def __init__(self, *args, prefix: str, **kwargs):
        self.prefix = prefix  # first: the base class answers as it is made
        super().__init__(*args, **kwargs)

    def translate_path(self, path):
        return super().translate_path(path.removeprefix(self.prefix))

    def log_message(self, *_):
        """Be silent."""


@contextmanager
def served(site: Path, prefix: str = "", how: type[Handler] = Handler) -> Iterator[str]:
    """The address of a folder that is served on this machine, below a path (``/some/where``)."""
    handler = functools.partial(how, directory=str(site), prefix=prefix)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{prefix}"
        finally:
            server.shutdown()


def first_answer(site: Path, rounds: int) -> dict[str, float]:
    """How long the first page of a site takes until the demo has read its first digit.

    Each time in a fresh browser's state, with nothing in its cache, from this machine's own server.

    Returns:
        milliseconds, the least of the rounds; bytes of what the demo needs, and page_bytes of all
        that the page loads until then.

    Raises:
        RuntimeError: see `launch`.
    """
    times, sizes = [], {}
    with served(site) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        for _ in range(rounds):
            context = browser.new_context()
            context.add_init_script(FIRST_ANSWER)
            page = context.new_page()
            page.goto(f"{address}/{PAGE}")
            page.wait_for_function("window.firstAnswer")
            times.append(page.evaluate("window.firstAnswer"))
            sizes = dict(page.evaluate(_SIZES))
            context.close()
        browser.close()
    own = sum(size for name, size in sizes.items() if name.endswith(_OWN))
    return {"milliseconds": min(times), "bytes": own, "page_bytes": sum(sizes.values())}
