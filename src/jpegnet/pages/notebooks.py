"""The notebooks of the book, and the key that tells whether one must run again."""

import json
from collections.abc import Iterable
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager

from jpegnet.kept import keys, paths

# What shapes a page besides the libraries that its code imports: the kernel, and the outputs.
SHAPING = ("ipykernel", "myst_nb")
# Numbered with the pages that look back, for the reader; but all that it reports, it measures.
APART = ("91_performance",)


def names() -> list[str]:
    """Names of the notebooks, in the order of the chain (that of their names)."""
    return sorted(path.stem for path in paths.BOOK.glob("*.ipynb"))


def cells(name: str) -> list[dict]:
    """Cells of a notebook as they stand in its file; each has its type, metadata and source.

    Raises:
        ValueError: the file is no notebook.
    """
    path = paths.BOOK / f"{name}.ipynb"
    try:
        found = json.loads(path.read_text("utf-8"))["cells"]
        for cell in found:
            _shape(cell)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(broken(name, error)) from error
    return found


def broken(name: str, error: Exception) -> str:
    """What to say of a file that is no notebook, in one line."""
    told = " ".join(str(error).split())[:100]
    return (
        f"book/{name}.ipynb is no notebook ({type(error).__name__}: {told}); restore it with: "
        f"git checkout -- book/{name}.ipynb"
    )


def source(cell: dict) -> str:
    """A cell's text, which a file may hold as a list of lines."""
    return "".join(cell["source"])


def _shape(cell: dict) -> list:
    """What of a cell shapes its page: not the outputs, nor what an editor notes in passing."""
    metadata = {k: v for k, v in cell["metadata"].items() if k in ("tags", "mystnb")}
    return [cell["cell_type"], source(cell), metadata]


def _code(name: str) -> list[str]:
    """The code cells as plain Python: lines such as ``%time f()`` and ``!ls`` are calls then.

    Of a cell that begins with ``%%``, what follows that line, if it is Python (``%%time``) and not
    something else (``%%bash``).

    Raises:
        ValueError: another cell is no Python.
    """
    found = []
    for i, cell in enumerate(cells(name)):
        if cell["cell_type"] == "code":
            whole = source(cell)
            text = whole.partition("\n")[2] if whole.startswith("%%") else whole
            text = TransformerManager().transform_cell(text)
            try:
                keys.parse(text)
            except SyntaxError as error:
                if whole.startswith("%%"):
                    continue
                told = f"book/{name}.ipynb, cell {i + 1}: SyntaxError: {error}"
                raise ValueError(told) from error
            found.append(text)
    return found


def depends(name: str) -> keys.Closure:
    """The ``jpegnet`` modules and the libraries that a notebook imports, however deep."""
    imported = frozenset().union(*(keys.parse(code)[1] for code in _code(name)))
    return keys.closure(imported.union(SHAPING))


def looks_back(name: str) -> bool:
    """Whether a page reports on those before it, and so depends on all of them: from 90 on."""
    return name >= "90" and name not in APART


def _file_state(path: Path) -> str:
    return keys.file_digest(path) if path.exists() else "missing"


def key(name: str, before: Iterable[str] = ()) -> str:
    """Digest of all that a notebook's outputs depend on.

    Its cells, the modules and libraries that it imports, the profile; the data, the claims and what
    ``book/published/`` holds, where it uses them; and for a page that looks back on the chain, what
    it looks back on.

    Args:
        before: digests of the executed notebooks of a page that looks back; see `looks_back`.

    Raises:
        ValueError: a file is no notebook, or a cell or a module is no Python.
    """
    used = depends(name)
    parts = {
        "cells": [_shape(cell) for cell in cells(name)],
        "sources": used.sources,
        "versions": used.versions,
        "profile": paths.profile(),
        "before": list(before),
    }
    if "jpegnet.data.mnist" in used.sources:
        parts["data"] = [_file_state(path) for path in sorted(paths.MNIST.glob("*.gz"))]
    if "jpegnet.pages.claims" in used.sources:
        parts["claims"] = _file_state(paths.BOOK / "claims.toml")
    if "jpegnet.studies.carried" in used.sources:
        published = sorted(path for path in paths.PUBLISHED.rglob("*") if path.is_file())
        parts["published"] = [_file_state(path) for path in published]
    return keys.digest(parts)
