"""Pages for every reader: what the theme leaves to mend, and formulas without a script.

Here each finished page is rewritten, last of all: roles and names of the theme's own markup that
assistive technology cannot use are mended, and each formula, which MathJax sets where a script
runs, stands as MathML where none does.
"""

import html
import re
from pathlib import Path

from latex2mathml.converter import convert

# What the theme writes, what it should have written; a page need not have all of them.
_MENDED = {
    # The logo and the search button stood in no landmark.
    '<div id="pst-primary-sidebar" class': (
        '<div id="pst-primary-sidebar" role="region" aria-label="The book" class'
    ),
    # The name that a reader says has to be the one that a reader sees: "Search Ctrl+K".
    'pst-js-only" title="Search" aria-label="Search" data-bs-placement="bottom" data-bs-toggle': (
        'pst-js-only" title="Search" data-bs-placement="bottom" data-bs-toggle'
    ),
    '<summary aria-label="Toggle hidden content">': "<summary>",  # it says "code"
    # ARIA has given this role up; a list's children are items.
    'role="doc-biblioentry"': 'role="listitem"',
    # Cells without headings: nothing but a layout.
    '<table class="indextable modindextable">': (
        '<table class="indextable modindextable" role="presentation">'
    ),
}
_FORMULA = re.compile(
    r'<(span|div) class="math notranslate nohighlight"[^>]*>(.*?)</\1>', re.DOTALL
)
# Without a script: formulas as MathML, no button of the theme's, the contents below a narrow page.
_UNSCRIPTED = """<noscript><style>
.math.notranslate, .with-script, .article-header-buttons, .sidebar-toggle {
  display: none !important;
}
@media (max-width: 959px) {
  .bd-container__inner { flex-direction: column-reverse; }
  #pst-primary-sidebar {
    position: static; visibility: visible; width: auto; max-width: none; max-height: none;
    margin: 0;
  }
}
</style></noscript>"""


def mend(site: Path) -> None:
    """Rewrite the pages of a site."""
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        if "_static" in page.relative_to(site).parts or "</head>" not in text:
            continue  # the theme's templates, and the address that only leads to the first page
        for written, meant in _MENDED.items():
            text = text.replace(written, meant)
        text = _FORMULA.sub(_with_mathml, text)
        page.write_text(text.replace("</head>", f"{_UNSCRIPTED}\n</head>", 1), "utf-8")


def _with_mathml(found: re.Match) -> str:
    """A formula, and after it the same as MathML for those in whose browser no script runs."""
    tex = html.unescape(found[2]).strip()[2:-2]  # less \( and \), or \[ and \]
    if found[1] == "span":
        return f"{found[0]}<noscript>{convert(tex)}</noscript>"
    formula = convert(tex, display="block")
    return f'{found[0]}<noscript><div class="drawing" tabindex="0">{formula}</div></noscript>'
