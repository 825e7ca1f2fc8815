"""Pages for every reader: by rule (axe), by key, without a script, in large text, on paper."""

import re
from importlib.resources import files

import pytest

from jpegnet.build import access
from jpegnet.pages import notebooks

pytestmark = pytest.mark.book

NAMES = ["index", *notebooks.names(), "92_reproduce", "94_terms"]
PAGES = [*(f"book/{name}" for name in NAMES), "genindex", "search", "prf-prf"]
# Scheme and width: of colours and layouts each is seen, as none depends on the other.
STATES = {"light": {"width": 1440, "height": 900}, "dark": {"width": 375, "height": 800}}
STARTED = """() => {
  const own = document.querySelectorAll("[class^='jpegnet-'], [class*=' jpegnet-']");
  return [...own].every((e) => !e.querySelector("canvas") || e.querySelector("canvas").width);
}"""
# Contrast is asked of each text, which takes most of the time: of rows that look alike, of five.
AXE = """async (aside) => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const rules = {
    "color-contrast": { enabled: false },
    "label-content-name-mismatch": { enabled: true },
  };
  const shared = { preload: false, resultTypes: ["violations"] };
  const alike = { exclude: ["tr:nth-of-type(n+6)", "[role=row]:nth-of-type(n+6)", ".drawing"] };
  const contrast = { type: "rule", values: ["color-contrast"] };
  const found = [
    await axe.run(
      { include: ["html"], exclude: aside ?? [] },
      { ...shared, rules, runOnly: { type: "tag", values: tags } },
    ),
    await axe.run(alike, { ...shared, runOnly: contrast }),
  ];
  return found.flatMap(({ violations }) => violations)
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}"""
# What is wider than the page, other than within what scrolls by itself.
CUT = """() => {
  const scrolls = (e) => e.matches(".bd-article") ? false
    : /auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement);
  const width = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll(".bd-article *")].filter((e) => {
    const { left, right, height } = e.getBoundingClientRect();
    return height && (left < -1 || right > width + 1) && e.checkVisibility()
      && !scrolls(e.parentElement) && !e.closest("mjx-assistive-mml");
  });
  const told = wide.map((e) => `${e.tagName} ${e.getAttribute("class")}`);
  return document.documentElement.scrollWidth > width ? [...told, "the page scrolls"] : told;
}"""
# Blocks of the text that begin before the one above ends.
OVERLAPPING = """() => {
  const blocks = [...document.querySelectorAll(".bd-article section > *, .bd-article .cell > *")]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height > 0);
  return blocks.filter((e) => {
    const next = e.nextElementSibling;
    return blocks.includes(next)
      && next.getBoundingClientRect().top < e.getBoundingClientRect().bottom - 2;
  }).map((e) => `${e.tagName} ${e.getAttribute("class")}`);
}"""


# Beginnings of sentences that ask for what only a script does.
PROMISES = re.compile(
    r"(Draw (a digit|one)|Move (the (slider|number)|through)|Try it|Watch it|Point to|Choose a"
    r"|Drop mines)\b"
)


@pytest.fixture(scope="module")
def contexts(browser):
    """A context for each set of options, made once: pages in it share what they have loaded."""
    made = {}

    def context(**options):
        key = repr(sorted(options.items()))
        if key not in made:
            made[key] = browser.new_context(**options)
        return made[key]

    yield context
    for one in made.values():
        one.close()


@pytest.fixture
def opened(contexts, address):
    """Opens a page as a reader of some sort."""
    pages = []

    def opened(name: str, **options):
        page = contexts(**options).new_page()
        pages.append(page)
        page.goto(f"{address}/{name}.html", wait_until="networkidle")
        return page

    yield opened
    for page in pages:
        page.close()


def test_formulas_are_mathml_too_and_roles_are_ones_that_there_are(tmp_path):
    page = tmp_path / "page.html"
    inline = '<span class="math notranslate nohighlight">\\(a &lt; b\\)</span>'
    block = '<div class="math notranslate nohighlight">\n\\[\\frac{1}{2}\\]</div>'
    entry = '<div class="citation" role="doc-biblioentry">'
    page.write_text(f"<html><head></head><body>{inline}{block}{entry}</div></body></html>")
    access.mend(tmp_path)
    text = page.read_text()
    assert "<mi>a</mi><mo>&#x0003C;</mo><mi>b</mi></mrow></math></noscript>" in text
    assert "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>" in text
    assert inline in text and block in text  # for MathJax
    assert 'role="listitem"' in text and "biblioentry" not in text
    assert "<noscript><style>" in text.partition("</head>")[0]


@pytest.mark.parametrize("scheme", STATES)
@pytest.mark.parametrize("name", PAGES)
def test_no_rule_of_access_is_broken(opened, name, scheme):
    page = opened(name, viewport=STATES[scheme], color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_function("(s) => document.documentElement.dataset.theme === s", arg=scheme)
    page.wait_for_function(STARTED)
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8") + "; null")
    assert page.evaluate(AXE) == []


MENUS = ("search-button", "dropdown-download-buttons button", "primary-toggle", "secondary-toggle")


@pytest.mark.parametrize("scheme", STATES)
def test_no_rule_of_access_is_broken_by_what_opens(opened, scheme):
    page = opened(
        "book/06_through_the_codec",
        viewport=STATES[scheme],
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8") + "; null")
    met = 0
    for menu in MENUS:  # those that a page of this width has
        for button in page.locator(f".{menu}").all():
            if button.is_visible():
                button.click()
                page.wait_for_timeout(300)
                # The theme's names of its buttons, shown to a pointer, stand in no landmark.
                assert page.evaluate(AXE, [".tooltip"]) == [], menu
                page.keyboard.press("Escape")
                page.wait_for_timeout(300)
                met += 1
                break
    assert met >= 2


def test_no_rule_of_access_is_broken_by_a_preview(opened):
    page = opened("book/06_through_the_codec", viewport=STATES["light"])
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8") + "; null")
    link = page.locator(".bd-article a.reference.internal[href*='#fig-']").first
    link.scroll_into_view_if_needed()
    page.wait_for_timeout(300)  # scrolling takes a preview away
    link.hover()
    page.wait_for_selector("#jpegnet-preview")
    assert page.evaluate(AXE) == []


def test_what_is_searched_for_stands_beside_the_magnifier(opened):
    page = opened("book/index", viewport=STATES["dark"])
    page.locator(".search-button").click()
    glass = page.locator("#pst-search-dialog svg").bounding_box()
    field = page.locator("#pst-search-dialog input")
    inset = field.evaluate("(e) => parseFloat(getComputedStyle(e).paddingLeft)")
    assert glass["x"] + glass["width"] <= field.bounding_box()["x"] + inset


@pytest.mark.parametrize("name", NAMES)
def test_small_screens_and_large_text_cut_nothing(opened, name):
    # The theme moves its columns into place, unless motion is unwanted.
    small = {"width": 320, "height": 640}
    page = opened(f"book/{name}", viewport=small, reduced_motion="reduce")
    assert page.evaluate(CUT) == []
    assert page.evaluate(OVERLAPPING) == []
    page.set_viewport_size({"width": 720, "height": 450})  # 1440 × 900 at 200 %
    assert page.evaluate(CUT) == []
    page.add_style_tag(content="html { font-size: 200% !important; }")
    for width in (1440, 375):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(CUT) == [], width
        assert page.evaluate(OVERLAPPING) == [], width


@pytest.mark.parametrize(
    "name", ["index", "06_through_the_codec", "10_sequences", "11_slow_wire", "12_evolution"]
)
def test_nothing_moves_for_who_wants_no_motion(opened, name):
    page = opened(f"book/{name}", reduced_motion="reduce")
    page.wait_for_function(STARTED)
    seen = """() => [
      document.querySelector(".bd-article").innerText,
      ...[...document.querySelectorAll("canvas")].map((e) => e.width && e.toDataURL()),
    ]"""
    page.wait_for_timeout(500)  # the first answers are told
    before = page.evaluate(seen)
    page.wait_for_timeout(500)
    assert page.evaluate(seen) == before
    assert page.evaluate("document.getAnimations().length") == 0


def test_ink_stays_on_paper_where_the_reader_chooses_the_colours(opened):
    page = opened("book/index", forced_colors="active", color_scheme="dark")
    page.wait_for_selector(".demo-bars li.best")
    style = "(e, name) => getComputedStyle(e)[name]"
    pad, bar = page.locator(".demo-pad"), page.locator(".demo-bars li.best .demo-bar")
    assert pad.evaluate(style, "backgroundColor") == "rgb(255, 255, 255)"
    assert "gradient" in bar.evaluate(style, "backgroundImage")
    shown = page.locator(".demo-slider input, .demo-clear, .demo-copy")
    assert all(one.is_visible() for one in shown.all())


@pytest.mark.parametrize("name", NAMES)
def test_without_a_script_a_page_reads_and_nothing_waits_for_a_hand(opened, name):
    page = opened(f"book/{name}", viewport={"width": 375, "height": 800}, java_script_enabled=False)
    article = page.locator(".bd-article").inner_text()
    assert len(article) > 500
    assert [said for said in re.split(r"(?<=[.?!:])\s", article) if PROMISES.match(said)] == []
    assert page.evaluate(CUT) == []
    assert page.locator(".math.notranslate:visible").count() == 0
    formulas = page.locator("math")
    assert formulas.count() == page.locator(".math.notranslate").count()
    assert all(one.is_visible() for one in formulas.all())
    worked = "button, input, select, textarea, [role=slider], [role=button], [role=grid]"
    assert [
        e.evaluate("e => e.outerHTML") for e in page.locator(worked).all() if e.is_visible()
    ] == []
    for figure in page.locator(".bd-article figure").all():
        assert figure.is_visible()
    assert page.locator(".bd-docs-nav").is_visible()  # the way to the other pages


@pytest.mark.parametrize("name", ["index", "05_matrix_form", "08_cross_section"])
def test_a_page_is_printed_dark_on_white(opened, name):
    page = opened(f"book/{name}", color_scheme="dark", viewport={"width": 800, "height": 1100})
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    page.emulate_media(media="print")
    page.wait_for_function("document.documentElement.dataset.theme === 'light'")
    levels = """(selector) => [...document.querySelectorAll(selector)].map(
      (e) => Math.max(...getComputedStyle(e).color.match(/\\d+/g).slice(0, 3)))"""
    for part in ("h1", "p", "figcaption", "td"):
        assert max(page.evaluate(levels, f".bd-article {part}"), default=0) < 110, part
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    assert page.evaluate(CUT) == []
    clipped = "(all) => all.filter((e) => e.scrollWidth > e.clientWidth + 1).length"
    assert page.locator("pre").evaluate_all(clipped) == 0
    for part in (
        "nav",
        ".bd-sidebar-primary",
        ".bd-header-article",
        "#jb-print-toc",
        ".prev-next-area",
    ):
        assert not any(one.is_visible() for one in page.locator(part).all()), part
    page.emulate_media(media="screen")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")


# ---------------------------------------------------------------- by key alone

TEXT = "document.querySelector('{}').innerText"
# Page, what is reached, the key pressed there, and what changes by it.
WORKED = {
    "demo's drawing": ("index", ".demo-pad", "Delete", TEXT.format(".demo-verdict")),
    "demo's slider": ("index", ".demo-slider input", "ArrowRight", TEXT.format(".demo-about")),
    "steps": ("02_tiles", ".steps-slider input", "ArrowRight", TEXT.format(".step-text")),
    "tiles": (
        "06_through_the_codec",
        ".jpegnet-tiles [role=slider]",
        "ArrowRight",
        "document.querySelector('.jpegnet-tiles').insight?.tile",
    ),
    "coefficient": (
        "06_through_the_codec",
        ".jpegnet-coefficient .insight-field button",
        "+",
        TEXT.format(".jpegnet-coefficient .insight-field"),
    ),
    "way": (
        "06_through_the_codec",
        ".jpegnet-way .insight-field button",
        "ArrowDown",
        "document.querySelector('.jpegnet-way').insight?.place",
    ),
    "bytes": (
        "06_through_the_codec",
        ".jpegnet-hex [role=grid]",
        "ArrowRight",
        TEXT.format(".hex-told"),
    ),
    "damage": ("06_through_the_codec", ".damage-frame canvas", " ", TEXT.format(".damage-told")),
    "chart": (
        "08_cross_section",
        ".explorer svg [id*='-point-']",
        "Tab",
        TEXT.format(".explorer-told"),
    ),
    "rows": (
        "10_sequences",
        ".rows-reading input[type=range]",
        "Home",
        "document.querySelectorAll('.jpegnet-rows li.best').length",
    ),
    "wire": (
        "11_slow_wire",
        ".jpegnet-wire input[type=range]",
        "Home",
        "document.querySelector('.jpegnet-wire').reading?.bytes",
    ),
    "worlds": (
        "12_evolution",
        ".evolution-controls button:nth-of-type(2)",
        "Enter",
        TEXT.format(".evolution-told"),
    ),
}


@pytest.mark.parametrize("figure", WORKED)
def test_a_figure_is_reached_by_tab_and_worked_by_key(opened, figure):
    name, reached, key, told = WORKED[figure]
    page = opened(f"book/{name}", reduced_motion="reduce")
    page.wait_for_selector(reached)
    page.wait_for_function(STARTED)
    page.wait_for_timeout(300)  # the first answers are told
    here = "(selector) => document.activeElement.matches(selector)"
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate(here, reached):
            break
    assert page.evaluate(here, reached)
    before = page.evaluate(told)
    page.keyboard.press(key)
    page.wait_for_function(f"(before) => ({told}) !== before", arg=before)
