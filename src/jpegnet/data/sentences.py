"""Sentences of ordinary prose: those of this book's own pages, without their markup."""

import json
import re
from itertools import chain, zip_longest

from jpegnet.kept.paths import repository

_WORDS = range(5, 41)  # of a sentence
_CHAPTERS = "0[1-8]_*.ipynb"
# What MyST Markdown has beside prose, and the words that stand for it; the order counts.
_MARKUP = (
    (r"(?ms)^(`{3,}|:{3,})\{(?:admonition|prf:\w+)\}[^\n]*\n(.*?)^\1$", r"\n\n\2\n\n"),
    (r"(?m)^:\w+:.*$", ""),  # a directive's options
    (r"(?ms)^(`{3,}|:{3,}|~{3,}).*?^\1$", "\n\n"),  # code, and directives of other kinds
    (r"(?s)\$\$.*?\$\$", "\n\n"),
    (r"(?m)^(#+ |\||<|%|\(.*\)=).*$", "\n\n"),  # headings, tables, HTML, comments, labels
    (r"(?m)^[ \t]*([-*+]|\d+\.)[ \t]+", "\n\n"),  # an item of a list is a paragraph
    (r"\s*\{cite(:\w+)?\}`[^`]*`", ""),
    (r"\{\w+\}`([^`<]+?)\s*<[^`]*`", r"\1"),  # {ref}`words <label>`
    (r"\{(num|eq)?ref\}`[^`]*`|!?\[\]\([^)]*\)", "another page"),
    (r"!?\[([^\]]*)\]\([^)]*\)", r"\1"),
    (r"\{(?!eval)\w+\}`([^`]*)`", r"\1"),  # other roles, such as {term}
    (r"(?<![}`])`([^`]+)`", r"\1"),
    (r"\*+|(?<!\w)_+|_+(?!\w)|\\(?=\W)", ""),  # emphasis, escapes
)
_MEANT = re.compile(r"\{eval\}|[$`{}\[\]|<>]")  # a number of the run, or a formula
_END = re.compile(r"(?<=[.?!])\s+(?=[\"“(]?[A-Z])")


def plain(markdown: str) -> list[str]:
    """The sentences of a page's Markdown, of 5 to 40 words, as plain words.

    Those with a number that the page's run puts in, or with a formula, are left out.
    """
    for pattern, words in _MARKUP:
        markdown = re.sub(pattern, words, markdown)
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", markdown))
    found = chain.from_iterable(_END.split(paragraph) for paragraph in paragraphs)
    return [
        text[0].upper() + text[1:]
        for text in found
        if text.endswith((".", "?", "!"))
        and len(text.split()) in _WORDS
        and not _MEANT.search(text)
    ]


def sentences(count: int) -> tuple[str, ...]:
    """That many sentences, one of each chapter in turn, no two the same; all, if there are fewer.

    Raises:
        FileNotFoundError: there is no checkout of the repository, see `paths.repository`.
    """
    chapters = []
    for path in sorted((repository() / "book").glob(_CHAPTERS)):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        chapters.append(plain("\n\n".join(texts)))
    in_turn = chain.from_iterable(zip_longest(*chapters))
    return tuple(dict.fromkeys(text for text in in_turn if text))[:count]
