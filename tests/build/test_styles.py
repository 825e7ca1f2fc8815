"""One style sheet a page, without what nothing in the site can meet."""

import re

import pytest

from jpegnet.build import styles

HEAD = """<html><head><link href="../_static/styles/theme.css?digest=1" rel="stylesheet" />
<link rel="stylesheet" type="text/css" href="../_static/own.css?v=1" /></head><body>"""


@pytest.fixture
def site(tmp_path):
    static, book = tmp_path / "_static", tmp_path / "book"
    (static / "styles").mkdir(parents=True)
    book.mkdir()
    (static / "basic.css").write_text("a { background: url(file.png); }\n.gone { top: 0 }\n")
    (static / "styles" / "theme.css").write_text('@import "../basic.css";\n')
    (static / "own.css").write_text("b { background: url(data:image/png;base64,AA==); }\n")
    (static / "script.js").write_text("box.classList.add('lit')")
    for name in "ab":
        (book / f"{name}.html").write_text(f'{HEAD}<p class="said">words</p></body></html>')
    return tmp_path


def test_pages_share_one_file_which_has_what_their_sheets_import(site):
    styles.join(site)
    texts = [(site / "book" / f"{name}.html").read_text() for name in "ab"]
    [address], [other] = (re.findall(r'rel="stylesheet" href="([^"]*)"', text) for text in texts)
    assert address == other
    content = (site / "book" / address).read_text()
    assert content.split("\n")[0] == "a{ background: url(../file.png); }"  # seen from styles/
    assert "url(data:image/png;base64,AA==)" in content
    assert ".gone" not in content


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".said{a:b}", ".said{a:b}"),
        (".lit:hover{a:b}", ".lit:hover{a:b}"),  # a script's
        (".gone{a:b}", ""),
        ("p.gone, p .said{a:b}", "p .said{a:b}"),
        ("#gone p{a:b}", ""),
        ("p:not(.gone){a:b}", "p:not(.gone){a:b}"),
        (":is(.gone, .said) p{a:b}", ":is(.gone, .said) p{a:b}"),
        ('[class="x, .gone"]{a:b}', '[class="x, .gone"]{a:b}'),
        (r".md\:said{a:b}", ""),
        ("@media print{.gone{a:b}}", ""),
        ("@media print{.gone{a:b}.said{a:b}}", "@media print{\n.said{a:b}\n}"),
        ("@font-face{src:url(x)}", "@font-face{src:url(x)}"),
        ("@keyframes gone{from{a:b}}", "@keyframes gone{from{a:b}}"),
        ("/*! a licence */.gone{a:b}/* a word */", "/*! a licence */"),
    ],
)
def test_a_rule_stays_if_something_can_meet_it(css, left):
    assert styles.pruned(css, {"p", "said", "lit"}).strip() == left


def test_what_cannot_be_read_is_told():
    with pytest.raises(ValueError, match="line 2 of a style sheet"):
        styles.pruned("a{}\nb", set())
