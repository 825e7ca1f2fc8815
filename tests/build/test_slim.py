"""Pages that load what they use."""

import gzip
import re
import shutil
from base64 import b64encode
from pathlib import Path

import pydata_sphinx_theme
import pytest

from jpegnet.build import slim

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
HEAD = """<html><head><title>A page</title>
<script data-cfasync="false">first()</script>
<link rel="stylesheet" type="text/css" href="../_static/proof.css" />
<script defer src="../_static/scripts/fontawesome.js?digest=1"></script>
<script src="../_static/doctools.js"></script>
<script>inline()</script>
<script defer="defer" src="../_static/mathjax/tex-chtml.js?v=2"></script>
<script type="module" src="../_static/a.mjs"></script>
<script type="module" src="../_static/all.mjs?v=3"></script>
</head><body>"""


@pytest.fixture
def site(tmp_path):
    """A site of no pages, with the theme's style and fonts."""
    for name in (slim._STYLE, *slim._FONTS):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(THEME / name.removeprefix("_static/"), target)
    static = tmp_path / "_static"
    (static / "a.mjs").write_text('import { b } from "./b.mjs";\nb();\n')
    (static / "b.mjs").write_text("export function b() {}\n")
    (static / "all.mjs").write_text("// all of them\n")
    (tmp_path / "book").mkdir()
    return tmp_path


def slimmed(site: Path, body: str) -> str:
    page = site / "book" / "page.html"
    page.write_text(f"{HEAD}{body}</body></html>")
    slim.slim(site)
    return page.read_text()


def test_an_icon_is_drawn_in_the_page_and_keeps_its_classes_and_attributes(site):
    before = (site / slim._STYLE).stat().st_size
    text = slimmed(site, '<i class="theme-switch fa-solid fa-sun fa-lg" data-mode="light"></i>')
    assert '<svg class="svg-inline--fa theme-switch fa-solid fa-sun fa-lg"' in text
    assert 'data-mode="light"><path' in text
    assert "<i" not in text
    assert (site / slim._STYLE).stat().st_size < before - 50_000  # the names of 1,900 icons


def test_an_icon_of_a_brand_is_drawn(site):
    assert "<path" in slimmed(site, '<i class="fab fa-github"></i>')


def test_an_icon_that_the_theme_does_not_have_is_named(site):
    with pytest.raises(ValueError, match=r"page.html: no icon .* 'fa-solid fa-nonsense'"):
        slimmed(site, '<i class="fa-solid fa-nonsense"></i>')


def test_a_page_without_proofs_has_not_their_style(site):
    assert "proof.css" not in slimmed(site, "<p>words</p>")
    assert "proof.css" in slimmed(site, '<div class="proof theorem"></div>')


def test_a_page_without_formulas_loads_no_mathjax_and_none_the_script_of_icons(site):
    text = slimmed(site, "<p>words</p>")
    assert "mathjax" not in text
    assert "fontawesome" not in text


def test_a_page_with_formulas_loads_mathjax(site):
    assert "mathjax/tex-chtml.js" in slimmed(site, '<span class="math notranslate">x</span>')


def test_scripts_of_the_head_wait_at_the_end_in_their_order(site):
    head, body = slimmed(site, "<p>words</p>").split("</head>")
    assert "first()" in head
    assert "inline()" not in head
    at = [body.index(part) for part in ("words", "doctools.js", "inline()", "</body>")]
    assert at == sorted(at)


def test_modules_stand_in_the_page_at_its_end(site):
    text = slimmed(site, "<p>words</p>")
    assert ".mjs" not in text
    at = [text.index(part) for part in ("words", "inline()", "const $b", "all of them")]
    assert at == sorted(at)


def test_a_large_picture_becomes_a_file_and_a_small_one_stays(site):
    large, small = bytes(range(250)) * 200, b"small"
    shown = [f"data:image/png;base64,{b64encode(data).decode()}" for data in (large, small)]
    text = slimmed(site, f'<image xlink:href="{shown[0]}"/><img src="{shown[1]}">')
    assert shown[1] in text
    address = re.search(r'xlink:href="(\.\./_images/[^"]*\.png)"', text)[1]
    assert (site / "book" / address).read_bytes() == large


@pytest.mark.book
def test_the_first_page_is_light_and_each_page_loads_what_it_uses(built):
    for page in sorted((built / "book").glob("*.html")):
        text = page.read_text("utf-8")
        assert ("mathjax/" in text) == ('class="math' in text), page.name
        assert "fontawesome.js" not in text
        assert "searchindex.js" not in text
        assert len(text) < 1_500_000, page.name
    assert (built / "book" / "02_tiles.html").stat().st_size <= 500_000


@pytest.mark.book
def test_all_that_the_first_page_loads_is_at_most_700_kb(browser, address, built):
    page = browser.new_page()
    page.goto(f"{address}/book/index.html", wait_until="networkidle")
    loaded = page.evaluate(
        """["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
          .map((entry) => entry.name.split("?")[0])"""
    )
    page.close()
    names = {name.removeprefix(address).lstrip("/") for name in loaded}
    contents = [(built / name).read_bytes() for name in names if "blob:" not in name]
    assert len(contents) > 10
    assert sum(map(len, contents)) <= 700_000
    assert sum(len(gzip.compress(content)) for content in contents) <= 250_000
