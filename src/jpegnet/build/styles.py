"""One style sheet a page, of those rules that something in the site can meet.

The theme styles all that a site might have, which is three times as much as this one has. A rule
stays unless its selectors name a class or an id that no page and no script mentions: what a script
adds to a page stands in its source as a word, too.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import tinycss2

from jpegnet.kept import keys

_SHEET = re.compile(r'<link\b(?=[^>]*rel="stylesheet")[^>]*href="([^"?]+)[^"]*"[^>]*>')
_IMPORTED = re.compile(r'@import "([^"]+)";')
_URL = re.compile(r"url\((?!data:|\"data:)([^)]+)\)")
_DATA = re.compile(r"data:[^\"')]{1000,}")  # pictures and files, which have no words
_WORD = re.compile(r"-?[A-Za-z_][\w-]*")
_NAME = re.compile(r"[.#]((?:[\w-]|\\.)+)")
# Attributes, and what :is(), :not() and so on say: a selector is kept whatever stands there.
_ASIDE = re.compile(r"\[[^\]]*\]|:[\w-]+\([^()]*\)")
_NESTING = ("media", "supports", "layer")


def join(site: Path) -> None:
    """Give each page of a site its styles in one file, which pages of the same styles share."""
    pages = [path for path in site.rglob("*.html") if "_static" not in path.relative_to(site).parts]
    scripts = [p for p in (site / "_static").rglob("*") if p.suffix in (".js", ".mjs")]
    words, pruned_of = _words([*pages, *scripts]), {}
    for page in pages:
        text = page.read_text("utf-8")
        if not (sheets := list(_SHEET.finditer(text))):
            continue
        content = "".join(_with_imports(page.parent / sheet[1]) for sheet in sheets)
        if content not in pruned_of:
            pruned_of[content] = pruned(content, words)
        page.write_text(_linked(text, page, sheets, pruned_of[content]), "utf-8")


def _words(paths: Iterable[Path]) -> set[str]:
    found = set()
    for path in paths:
        found.update(_WORD.findall(_DATA.sub("", path.read_text("utf-8"))))
    return found


def _with_imports(path: Path) -> str:
    """A style sheet with those that it imports, as if it lay beside the theme's."""
    text = _IMPORTED.sub(
        lambda found: _with_imports(path.parent / found[1]), path.read_text("utf-8")
    )
    return text if path.parent.name == "styles" else _URL.sub(r"url(../\1)", text)


def _linked(text: str, page: Path, sheets: list[re.Match], content: str) -> str:
    """The page, which asks for this style in place of its sheets."""
    first, *others = sheets
    static = f"{first[1].partition('_static/')[0]}_static/styles"
    address = f"{static}/pages-{keys.digest(content)[:12]}.css"
    (page.parent / address).write_text(content, "utf-8")
    for sheet in others:
        text = text.replace(sheet[0], "", 1)
    return text.replace(first[0], f'<link rel="stylesheet" href="{address}">', 1)


def pruned(css: str, words: set[str]) -> str:
    """A style sheet without rules for what these words do not name; licences stay.

    Raises:
        ValueError: it cannot be read; the message says why.
    """
    return _rules(tinycss2.parse_stylesheet(css, skip_whitespace=True), words)


def _rules(rules: list, words: set[str]) -> str:
    return "".join(_rule(rule, words) for rule in rules)


def _rule(rule, words: set[str]) -> str:
    if rule.type == "error":
        raise ValueError(f"line {rule.source_line} of a style sheet: {rule.message}")
    if rule.type == "comment":
        return rule.serialize() + "\n" if rule.value.startswith("!") else ""
    if rule.type == "at-rule":
        if rule.lower_at_keyword not in _NESTING or rule.content is None:
            return rule.serialize() + "\n"
        inner = _rules(tinycss2.parse_rule_list(rule.content, skip_whitespace=True), words)
        head = f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}"
        return f"{head}{{\n{inner}}}\n" if inner else ""
    selectors = [one.strip() for one in _apart(tinycss2.serialize(rule.prelude))]
    selectors = [one for one in selectors if _may_meet(one, words)]
    return f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}\n" if selectors else ""


def _apart(selectors: str) -> Iterable[str]:
    """Selectors at the commas between them, not at those within brackets."""
    return re.split(r",(?![^(\[]*[)\]])", selectors)


def _may_meet(selector: str, words: set[str]) -> bool:
    named = _NAME.findall(_ASIDE.sub("", selector))
    return all(name.replace("\\", "") in words for name in named)
