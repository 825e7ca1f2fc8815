"""Sentences of the book, and what is left of Markdown."""

import json

import pytest

from jpegnet.data import sentences
from jpegnet.kept import paths

PAGE = """
# A heading of five plain words.

The *first* sentence, of [a page](01_train), has `code` in it. It cites {cite:p}`weber` and
[](02_tiles); see {numref}`fig-parts` or {ref}`the table <execution>`! Too short. This one reads
{eval}`f"{loss:.2f}"` % of all images. A formula is in $x^2$ this one here.

```{admonition} A title of no less than five words.
:class: tip
**Inside** a box there are sentences as well.
```

```python
print("This is code and no sentence at all.")
```

$$x = \\text{This is a formula, which is no sentence.}$$

(label)=
| A table has | cells and | no sentences. |
- An item is a paragraph and ends
  on another line.
"""


def test_what_is_left_of_a_page_are_plain_sentences():
    assert sentences.plain(PAGE) == [
        "The first sentence, of a page, has code in it.",
        "It cites and another page; see another page or the table!",
        "Inside a box there are sentences as well.",
        "An item is a paragraph and ends on another line.",
    ]


def test_sentences_have_5_to_40_words():
    lengths = (4, 5, 40, 41)
    page = "\n\n".join(" ".join(["Word"] * length) + "." for length in lengths)
    assert [len(text.split()) for text in sentences.plain(page)] == [5, 40]


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Three chapters of 1, 3 and no sentences, two of which are the same."""
    said = [["One is here for us."], [f"{n} is here for us." for n in ("Two", "One", "Three")], []]
    (tmp_path / "book").mkdir()
    for i, texts in enumerate(said, 1):
        cells = [{"cell_type": "code", "source": ["This code says nothing at all."]}]
        cells.append({"cell_type": "markdown", "source": [" ".join(texts)]})
        path = tmp_path / "book" / f"0{i}_page.ipynb"
        path.write_text(json.dumps({"cells": cells}), "utf-8")
    monkeypatch.setattr(sentences, "repository", lambda: tmp_path)


def test_chapters_take_turns_and_nothing_comes_twice(book):
    words = [text.split()[0] for text in sentences.sentences(10)]
    assert words == ["One", "Two", "Three"]
    assert [text.split()[0] for text in sentences.sentences(2)] == words[:2]


def test_the_book_has_a_few_hundred_without_markup():
    if not paths.BOOK.is_dir():
        pytest.skip("there is no book here")
    found = sentences.sentences(1000)
    assert len(set(found)) == len(found) > 200
    assert not [text for text in found if any(sign in text for sign in "{}`$<>|[]*")]
