"""The browser in which the tests open the site: whichever is there, else one is installed.

    python tests/browser.py

installs one if need be: Playwright's own Chromium, or where that cannot be downloaded, the
distribution's (as root, on Debian and its relatives). There it also installs a Firefox, in which
some tests open the pages again; where there is none, those are skipped.
"""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

from jpegnet.build.browser import launch

DOWNLOAD_TIMEOUT = 300  # seconds
FIREFOX = ("firefox-esr", "firefox")  # programs; the first is also Debian's package


def open_page(browser, url: str, **options):
    """A page, and the list of what went wrong while it loaded."""
    page = browser.new_context(**options).new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on(
        "console", lambda m: m.type in ("error", "warning") and wrong.append(f"console: {m.text}")
    )
    page.on("requestfailed", lambda request: wrong.append(f"failed: {request.url}"))
    page.on("response", lambda r: r.status >= 400 and wrong.append(f"{r.status}: {r.url}"))
    host = "file:" if url.startswith("file:") else url.split("/somewhere")[0]
    own = (host, "data:", "blob:")
    page.on("request", lambda r: r.url.startswith(own) or wrong.append(f"other host: {r.url}"))
    page.goto(url, wait_until="networkidle")
    return page, wrong


def _works() -> bool:
    with sync_playwright() as playwright:
        try:
            launch(playwright).close()
        except RuntimeError:
            return False
    return True


def _install() -> None:
    own = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        if not subprocess.run(own, timeout=DOWNLOAD_TIMEOUT, check=False).returncode and _works():
            return
    except subprocess.TimeoutExpired:
        print("Playwright's own browser cannot be downloaded", file=sys.stderr)
    _install_package("chromium")


def _install_package(name: str) -> None:
    """Install a package of the distribution, where that is Debian or a relative, as root."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", name],
            env=quiet,
            check=False,
            stdout=subprocess.DEVNULL,
        )


if __name__ == "__main__":
    if not _works():
        _install()
    if not any(map(shutil.which, FIREFOX)):
        _install_package(FIREFOX[0])
    with sync_playwright() as started:
        launch(started).close()
