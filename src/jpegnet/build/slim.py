"""Pages that load what they use: the theme's icons as drawings, and no script without a use.

The theme brings a script of 1.5 MB that replaces icons, and Jupyter Book brings MathJax (1.2 MB)
and a search index to pages that have neither formulas nor results. Here each finished page is
rewritten: icons are drawn in the page, large pictures become files, what it has no use for is left
out, and its modules stand in it (`modules`).
"""

import hashlib
import re
from base64 import b64decode
from functools import partial
from pathlib import Path

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from jpegnet.build import modules

_STYLE = "_static/styles/pydata-sphinx-theme.css"
_FONTS = tuple(
    f"_static/vendor/fontawesome/webfonts/{name}.ttf" for name in ("fa-brands-400", "fa-solid-900")
)
_ICON = re.compile(r'<(i|span) class="([^"]*\bfa-[^"]*)"([^>]*)></\1>')
_GLYPH = re.compile(r'((?:\.fa-[\w-]+:before,?)+)\{content:"\\([0-9a-f]+)"\}')
_DATA = re.compile(r'"data:image/(png|jpeg);base64,([^"]{50000,})"')  # else it may stand inside
_LOADED = re.compile(r'\s*<(?:script|link)\b[^>]*(?:src|href)="([^"?]+)[^"]*"[^>]*>(?:</script>)?')
# What a script or style, by a part of its address, is for: a page needs it that has one of these.
_FOR = {
    "scripts/fontawesome.js": (),
    "_static/mathjax/": ('class="math',),
    "_static/searchtools.js": ('id="search-results"',),
    "_static/language_data.js": ('id="search-results"',),
    "searchindex.js": ('id="search-results"',),
    "_static/steps-slider.mjs": ('class="steps-slider',),
    "_static/explorer.mjs": ('class="explorer',),
    "_static/design-tabs.js": ('class="sd-tab',),
    "_static/clipboard.min.js": ('class="highlight',),
    "_static/copybutton": ('class="highlight',),
    "_static/mystnb.": ('class="cell ',),
    "_static/proof.css": ('class="proof ',),
    "_static/anatomy.css": ('class="jpegnet-hex', 'class="jpegnet-damage'),
    "_static/insight.css": ('class="insight', 'class="jpegnet-reader'),
}
_SCRIPT = re.compile(
    r'\s*<script\b(?! (?:data-cfasync|type="module"|defer)).*?</script>', re.DOTALL
)


def slim(site: Path) -> None:
    """Rewrite the pages of a site, and the theme's style, which loses the icons' names.

    Raises:
        ValueError: a page asks for an icon that the theme's fonts do not have.
    """
    style = site / _STYLE
    text = style.read_text("utf-8")
    icons = {}
    for font in _FONTS:
        icons |= _icons(text, TTFont(site / font))
    style.write_text(_GLYPH.sub("", text), "utf-8")
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        if "_static" in page.relative_to(site).parts or "</head>" not in text:
            continue  # the theme's templates, and the address that only leads to the first page
        text = _ICON.sub(partial(_drawn, icons=icons, page=page.name), text)
        text = _DATA.sub(partial(_as_file, site=site, page=page), text)
        text = _LOADED.sub(partial(_kept, page=text), text)
        page.write_text(modules.bring(_late(text), page), "utf-8")


def _icons(style: str, font: TTFont) -> dict[str, str]:
    """The theme's icons by name: the view box and the path of an SVG drawing."""
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    top, height = font["hhea"].ascent, font["hhea"].ascent - font["hhea"].descent
    found = {}
    for rules, code in _GLYPH.findall(style):
        if name := names.get(int(code, 16)):
            pen = SVGPathPen(glyphs)
            glyphs[name].draw(TransformPen(pen, (1, 0, 0, -1, 0, top)))
            drawing = f'viewBox="0 0 {glyphs[name].width:g} {height}"', pen.getCommands()
            found |= dict.fromkeys(re.findall(r"\.(fa-[\w-]+):before", rules), drawing)
    return found


def _drawn(found: re.Match, icons: dict, page: str) -> str:
    _, classes, rest = found.groups()
    drawing = next((icons[name] for name in classes.split() if name in icons), None)
    if drawing is None:
        raise ValueError(f"{page}: no icon of the theme's is called {classes!r}")
    box, path = drawing
    return (
        f'<svg class="svg-inline--fa {classes}" aria-hidden="true" {box}{rest}>'
        f'<path fill="currentColor" d="{path}"/></svg>'
    )


def _as_file(found: re.Match, site: Path, page: Path) -> str:
    """The address of a file with a large picture that stood in the page."""
    content = b64decode(found[2])
    path = site / "_images" / f"{hashlib.sha256(content).hexdigest()[:16]}.{found[1]}"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return f'"{"../" * len(page.parent.relative_to(site).parts)}_images/{path.name}"'


def _kept(found: re.Match, page: str) -> str:
    """What loads a script or style, or nothing where the page has no use for it."""
    for part, uses in _FOR.items():
        if part in found[1]:
            return found[0] if any(use in page for use in uses) else ""
    return found[0]


def _late(text: str) -> str:
    """The page with the scripts of its head at its end, in order: what is read need not wait."""
    head, rest = text.split("</head>", 1)
    body, end = rest.rsplit("</body>", 1)
    scripts = "".join(found[0] for found in _SCRIPT.finditer(head))
    return f"{_SCRIPT.sub('', head)}</head>{body}{scripts}\n</body>{end}"
