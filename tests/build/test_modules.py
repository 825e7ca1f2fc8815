"""Pages with their modules in them: what they import comes first, and all of it runs."""

import pytest

from jpegnet.build import modules
from jpegnet.kept import paths

PAGE = """<html><head><script type="module" src="_static/last.mjs?v=1"></script></head><body>
<p>words</p><script type="module" async src="_static/early.mjs"></script>
<script type="module" src="_static/figure.mjs"></script><p>more</p></body></html>"""
SOURCES = {
    "early": 'import { told } from "./told.mjs";\ntold("early");\n',
    "figure": 'import {\n  more, told,\n} from "./more.mjs";\nexport async function start() {\n'
    '  told(more);\n}\nawait start();\nthrow new Error("of the figure alone");\n',
    "more": 'import { told } from "./told.mjs";\nexport { told };\nexport const more = "more";\n',
    "told": "const mine = [];\nexport function told(word) {\n  mine.push(word);\n"
    '  (globalThis.found ??= []).push(mine.join("+"));\n}\n',
    "last": 'import { told } from "./told.mjs";\nconst mine = "last";\ntold(mine);\n',
}


@pytest.fixture
def page(tmp_path):
    (tmp_path / "_static").mkdir()
    for name, source in SOURCES.items():
        (tmp_path / "_static" / f"{name}.mjs").write_text(source)
    return tmp_path / "page.html"


def test_what_is_asynchronous_stays_in_its_place_and_the_others_come_last(page):
    text = modules.bring(PAGE, page)
    early, late = text.split('<script type="module">')
    assert "src=" not in text
    assert early.index("words") < early.index('told("early")') < early.index("more</p>")
    assert late.count("const $told") == 1
    assert late.index("const $told") < late.index("const $more") < late.index("told(more)")


@pytest.mark.book
def test_a_page_runs_as_a_file_and_an_error_is_that_of_one_module(browser, page):
    page.write_text(modules.bring(PAGE, page))
    opened, wrong = browser.new_page(), []
    opened.on("pageerror", lambda error: wrong.append(error.message))
    opened.goto(page.as_uri())
    found = opened.evaluate("found")
    opened.close()
    # Modules at the end of a page share what they import; that of the early one is its own.
    assert "early" in found
    found.remove("early")
    assert found == ["last", "last+more"]
    assert wrong == ["of the figure alone"]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('import all from "./told.mjs";', "import all"),
        ("const at = import.meta.url;", "import.meta"),
        ("export default 1;", "export default"),
        ('const text = "</script>";', "</script"),
    ],
)
def test_what_cannot_stand_in_a_page_is_named(page, source, told):
    (page.parent / "_static" / "last.mjs").write_text(source)
    with pytest.raises(ValueError, match=rf"last.mjs cannot stand in a page: .*{told}"):
        modules.bring(PAGE, page)


def test_a_circle_is_named(page):
    (page.parent / "_static" / "told.mjs").write_text('import { more } from "./more.mjs";\n')
    with pytest.raises(ValueError, match=r"circle: early.mjs → told.mjs → more.mjs → told.mjs"):
        modules.bring(PAGE, page)


def test_all_of_the_book_s_modules_can_stand_in_a_page():
    entries = sorted((paths.BOOK / "_static").glob("*.mjs"))
    text = modules.bundle(entries)
    assert "import {" not in text
    assert "\nexport " not in text
