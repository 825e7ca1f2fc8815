"""The order of the pages, as the book's table of contents has it."""

from pathlib import Path

import yaml


def pages(root: Path) -> list[str]:
    """The names of all pages in their order, as ``book/01_train``.

    Args:
        root: folder of ``_toc.yml``, as Jupyter Book wants it: chapters, in parts or not.
    """
    contents = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    return [contents["root"], *_below(contents)]


def _below(entry: dict) -> list[str]:
    found = []
    for kind in ("parts", "chapters", "sections"):
        for part in entry.get(kind, []):
            found += [part["file"]] if "file" in part else []
            found += _below(part)
    return found
