"""The built site as one PDF, to be read on paper or away from a browser.

    python -m jpegnet.build.pdf

writes ``_build/jpegnet.pdf``. A browser prints the document of `volume`, twice: the first print
tells on which pages the headings stand, and the second has them in its contents.
"""

import datetime
import io
import subprocess
import sys
from pathlib import Path

import yaml
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader, PdfWriter

from jpegnet.build import browser, toc, volume
from jpegnet.build.site import CONFIG
from jpegnet.kept import files, paths

NAME = "jpegnet.pdf"
_DOCUMENT = "/book/whole.html"  # there is no such page in the site: it is handed to the browser
# The width of a page's text, 174 mm, in pixels: what a browser lays out is judged at this width.
WIDTH, _HEIGHT = 658, 960
_PATIENCE = 300_000  # milliseconds for a document of all pages, on a machine that is busy
# A table that is too wide may break between words; if that is not enough, its letters shrink, and
# at last words break.
_FIT = """() => {
  const tables = [...document.querySelectorAll("main table")];
  const wide = () => tables.filter((t) => t.offsetWidth > t.parentElement.clientWidth + 1);
  for (const table of wide()) table.classList.add("fitted");
  for (let size = 7.5; size >= 6; size -= 0.5) {
    for (const table of wide()) table.style.fontSize = `${size}pt`;
  }
  for (const table of wide()) table.classList.add("broken");
}"""
_NUMBER = """(numbers) => {
  for (const place of document.querySelectorAll("[data-of]")) {
    place.textContent = numbers[place.dataset.of];
  }
}"""


def make(site: Path, path: Path, started: Browser) -> int:
    """Write the PDF of a site.

    Args:
        site: folder of the built pages.
        path: of the PDF.
        started: see `browser.launch`.

    Returns:
        its number of pages.
    """
    config = yaml.safe_load((paths.ROOT / CONFIG).read_text("utf-8"))
    cover = _cover(config, site)
    address = config["html"].get("baseurl", "")
    document = volume.assembled(site, toc.pages(paths.ROOT), address, cover)
    with browser.served(site) as server:
        page = opened(started.new_page(), server, document)
        first = PdfReader(io.BytesIO(printed(page, whole=False)))
        page.evaluate(_NUMBER, page_numbers(first))
        # Incremental: what the browser wrote is kept, and the metadata are added at its end.
        writer = PdfWriter(io.BytesIO(printed(page)), incremental=True)
        page.close()
    writer.add_metadata({"/Title": cover["title"], "/Author": cover["author"]})
    with files.replacing(path) as temporary:
        writer.write(temporary)
    return len(writer.pages)


def opened(page: Page, server: str, document: str) -> Page:
    """A browser's page with a document, as it will be printed: its formulas set, its tables fitted.

    Args:
        server: address of the site, from which the document has its styles and pictures.
    """
    answer = {"body": document, "content_type": "text/html"}
    page.route(f"**{_DOCUMENT}", lambda route: route.fulfill(**answer))
    page.set_viewport_size({"width": WIDTH, "height": _HEIGHT})
    page.emulate_media(media="print", color_scheme="light")
    page.goto(server + _DOCUMENT, timeout=_PATIENCE)
    page.evaluate("MathJax.startup.promise")
    page.evaluate("document.fonts.ready")
    page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")
    page.evaluate(_FIT)
    return page


def printed(page: Page, whole: bool = True) -> bytes:
    """A browser's page as a PDF; a whole one has bookmarks and tags for who cannot see it."""
    return page.pdf(outline=whole, tagged=whole, prefer_css_page_size=True, print_background=True)


def page_numbers(reader: PdfReader) -> dict[str, int]:
    """On which page, from 1, each anchor of a printed document stands that something links to."""
    found = reader.named_destinations
    return {
        name.removeprefix("/"): reader.get_destination_page_number(destination) + 1
        for name, destination in found.items()
    }


def _cover(config: dict, site: Path) -> dict[str, str]:
    """The lines of the cover, see `volume.assembled`."""
    cover = {"title": config["title"], "author": config["author"], "edition": _edition(site)}
    licence = paths.ROOT / "LICENSE"
    if licence.exists():
        cover["licence"] = f"© {config['copyright']}, {licence.read_text('utf-8').splitlines()[0]}"
    if paths.profile() != "report":
        cover["profile"] = f"profile {paths.profile()}"
    if address := config["html"].get("baseurl"):
        cover["address"] = address
    return cover


def _edition(site: Path) -> str:
    """The commit and its day; without git, the day on which the site was built."""
    command = ["git", "-C", str(paths.ROOT), "log", "-1", "--format=%cs, commit %h"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        built = datetime.date.fromtimestamp((site / "index.html").stat().st_mtime)
        return f"built on {built.isoformat()}"


def main() -> int:
    """Write the PDF of the profile's site, and say where; what stands in the way is told."""
    site, path = paths.build_dir() / "html", paths.build_dir() / NAME
    if not (site / "index.html").exists():
        print(f"there is no site in {site} yet: run `make book`", file=sys.stderr)
        return 1
    try:
        with sync_playwright() as playwright:
            pages = make(site, path, browser.launch(playwright))
    except RuntimeError as error:  # no browser starts
        print(error, file=sys.stderr)
        return 1
    print(f"{path.relative_to(paths.ROOT)}: {pages} pages, {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
