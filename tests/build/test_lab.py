"""JupyterLab: each notebook, run there, reads word by word as its page of the site does."""

import re
from difflib import unified_diff

import lab as labs
import pytest

from jpegnet.pages import notebooks

pytestmark = pytest.mark.book

# ---- What the second test edits, and where that shows: adapt these when the notebook changes.
EDITED = "04_one_picture"
LINE = "choices, quality = study.method.choices, study.method.quality"
OTHER_LINE = "choices, quality = study.method.choices, {quality}"
QUALITIES = (50, 75)  # the smoke profile's; the page shows one of them
SENTENCE = "at quality {quality}, and loses"
# ----

TITLES = {
    name: notebooks.source(notebooks.cells(name)[0]).partition("\n")[0].lstrip("# ")
    for name in notebooks.names()
}
PLACEHOLDER = re.compile(r"[{}]|\w:[+,]*\.\d")  # a role, an expression, or such as loss:.2f

NUMBER = re.compile(r"[+-]?\d[\d,.]*")


@pytest.fixture(scope="module")
def lab(smoke, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JPEGNET_PROFILE", "smoke")
        with labs.serving(tmp_path_factory.mktemp("lab")) as started:
            yield started


def on_the_site(browser, smoke, name: str) -> list[str]:
    page = browser.new_page(java_script_enabled=False)  # formulas stay as they are written
    page.goto((smoke / "book" / f"{name}.html").as_uri())
    texts = labs.read(page, ".bd-article", TITLES)
    page.close()
    return texts


def in_the_lab(page) -> list[str]:
    labs.run_all(page)
    assert labs.errors(page) == []
    return labs.read(page, ".jp-MarkdownCell .myst", TITLES)


@pytest.mark.parametrize("name", notebooks.names())
def test_notebook_reads_as_its_page(browser, smoke, lab, name):
    with labs.opened(browser, lab, name) as page:
        here = in_the_lab(page)
    prose = [re.sub("‹[^›]*›", "", text) for text in here]
    assert [text for text in prose if PLACEHOLDER.search(text)] == []
    there = on_the_site(browser, smoke, name)
    if name in notebooks.APART:  # it measures anew each time that it runs
        here, there = ([NUMBER.sub("#", text) for text in texts] for texts in (here, there))
    difference = list(unified_diff(there, here, "site", "JupyterLab", n=0, lineterm=""))
    assert here and not difference, "\n".join(difference)


def test_sentence_follows_an_edited_cell(browser, smoke, lab):
    before = " ".join(on_the_site(browser, smoke, EDITED))
    shown, other = sorted(QUALITIES, key=lambda q: SENTENCE.format(quality=q) not in before)
    old, new = (SENTENCE.format(quality=quality) for quality in (shown, other))
    assert old in before and new not in before
    source = next(text for text in map(notebooks.source, notebooks.cells(EDITED)) if LINE in text)
    with labs.opened(browser, lab, EDITED) as page:
        page.locator(".jp-CodeCell", has_text=LINE).locator(".cm-content").click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.insert_text(source.replace(LINE, OTHER_LINE.format(quality=other)))
        after = " ".join(in_the_lab(page))
    assert new in after and old not in after
