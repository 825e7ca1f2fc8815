"""What a page says of itself to those who send it on: title, description, card.

With the site's address (``html: baseurl`` in ``_config.yml``) there are also a card's picture, a
map of the site, and a page for what is not there: all three need whole addresses.
"""

import html
import io
import re
from pathlib import Path

from PIL import Image, ImageOps

CARD = (1200, 630)  # the size that is asked for by those who show cards
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_OPENING = re.compile(r"</h1>.*?<p>(.*?)</p>", re.DOTALL)
_SHOWN = re.compile(r'class="demo-picture-box"><img [^>]*src="\.\./([^"]+)"')
_LONGEST = 200  # characters of a description
_CONTRAST = 5  # as in custom.css: most weights are within a few grey levels of the middle


def describe(site: Path, address: str) -> None:
    """Complete the heads of a site's pages.

    Args:
        address: of the site, ends with a slash; empty where it is not known.
    """
    pages = sorted((site / "book").glob("*.html"))
    for page in pages:
        text = page.read_text("utf-8")
        page.write_text(_described(text, page.name, address), "utf-8")
    if address:
        front = (site / "book" / "index.html").read_text("utf-8")
        if shown := _SHOWN.search(front):
            (site / "card.png").write_bytes(card((site / shown[1]).read_bytes()))
        urls = "".join(f"<url><loc>{address}book/{page.name}</loc></url>" for page in pages)
        (site / "sitemap.xml").write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>\n'
        )
        (site / "404.html").write_text(
            "<!DOCTYPE html><title>There is no such page</title>"
            f'<p>There is no such page. <a href="{address}">The report begins here.</a></p>\n'
        )


def _described(text: str, name: str, address: str) -> str:
    """A page whose head has its title once, and what cards are made of."""
    title, _, book = html.unescape(_TITLE.search(text)[1]).strip().rpartition(" — ")
    title = book if title in ("", book) else f"{title} — {book}"
    opening = _OPENING.search(text)
    words = html.unescape(re.sub(r"<[^>]+>", "", opening[1])) if opening else title
    said = {"og:title": title, "og:type": "article", "og:site_name": book}
    said["og:description"] = _shortened(" ".join(words.split()))
    if address:
        said |= {"og:url": f"{address}book/{name}", "og:image": f"{address}card.png"}
        said |= {"og:image:width": CARD[0], "og:image:height": CARD[1]}
    tags = [f'<meta property="{k}" content="{html.escape(str(v))}">' for k, v in said.items()]
    tags.append(f'<meta name="description" content="{html.escape(said["og:description"])}">')
    tags.append(f'<meta name="twitter:card" content="summary{"_large_image" if address else ""}">')
    head = f"<title>{html.escape(title)}</title>\n" + "\n".join(tags)
    return _TITLE.sub(lambda _: head, text, count=1)


def _shortened(text: str) -> str:
    """A text of at most `_LONGEST` characters, cut between words."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"


def card(picture: bytes) -> bytes:
    """A network's picture as a card, PNG: its pixels enlarged, its contrast raised."""
    with Image.open(io.BytesIO(picture)) as opened:
        grey = opened.convert("L").point(lambda level: 128 + _CONTRAST * (level - 128))
    grey = ImageOps.scale(
        grey, max(1, min(CARD[0] // grey.width, CARD[1] // grey.height)), Image.Resampling.NEAREST
    )
    whole = Image.new("L", CARD, 128)
    whole.paste(grey, ((CARD[0] - grey.width) // 2, (CARD[1] - grey.height) // 2))
    buffer = io.BytesIO()
    whole.save(buffer, "png")
    return buffer.getvalue()
