"""The links within a site: each must lead to a file or an anchor that is there."""

import html.parser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class _Links(html.parser.HTMLParser):
    """Collects the links of a page and the anchors that it offers."""

    def __init__(self):
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.anchors |= {found[k] for k in ("id", "name") if found.get(k)}
        self.links += [found[k] for k in ("href", "src") if found.get(k)]


def broken(site: Path) -> list[str]:
    """Links within the site to a file or an anchor that is not there: ``page: link``."""
    pages = {}
    for path in sorted(site.rglob("*.html")):
        if "_static" in path.relative_to(site).parts:
            continue  # the theme's templates, which are no pages
        pages[path] = _Links()
        pages[path].feed(path.read_text("utf-8"))
    found = []
    for page, parsed in pages.items():
        for link in parsed.links:
            url = urlsplit(link)
            if url.scheme or url.netloc:
                continue
            target = (page.parent / unquote(url.path)).resolve() if url.path else page
            target = target / "index.html" if target.is_dir() else target
            anchors = pages[target].anchors if target in pages else None
            missing = anchors is not None and url.fragment and url.fragment not in anchors
            if not target.exists() or missing:
                found.append(f"{page.relative_to(site)}: {link}")
    return sorted(set(found))
