"""The book as one archive: always the same bytes, and a server that needs nothing else."""

import os
import re
import subprocess
import sys
import urllib.request
import zipfile

import pytest
from browser import open_page

from jpegnet.build import offline
from jpegnet.kept import paths


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "html"
    (folder / "book").mkdir(parents=True)
    (folder / "index.html").write_text("root")
    (folder / "book" / "index.html").write_text("the first page")
    (folder / "book" / "a.mjs").write_text("export const a = 1;")
    return folder


def test_the_archive_has_the_site_and_how_to_read_it(site, tmp_path):
    assert offline.pack(site, tmp_path / "book.zip") == 3
    with zipfile.ZipFile(tmp_path / "book.zip") as archive:
        assert archive.namelist() == [
            "jpegnet-book/README.txt",
            "jpegnet-book/read.py",
            "jpegnet-book/site/book/a.mjs",
            "jpegnet-book/site/book/index.html",
            "jpegnet-book/site/index.html",
        ]
        assert archive.read("jpegnet-book/site/book/index.html") == b"the first page"
        assert b"python3 read.py" in archive.read("jpegnet-book/README.txt")


def test_the_same_site_makes_the_same_bytes_at_any_time(site, tmp_path):
    offline.pack(site, tmp_path / "one.zip")
    for path in site.rglob("*"):
        os.utime(path, (10**9, 10**9))
    offline.pack(site, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_without_a_site_the_way_to_one_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(paths, "build_dir", lambda: tmp_path)
    assert offline.main() == 1
    assert "run `make book`" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def unpacked(site, tmp_path):
    """The address at which `read.py` serves the unpacked archive."""
    offline.pack(site, tmp_path / "book.zip")
    with zipfile.ZipFile(tmp_path / "book.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    reader = subprocess.Popen(
        [sys.executable, "-I", "jpegnet-book/read.py"],
        cwd=tmp_path / "unpacked",
        env=os.environ | {"BROWSER": "true"},  # a command that takes an address and does nothing
        stdout=subprocess.PIPE,
        text=True,
    )
    yield re.search(r"http://\S+", reader.stdout.readline())[0]
    reader.terminate()
    reader.wait()


def test_read_py_serves_pages_and_modules(unpacked):
    with urllib.request.urlopen(unpacked) as answer:
        assert answer.read() == b"the first page"
    with urllib.request.urlopen(unpacked.replace("index.html", "a.mjs")) as answer:
        assert answer.headers["Content-Type"] == "text/javascript"


@pytest.mark.book
def test_pages_without_a_server_are_readable(browser, built, tmp_path):
    offline.pack(built, tmp_path / "book.zip")
    with zipfile.ZipFile(tmp_path / "book.zip") as archive:
        archive.extractall(tmp_path)
    book = tmp_path / offline.FOLDER / "site" / "book"
    for name in ("index", "05_matrix_form", "06_through_the_codec"):
        page, wrong = open_page(browser, (book / f"{name}.html").as_uri())
        page.wait_for_load_state("networkidle")
        assert len(page.locator(".bd-article").inner_text()) > 1000
        assert page.evaluate(
            """[...document.querySelectorAll(".bd-article img")]
            .filter((image) => image.getClientRects().length)
            .every((image) => image.naturalWidth)"""
        )
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.bd-main')).display") == "flex"
        )
        formulas = page.locator(".bd-article .math").count()
        assert page.locator(".bd-article mjx-container").count() == formulas
        assert wrong == []
        page.context.close()


@pytest.mark.book
def test_pages_without_a_server_answer(browser, built):
    page, wrong = open_page(browser, (built / "book" / "index.html").as_uri())
    page.wait_for_selector(".demo-bars li.best")
    first = page.locator(".demo-about").inner_text()
    page.locator(".demo-slider input").fill("0")
    told = page.locator(".demo-problem")
    told.get_by_text("a browser fetches none for a page that is itself a file").wait_for()
    assert page.locator(".demo-about").inner_text() == first
    page.context.close()
    page, wrong = open_page(browser, (built / "book" / "06_through_the_codec.html").as_uri())
    for figure in ("tiles", "way", "coefficient", "reader"):
        page.locator(f".jpegnet-{figure} canvas").first.wait_for(state="attached")
    assert wrong == []
    page.context.close()
