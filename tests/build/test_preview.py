"""Who rests on a reference sees what it leads to."""

import shutil

import pytest
from browser import open_page

from jpegnet.build.browser import served
from jpegnet.kept import paths

pytestmark = pytest.mark.book
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="../_static/custom.css">
<script type="module" src="../_static/preview.mjs"></script></head>
<body><main class="bd-content"><article class="bd-article"><section><h1>{title}<a>#</a></h1>
<p>First of <em>{title}</em>.</p><p>Second.</p>{body}</section></article></main></body></html>"""
FIGURE = """<figure id="chart"><div><svg role="img" viewBox="0 0 40 20" width="40" height="20"
xmlns="http://www.w3.org/2000/svg"><path id="dot" d="M0 0h40v20z"/></svg></div>
<figcaption><p><span>Fig. 1 </span>A triangle.<a>#</a></p></figcaption></figure>"""
TABLE = '<table id="table"><caption>Table 1 <span>Numbers.</span></caption></table>'
LINKS = """<p style="margin-top: 20rem">
<a class="reference internal" href="{figures}#chart">Fig. 1</a>
<a class="reference internal" href="{figures}#table">Table 1</a>
<a class="reference internal" href="b.html">Bees</a>
<a class="reference internal" href="gone.html">Gone</a>
<a class="term" href="c.html#x" title="What it &quot;means&quot;.">word</a>
<a href="b.html">plain</a></p>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of a page with figures and references, and of others that lead there."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(paths.BOOK / "_static", folder / "_static")
    (folder / "book").mkdir()
    for name, body in (
        ("a", LINKS.format(figures="") + FIGURE + TABLE),
        ("b", LINKS.format(figures="a.html")),
    ):
        text = PAGE.format(title=f"Page {name}", body=body)
        (folder / "book" / f"{name}.html").write_text(text, "utf-8")
    with served(folder, "/somewhere/else") as address:
        yield address


@pytest.fixture(params=["a", "b"])
def page(request, browser, site):
    """Figures on the page itself, and on another one."""
    page, _ = open_page(browser, f"{site}/book/{request.param}.html")
    yield page
    page.context.close()


def preview(page):
    found = page.get_by_role("tooltip")
    found.wait_for()
    return found


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ("Fig. 1", "Fig. 1 A triangle."),
        ("Table 1", "Table 1 Numbers."),
        ("Bees", "Page bFirst of Page b."),
        ("word", 'What it "means".'),
    ],
)
def test_a_pointer_or_a_key_sees_what_a_reference_leads_to(page, link, text):
    found = page.get_by_role("link", name=link)
    assert found.get_attribute("title") is None  # there would be two of them
    for does in (found.hover, found.focus):
        does()
        assert preview(page).text_content() == text
        box = page.locator("#jpegnet-preview").bounding_box()
        assert box["x"] >= 0 and box["y"] >= 0
        assert found.get_attribute("aria-describedby") == "jpegnet-preview"
        page.keyboard.press("Escape")
        assert page.get_by_role("tooltip").count() == 0
        assert found.get_attribute("aria-describedby") is None
        page.mouse.move(0, 0)


def test_a_figure_is_a_picture_without_its_ids(page):
    page.get_by_role("link", name="Fig. 1").hover()
    picture = preview(page).locator("img")
    assert picture.evaluate("i => i.decode().then(() => i.naturalWidth)") == 40
    assert page.locator("#dot").count() == page.locator("#chart").count()


def test_a_preview_stays_under_the_pointer_and_goes_with_it(page):
    page.get_by_role("link", name="Fig. 1").hover()
    preview(page).hover()
    page.wait_for_timeout(600)
    assert page.get_by_role("tooltip").count() == 1
    page.mouse.move(0, 0)
    page.get_by_role("tooltip").wait_for(state="detached")


def test_what_is_no_reference_or_leads_nowhere_shows_nothing(page):
    for name in ("plain", "Gone"):
        page.get_by_role("link", name=name).hover()
        page.wait_for_timeout(600)
        assert page.get_by_role("tooltip").count() == 0


def test_a_finger_gets_no_preview(browser, site):
    page, errors = open_page(browser, f"{site}/book/a.html", has_touch=True, is_mobile=True)
    page.get_by_role("link", name="Fig. 1").tap()
    page.wait_for_timeout(600)
    assert page.url.endswith("#chart")
    page.context.close()
    assert errors == []
