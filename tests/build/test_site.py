"""The built site, in a real browser: what a reader meets."""

import json
import re

import pandas as pd
import pytest
from browser import open_page
from safetensors.torch import load_file

from jpegnet.build import chain, links
from jpegnet.kept import paths, settings
from jpegnet.kept.estimates import DIGITS
from jpegnet.nets import mlp
from jpegnet.pages import notebooks
from jpegnet.studies import peers, sweep, through_codec

pytestmark = pytest.mark.book

PAGES = [
    "book/index",
    *(f"book/{name}" for name in notebooks.names()),
    "book/92_reproduce",
    "book/94_terms",
]
WIDTHS = (375, 1440)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_page_opens_clean_and_fits(browser, address, name, width, scheme):
    page, wrong = open_page(
        browser,
        f"{address}/{name}.html",
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
    )
    assert wrong == []
    # The theme's script sets it some time after the page is there.
    page.wait_for_function("(s) => document.documentElement.dataset.theme === s", arg=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".bd-article h1").count() == 1
    page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_has_a_text_and_every_figure_a_caption(browser, address, name):
    page, _ = open_page(browser, f"{address}/{name}.html")
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll(".bd-article img, .bd-article .jpegnet-figure svg")]
        .filter(e => !(e.getAttribute("alt") || e.getAttribute("aria-label")))
        .map(e => e.outerHTML.slice(0, 100))"""
    )
    assert unnamed == []
    bare = page.evaluate(
        """() => [...document.querySelectorAll(".bd-article .jpegnet-figure")]
        .filter(e => !e.closest("figure")?.querySelector("figcaption .caption-number"))
        .map(e => e.textContent.slice(0, 100))"""
    )
    assert bare == []
    page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_no_code_and_no_drawing_is_cut_off_on_a_large_screen(browser, address, name):
    large = {"width": 1440, "height": 900}
    page, _ = open_page(browser, f"{address}/book/{name}.html", viewport=large)
    cut_off = page.evaluate(
        """() => {
          for (const folded of document.querySelectorAll("details")) folded.open = true;
          const boxes = [...document.querySelectorAll("pre, .drawing")];
          return boxes.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent);
        }"""
    )
    assert cut_off == []
    page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_no_cell_leaves_a_warning_or_a_progress_bar(built, name):
    text = (built / f"{name}.html").read_text("utf-8")
    assert not re.search(r'class="output (stderr|traceback)', text)
    assert "it/s]" not in text


def test_root_leads_to_the_landing_page(browser, address):
    page, _ = open_page(browser, f"{address}/")
    page.wait_for_url("**/book/index.html")
    assert page.locator(".demo-picture-box img").count() == 1
    page.context.close()


def test_landing_page_tells_the_run_s_numbers(browser, address, built):
    page, _ = open_page(
        browser, f"{address}/book/index.html", viewport={"width": 1440, "height": 900}
    )
    networks = pd.read_csv(built / "downloads" / "networks.csv")
    carried = networks[networks.method.eq("through-codec") & networks.trained.eq("published")]
    own = carried[carried.architecture.str.fullmatch(r"784-\d+-10")]
    columns = ["bytes", "val_accuracy", "test_accuracy"]
    means = own.groupby("setting")[columns].mean().round(DIGITS).reset_index()
    said = " ".join(page.locator(".bd-article").inner_text().split())
    for budget, words in ((900, "of at most 900 bytes read"), (2000, "of at most 2,000 bytes")):
        accuracy = through_codec.within(means, budget).test_accuracy
        assert f"{words} {accuracy:.2f} %" in said
    file = page.locator(".demo-about a").get_attribute("href").split("downloads/")[1]
    first = networks.set_index("file").loc[file]
    assert f"This picture is the whole network: {first.bytes:,} bytes" in said
    raced = peers.read().set_index("setting").loc["784-512-10, int8, 120 epochs"]
    assert f"moved as for the small ones, it reads {raced.test_accuracy.mean():.2f} %" in said
    # One screen: the picture, the drawing area and the answer.
    for part in (".demo-picture-box img", ".demo-pad", ".demo-bars"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] < 900
    page.context.close()


def test_slider_works_by_keyboard(browser, address):
    page, wrong = open_page(browser, f"{address}/book/02_tiles.html")
    slider = page.get_by_label("JPEG quality")
    image, text = page.locator(".steps-slider img"), page.locator(".step-text")
    assert "quality 20:" in text.inner_text()
    at_20 = image.get_attribute("src")
    slider.focus()
    page.keyboard.press("Home")
    assert "quality 1:" in text.inner_text()
    assert image.get_attribute("src") != at_20
    assert slider.get_attribute("aria-valuetext") == text.inner_text()
    page.keyboard.press("ArrowRight")
    assert "quality 1:" not in text.inner_text()
    page.keyboard.press("End")
    last = settings.current().sweep.qualities[-1]
    assert f"quality {last}:" in text.inner_text()
    assert page.evaluate("document.querySelector('.steps-slider img').naturalWidth") == 28
    assert wrong == []
    page.context.close()


def test_slider_is_a_still_picture_without_javascript(browser, address):
    page, _ = open_page(browser, f"{address}/book/02_tiles.html", java_script_enabled=False)
    assert page.locator(".steps-slider img").is_visible()
    assert "quality 20:" in page.locator(".step-text").inner_text()
    assert page.locator(".steps-slider input").count() == 0
    page.context.close()


def test_dark_theme_leaves_the_greys_of_tiles_alone(browser, address):
    page, _ = open_page(browser, f"{address}/book/02_tiles.html", color_scheme="dark")
    filters = page.evaluate(
        "[...document.querySelectorAll('img.tile')].map(e => getComputedStyle(e).filter)"
    )
    assert filters and set(filters) == {"none"}
    page.context.close()


def test_links_and_anchors_resolve(built):
    assert links.broken(built) == []


def test_broken_links_are_found(tmp_path):
    (tmp_path / "a.html").write_text('<a href="b.html#here">1</a><a href="gone.html">2</a>')
    (tmp_path / "b.html").write_text('<p id="there"></p><a href="#there"></a><img src="no.png">')
    (tmp_path / "c.html").write_text('<a href="https://example.org/x">3</a><a href="./">4</a>')
    assert links.broken(tmp_path) == [
        "a.html: b.html#here",
        "a.html: gone.html",
        "b.html: no.png",
        "c.html: ./",
    ]


def test_public_files_have_their_columns(built):
    downloads = built / "downloads"
    table = pd.read_csv(downloads / "sweep.csv")
    assert list(table.columns) == sweep.PUBLIC_COLUMNS
    profile = settings.current()
    fine, coarse = profile.sweep.qualities, profile.sweep.coarse
    runs = [len(q) for g in (fine, coarse) for q in sweep.grid(g, coarse).values()]
    assert len(table) == profile.sweep.seeds * sum(runs)
    assert table.header_bytes.lt(table.bytes).all()
    claims = json.loads((downloads / "claims.json").read_text("utf-8"))
    columns = ["id", "statement", "source", "assumptions", "value"]
    columns += ["ci_low", "ci_high", "low", "high", "verdict"]
    assert all(list(claim) == columns for claim in claims)
    network = mlp.from_tensors(load_file(downloads / "reference-seed0.safetensors"))
    assert network.architecture == mlp.Mlp((784, 512, 10))
    executed = {path.stem for path in (downloads / "notebooks").glob("*.ipynb")}
    assert executed == set(notebooks.names())


def test_every_claim_is_measured(built):
    rows = json.loads((built / "downloads" / "claims.json").read_text("utf-8"))
    assert [row["id"] for row in rows if row["verdict"] == "not measured"] == []


def test_executed_notebooks_hold_no_path_of_this_machine(built):
    for name in notebooks.names():
        assert str(paths.ROOT) not in chain.executed_path(name).read_text("utf-8")


def test_a_mark_of_a_matrix_shows_it_as_a_picture(browser, address):
    page, wrong = open_page(browser, f"{address}/book/09_where_it_ends.html")
    picture = page.locator(".explorer-picture img")
    marks = page.locator(".explorer svg [id*='-point-']")
    assert not picture.is_visible()
    shown = set()
    for mark in (marks.first, marks.last):
        mark.focus()
        assert picture.is_visible()
        assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 7
        shown.add(picture.get_attribute("src"))
    assert len(shown) == 2
    assert "matrix" in page.locator(".explorer-told").inner_text()
    assert wrong == []
    page.context.close()


def test_the_cross_section_answers_to_pointing_sorting_and_filtering(browser, address):
    page, wrong = open_page(browser, f"{address}/book/08_cross_section.html")
    rows = page.locator(".explorer tbody tr")
    marks = page.locator(".explorer svg [id*='-point-']")
    assert rows.count() == marks.count() > 10
    told = page.locator(".explorer-told")
    marks.first.focus()
    assert "bytes" in told.inner_text()
    assert page.locator(".explorer tr.pointed").count() == 1
    titles = page.locator(".explorer thead th").all_inner_texts()
    column = titles.index("bytes")
    sizes = page.get_by_role("button", name="bytes", exact=True)
    for direction in (1, -1):
        sizes.click()
        found = [
            direction * int(row.locator("td").nth(column).inner_text().replace(",", ""))
            for row in rows.all()
        ]
        assert found == sorted(found)
    page.get_by_label("Rows with").fill("hashed")
    seen = [row.inner_text() for row in rows.all() if row.is_visible()]
    assert seen
    assert all("hashed" in text for text in seen)
    assert sum(mark.is_visible() for mark in marks.all()) == len(seen)
    assert wrong == []
    page.context.close()
