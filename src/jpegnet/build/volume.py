"""All pages of the site as one document, to be printed: a cover, the contents, the pages.

What a page links to on another page is then in the same document, so each page's anchors are told
apart by the page's name. Scripts, and what asks for one, are left out: what stays of a figure that
answers back is its still form.
"""

import html
import json
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_ARTICLE = re.compile(r'<article class="bd-article">(.*?)</article>', re.DOTALL)
_HEADING = re.compile(
    r'<section\b[^>]*\bid="([^"]+)"[^>]*>\s*(?:<span\b[^>]*></span>\s*)*<h([12])>(.*?)</h\2>',
    re.DOTALL,
)
_SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_SHOWN = re.compile(r'class="demo-picture-box"><img [^>]*src="([^"]+)"')
# What only a script or a pointer could use, and code that the page itself folds away.
_LEFT_OUT = re.compile(
    r"<(script|noscript)\b.*?</\1>|"
    r'<a class="(?:headerlink|table-file)".*?</a>|'
    r'<details class="admonition hide.*?</details>',
    re.DOTALL,
)
_TAG = re.compile(r"<svg\b.*?</svg>|<style\b.*?</style>|<[^>]+>", re.DOTALL)
_ID = re.compile(r'(\sid=")(?!T_)([^"]+)"')  # T_: a table's, by which its own style finds it
_HREF = re.compile(r'\shref="([^"]*)"')
_SRC = re.compile(r'(\ssrc=")([^"]+)"')
# MathJax as the site sets it up; it must be done before the document is printed.
_MATHJAX = """<script>window.MathJax = { options: { enableMenu: false,
  processHtmlClass: "tex2jax_process|mathjax_process|math|output_area" } };</script>
<script defer src="/_static/mathjax/tex-chtml.js"></script>"""


@dataclass(frozen=True)
class Heading:
    """A line of the contents: 1 for a page, 2 for a section; its HTML; its anchor."""

    level: int
    title: str
    anchor: str


def assembled(site: Path, order: list[str], address: str, cover: dict[str, str]) -> str:
    """The document.

    Args:
        site: folder of the built pages; the document finds its styles and pictures if it is served
            from there.
        order: the pages' names, see `toc.pages`; the first one shows the cover's picture.
        address: of the site, where the links to files lead; empty where it is not known.
        cover: ``title`` and ``author``, and other lines by any name.
    """
    texts = {name: (site / f"{name}.html").read_text("utf-8") for name in order}
    sheets = {
        _site_path(sheet, name): None for name in order for sheet in _SHEET.findall(texts[name])
    }
    bodies = {name: _body(text, name, order, address) for name, text in texts.items()}
    pages, running = [], []
    for name, body in bodies.items():
        anchor = _anchor(name)
        title = json.dumps(_plain(headings(body)[0].title), ensure_ascii=False)
        running.append(f"@page {anchor} {{ @top-left {{ content: {title}; }} }}")
        pages.append(f'<article id="{anchor}" style="page: {anchor}">{body}</article>')
    shown = _SHOWN.search(texts[order[0]])
    picture = f'<img alt="" src="{_site_path(shown[1], order[0])}">' if shown else ""
    lines = "".join(f'<p class="{kind}">{html.escape(said)}</p>' for kind, said in cover.items())
    links = "".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in sheets)
    return (
        '<!DOCTYPE html><html lang="en" data-theme="light" data-mode="light"><head>'
        f'<meta charset="utf-8"><title>{html.escape(cover["title"])}</title>{links}'
        f'<link rel="stylesheet" href="/_static/print.css"><style>{"".join(running)}</style>'
        f'{_MATHJAX}</head><body><header class="cover">{picture}{lines}</header>'
        f"{_contents([line for body in bodies.values() for line in headings(body)])}"
        f'<main class="bd-content">{"".join(pages)}</main></body></html>'
    )


def headings(body: str) -> list[Heading]:
    """The headings of a document, or a part of it, that its contents list."""
    found = _HEADING.findall(body)
    linkless = re.compile(r"</?a\b[^>]*>")
    return [Heading(int(level), linkless.sub("", t).strip(), id_) for id_, level, t in found]


def _contents(lines: list[Heading]) -> str:
    """The contents; page numbers are put in when they are known."""
    items = "".join(
        f'<li class="level-{line.level}"><a href="#{line.anchor}"><span>{line.title}</span>'
        f'<span class="page-number" data-of="{line.anchor}"></span></a></li>'
        for line in lines
    )
    return f'<nav class="book-contents"><h1>Contents</h1><ol>{items}</ol></nav>'


def _anchor(name: str) -> str:
    return name.replace("/", "-")


def _plain(title: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", title)).split())


def _site_path(link: str, name: str) -> str:
    """A link's path from the site's root, with a slash; the link stands on the page of a name."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(name), link))


def _body(text: str, name: str, order: list[str], address: str) -> str:
    """What a page says, with the anchors and links of the one document."""

    def linked(found: re.Match) -> str:
        url = urlsplit(html.unescape(found[1]))
        if url.scheme or url.netloc:
            return found[0]
        path = _site_path(url.path, name) if url.path else f"/{name}.html"
        page = path.removeprefix("/").removesuffix(".html")
        if page in order:
            return f' href="#{_anchor(page)}{"--" if url.fragment else ""}{url.fragment}"'
        return f' href="{html.escape(address.rstrip("/") + path)}"' if address else ""

    def changed(found: re.Match) -> str:
        tag = found[0]
        if tag.startswith(("<svg", "<style", "</", "<!")):
            return tag
        tag = _ID.sub(rf'\g<1>{_anchor(name)}--\g<2>"', tag)
        tag = _SRC.sub(lambda s: s[0] if ":" in s[2] else f'{s[1]}{_site_path(s[2], name)}"', tag)
        return _HREF.sub(linked, tag) if tag.startswith("<a ") else tag

    article = _ARTICLE.search(text)[1]
    return _TAG.sub(changed, _LEFT_OUT.sub("", article)).replace("<details", "<details open")
