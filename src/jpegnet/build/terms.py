"""Terms are marked where a page first uses them; a pointer that rests there sees what they mean."""

import html
import re
from pathlib import Path

PAGE = "94_terms.html"
_TERM = re.compile(r'<dt id="(term-[^"]+)">(.*?)<a.*?</dt><dd><p>(.*?)</p>', re.DOTALL)
_PIECE = re.compile(
    r"<!--.*?-->|<script\b.*?</script>|<style\b.*?</style>|<svg\b.*?</svg>|<[^>]+>|[^<]+",
    re.DOTALL,
)
_ARTICLE = re.compile(r'<article class="bd-article">.*?</article>', re.DOTALL)
# Words within these, or within what a script brings to life, stay as they are; of all others those
# of sentences are looked at.
_SILENT = {"a", "code", "pre", "h1", "h2", "h3", "h4", "figure", "button", "label", "noscript"}
_SENTENCES = {"p", "li"}


def known(site: Path) -> dict[str, tuple[str, str]]:
    """Each term of the page of terms: its anchor, and what it means."""
    text = (site / "book" / PAGE).read_text("utf-8")
    return {
        html.unescape(name): (anchor, html.unescape(re.sub(r"<[^>]+>", "", meaning)))
        for anchor, name, meaning in _TERM.findall(text)
    }


def mark(site: Path) -> None:
    """Mark the terms on all pages of a site but their own; a site without that page has none.

    Raises:
        ValueError: there is no term on their page.
    """
    if not (site / "book" / PAGE).exists():
        return
    terms = known(site)
    if not terms:
        raise ValueError(f"{PAGE} has no terms")
    for page in (site / "book").glob("*.html"):
        if page.name != PAGE:
            text = page.read_text("utf-8")
            page.write_text(_ARTICLE.sub(lambda found: marked(found[0], terms), text), "utf-8")


def marked(article: str, terms: dict[str, tuple[str, str]]) -> str:
    """A page's text in which the first mention of each term, or its plural, leads to the terms."""
    left = dict(terms)
    within: list[tuple[str, bool]] = []  # elements, and whether words in them stay as they are
    parts = _PIECE.findall(article)
    for i, part in enumerate(parts):
        if part.startswith("<"):
            _follow(part, within)
        elif not any(silent for _, silent in within) and _SENTENCES & {name for name, _ in within}:
            parts[i] = _first_mentions(part, left) if left else part
    return "".join(parts)


def _follow(tag: str, within: list[tuple[str, bool]]) -> None:
    """Which elements one is within after a tag; those without an end are never in the way."""
    found = re.match(r"<(/?)([a-z0-9]+)\b", tag)
    if found and not found[1]:
        within.append((found[2], found[2] in _SILENT or 'class="jpegnet-' in tag))
    elif found and found[2] in [name for name, _ in within]:
        while within.pop()[0] != found[2]:
            pass


def _first_mentions(text: str, left: dict[str, tuple[str, str]]) -> str:
    """A piece of text without tags, in which terms that are left are marked, and left no more."""

    def link(found: re.Match) -> str:
        name = names[found[1].casefold()]
        if name not in left:
            return found[0]
        anchor, meaning = left.pop(name)
        title = html.escape(meaning)
        return f'<a class="term" href="{PAGE}#{anchor}" title="{title}">{found[0]}</a>'

    names = {name.casefold(): name for name in left}
    longest_first = sorted(map(re.escape, left), key=len, reverse=True)
    return re.sub(rf"\b({'|'.join(longest_first)})s?\b", link, text, flags=re.IGNORECASE)
