"""What a page says of itself to those who send it on."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from jpegnet.build import heads

TITLE = "<html><head><title>{} &#8212; A book &amp; more</title></head>"
OPENING = "<body><h1>One</h1>\n<p>What <em>is</em> it?\nNobody &lt;knows&gt;.</p><p>No.</p></body>"
ADDRESS = "https://example.org/report/"


@pytest.fixture
def site(tmp_path):
    """Two pages, the first of which shows a picture."""
    (tmp_path / "book").mkdir()
    Image.new("L", (40, 20), 130).save(tmp_path / "a.jpg")
    shown = '<div class="demo-picture-box"><img class="x" src="../a.jpg"></div>'
    pages = {"index": TITLE.format("A book &amp; more") + OPENING + shown}
    pages["01"] = TITLE.format("One") + OPENING.replace("Nobody", "word " * 60)
    for name, text in pages.items():
        (tmp_path / "book" / f"{name}.html").write_text(text)
    return tmp_path


def said(page) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page.read_text())
    return dict(found)


def test_a_title_is_not_doubled(site):
    heads.describe(site, "")
    front, page = ((site / "book" / f"{name}.html").read_text() for name in ("index", "01"))
    assert "<title>A book &amp; more</title>" in front
    assert "<title>One — A book &amp; more</title>" in page


def test_a_page_is_described_by_its_first_paragraph_cut_between_words(site):
    heads.describe(site, "")
    found = said(site / "book" / "index.html")
    assert found["description"] == found["og:description"]
    assert found["description"] == "What is it? Nobody &lt;knows&gt;."
    assert re.fullmatch(
        r"What is it\? (word )+word…", said(site / "book" / "01.html")["description"]
    )


def test_without_an_address_nothing_needs_one(site):
    heads.describe(site, "")
    assert not {"og:url", "og:image"} & set(said(site / "book" / "index.html"))
    assert sorted(path.name for path in site.iterdir()) == ["a.jpg", "book"]


def test_with_an_address_there_are_card_map_and_a_page_for_what_is_not_there(site):
    heads.describe(site, ADDRESS)
    assert said(site / "book" / "01.html")["og:url"] == f"{ADDRESS}book/01.html"
    assert said(site / "book" / "01.html")["og:image"] == f"{ADDRESS}card.png"
    with Image.open(site / "card.png") as card:
        assert card.size == heads.CARD
    pages = re.findall("<loc>(.*?)</loc>", (site / "sitemap.xml").read_text())
    assert pages == [f"{ADDRESS}book/{name}.html" for name in ("01", "index")]
    assert f'href="{ADDRESS}"' in (site / "404.html").read_text()


def test_a_card_keeps_square_pixels_and_raises_the_contrast():
    pixels = np.full((16, 24), 128, np.uint8)
    pixels[:8, :8] = 138
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png")
    with Image.open(io.BytesIO(heads.card(buffer.getvalue()))) as opened:
        card = np.asarray(opened)
    assert set(np.unique(card)) == {128, 178}
    height, width = (np.ptp(side) + 1 for side in np.nonzero(card == 178))
    assert height == width == 8 * (630 // 16)
