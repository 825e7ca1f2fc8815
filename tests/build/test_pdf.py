"""The book as one PDF: small pages as one document, and the PDF of the built site."""

import html
import re

import pandas as pd
import pytest
from pypdf import PdfReader

from jpegnet.build import browser as browsers
from jpegnet.build import pdf, toc, volume
from jpegnet.kept import paths

PAGE = """<html><head><link rel="stylesheet" href="../_static/{name}.css"></head><body>
<article class="bd-article"><section id="top"><h1>The {name}<a class="headerlink" href="#top">#</a>
</h1>{body}</section></article></body></html>"""


@pytest.fixture
def site(tmp_path):
    """A site of two pages, `a` and `b`, to be filled."""
    (tmp_path / "book").mkdir()

    def filled(a: str, b: str = "", address: str = "") -> str:
        for name, body in (("a", a), ("b", b)):
            page = tmp_path / "book" / f"{name}.html"
            page.write_text(PAGE.format(name=name, body=body), "utf-8")
        cover = {"title": "A book & more", "author": "someone"}
        return volume.assembled(tmp_path, ["book/a", "book/b"], address, cover)

    return filled


def test_links_between_pages_lead_within_the_document(site):
    text = site(
        '<a href="b.html#x">1</a><a href="b.html">2</a><a href="#y">3</a><p id="y">y</p>',
        '<p id="x">x</p><p id="y">y</p>',
    )
    for target in ("book-b--x", "book-b", "book-a--y"):
        assert f'href="#{target}"' in text
        assert text.count(f' id="{target}"') == 1


def test_a_link_to_a_file_needs_the_site_s_address(site):
    link = '<a href="../downloads/a.csv" download>file</a><a href="https://example.org/">out</a>'
    assert "<a download>file</a>" in site(link)
    text = site(link, address="https://example.org/book/")
    assert 'href="https://example.org/book/downloads/a.csv"' in text
    assert 'href="https://example.org/">out' in text


def test_pictures_are_found_and_drawings_keep_their_own_names(site):
    drawing = '<svg><path id="p"/><use xlink:href="#p"/></svg><img src="data:image/png;base64,AA">'
    text = site(f'{drawing}<img src="../_images/a.png">')
    assert drawing in text
    assert '<img src="/_images/a.png">' in text


def test_what_only_a_screen_has_is_left_out_and_answers_are_open(site):
    text = site(
        "<script>run()</script><noscript>none</noscript>"
        '<details class="admonition hide above-input"><pre>hidden code</pre></details>'
        '<details class="sd-dropdown"><p>an answer</p></details>'
    )
    article = text.split("<main")[1]
    for gone in ("run()", "none", "hidden code", "headerlink"):
        assert gone not in article
    assert '<details open class="sd-dropdown">' in article


def test_the_contents_list_pages_and_sections(site):
    text = site('<section id="s"><span id="also"></span><h2>A <em>part</em></h2></section>')
    assert volume.headings(text.split("<main")[1]) == [
        volume.Heading(1, "The a", "book-a--top"),
        volume.Heading(2, "A <em>part</em>", "book-a--s"),
        volume.Heading(1, "The b", "book-b--top"),
    ]
    assert text.count('class="page-number"') == 3
    assert "A book &amp; more" in text
    assert '@page book-a { @top-left { content: "The a"; } }' in text


def test_without_a_site_the_way_to_one_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(paths, "build_dir", lambda: tmp_path)
    assert pdf.main() == 1
    assert "run `make book`" in capsys.readouterr().err


# Elements of the text that are wider than it, or that hide a part of what they hold.
CLIPPED = """(width) => [...document.querySelectorAll("main *:not(svg *)")]
  .filter((e) => e.getClientRects().length && !e.closest("mjx-container"))
  .filter((e) => e.getBoundingClientRect().right > width + 1
    || (e.scrollWidth > e.clientWidth + 1 && e.matches("pre, .highlight, .table-scroll, .drawing")))
  .map((e) => `${e.closest("article").id} ${e.tagName} ${e.className} ${e.scrollWidth}`)"""


@pytest.fixture(scope="module")
def made(built, browser, tmp_path_factory):
    """The PDF of the built site."""
    path = tmp_path_factory.mktemp("pdf") / pdf.NAME
    assert pdf.make(built, path, browser) > 30
    return PdfReader(path)


def bookmarks(outline: list, level: int = 0) -> list[tuple[str, int]]:
    """Title and level of each bookmark."""
    found = []
    for entry in outline:
        if isinstance(entry, list):
            found += bookmarks(entry, level + 1)
        else:
            found.append((entry.title, level))
    return found


@pytest.mark.book
def test_every_page_of_the_book_has_a_bookmark_and_its_sections_below(made, built):
    titles = bookmarks(made.outline)
    pages = [title for title, level in titles if level == 0]
    for name in toc.pages(paths.ROOT):
        text = (built / f"{name}.html").read_text("utf-8")
        head = html.unescape(re.search(r"<h1>(.*?)<a", text)[1])
        assert head in pages
    assert len(titles) > 4 * len(pages)


@pytest.mark.book
def test_the_metadata_say_what_it_is_and_by_whom(made):
    assert made.metadata.title == "A neural network that is a JPEG"
    assert made.metadata.author == "The jpegnet authors"


@pytest.mark.book
def test_each_entry_of_the_contents_leads_to_the_page_that_it_says(made):
    first = made.get_destination_page_number(made.named_destinations["/book-index"])
    numbers = pdf.page_numbers(made)
    led, said = [], []
    for page in made.pages[1:first]:
        links = [link.get_object() for link in page["/Annots"]]
        led += [numbers[link["/Dest"].removeprefix("/")] for link in links]
        said += map(int, re.findall(r"\S (\d+)$", page.extract_text(), re.MULTILINE))
    assert led == said
    assert len(led) > 100


@pytest.mark.book
def test_the_pages_bear_their_numbers_and_the_ledger_s_values(made, built):
    for index in range(1, len(made.pages), 9):
        assert str(index + 1) in made.pages[index].extract_text().split()
    numbers = pdf.page_numbers(made)
    pages = made.pages[numbers["book-90_claims"] - 1 : numbers["book-91_performance"] - 1]
    text = " ".join(word for page in pages for word in page.extract_text().split())
    ledger = pd.read_csv(built / "downloads" / "tables" / "90_claims-2.csv")
    assert all(measured in text for measured in ledger.measured)


@pytest.mark.book
def test_nothing_is_wider_than_a_page_or_clipped(browser, built):
    document = volume.assembled(built, toc.pages(paths.ROOT), "", {"title": "t", "author": "a"})
    with browsers.served(built) as server:
        page = pdf.opened(browser.new_page(), server, document)
        assert page.evaluate(CLIPPED, pdf.WIDTH) == []
        page.close()
