"""Terms are marked where a page first uses them."""

import re

import pytest

from jpegnet.build import terms

TERMS = {"tile": ("term-tile", 'A "small" picture.'), "hidden unit": ("term-hidden-unit", "A sum.")}


def marks(article: str) -> list[str]:
    return re.findall(r'<a class="term"[^>]*>(.*?)</a>', terms.marked(article, TERMS))


def test_the_first_mention_is_marked_and_no_other():
    found = terms.marked("<p>A tile, two tiles.</p><p>The tile.</p>", TERMS)
    title = "A &quot;small&quot; picture."
    link = f'<a class="term" href="{terms.PAGE}#term-tile" title="{title}">tile</a>'
    assert found == f"<p>A {link}, two tiles.</p><p>The tile.</p>"


def test_plurals_capitals_and_terms_of_two_words_are_found():
    assert marks("<p>Tiles of <em>hidden units</em>.</p>") == ["Tiles", "hidden units"]


def test_parts_of_words_are_none():
    assert marks("<p>Tiled tilefish.</p>") == []


@pytest.mark.parametrize(
    "quiet",
    [
        "<h2>A tile</h2>",
        '<p><a href="x">a tile</a></p>',
        "<p><code>tile</code></p>",
        "<p title='a tile'>x</p>",
        "<script>tile</script>",
        "<p><svg><text>tile</text></svg></p>",
        '<div class="jpegnet-demo"><p>a tile</p></div>',
        "<div>a tile</div>",
    ],
)
def test_what_is_no_sentence_stays_as_it_is_and_the_next_mention_is_the_first(quiet):
    assert terms.marked(quiet, TERMS) == quiet
    assert marks(f"{quiet}<p>Line<br>one tile.</p>") == ["tile"]


def test_terms_and_their_meanings_come_from_their_page(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / terms.PAGE).write_text(
        '<dt id="term-tile">tile<a class="headerlink" href="#term-tile">#</a></dt>'
        "<dd><p>A <em>small</em> picture &amp; more.</p></dd>"
    )
    page = tmp_path / "book" / "a.html"
    page.write_text('<p>tile</p><article class="bd-article"><p>tile</p></article>')
    terms.mark(tmp_path)
    assert 'title="A small picture &amp; more."' in page.read_text()
    assert page.read_text().startswith("<p>tile</p>")
    assert 'class="term"' not in (tmp_path / "book" / terms.PAGE).read_text()


def test_a_page_without_terms_is_an_error(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / terms.PAGE).write_text("<p>Nothing.</p>")
    with pytest.raises(ValueError, match="no terms"):
        terms.mark(tmp_path)


@pytest.mark.book
def test_every_term_is_used_and_marked_on_some_page(built):
    used = set()
    for page in (built / "book").glob("*.html"):
        used |= set(re.findall(r'class="term" href="[^"]*#(term-[^"]+)"', page.read_text("utf-8")))
    assert used == {anchor for anchor, _ in terms.known(built).values()}
