"""The notebooks of the book, and the key that tells whether one must run again."""

import importlib.metadata
import json
from pathlib import Path

from jpegnet import keys, paths

# Libraries that shape a page besides those that shape a stage's result.
LIBRARIES = ("matplotlib", "pandas", "scipy", "myst-nb", "ipykernel")


def names() -> list[str]:
    """Names of the notebooks, in the order of the chain (that of their names)."""
    return sorted(path.stem for path in paths.BOOK.glob("*.ipynb"))


def cells(name: str) -> list[dict]:
    """Cells of a notebook as they stand in its file.

    Raises:
        ValueError: the file is no notebook.
    """
    path = paths.BOOK / f"{name}.ipynb"
    try:
        return json.loads(path.read_text("utf-8"))["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"book/{name}.ipynb is no notebook: {error!r}") from error


def source(cell: dict) -> str:
    """A cell's text, which a file may hold as a list of lines."""
    return "".join(cell["source"])


def _shape(cell: dict) -> list:
    """What of a cell shapes its page: not the outputs, nor what an editor notes in passing."""
    metadata = {k: v for k, v in cell["metadata"].items() if k in ("tags", "mystnb")}
    return [cell["cell_type"], source(cell), metadata]


def modules(name: str) -> set[str]:
    """The ``jpegnet`` modules that a notebook imports, directly or through others."""
    code = "\n".join(source(cell) for cell in cells(name) if cell["cell_type"] == "code")
    return set(keys.source_digests(keys.imported_modules(code)))


def _file_state(path: Path) -> str:
    return keys.file_digest(path) if path.exists() else "missing"


def key(name: str) -> str:
    """Digest of all that a notebook's outputs depend on.

    Its cells, the modules that it imports, the libraries, the profile; the data and the claims
    where it uses them; and for a page that looks back on the chain (numbered 90 and up), the
    notebooks before it.
    """
    used = modules(name)
    parts = {
        "cells": [_shape(cell) for cell in cells(name)],
        "sources": keys.source_digests(used),
        "versions": keys.versions()
        | {library: importlib.metadata.version(library) for library in LIBRARIES},
        "profile": paths.profile(),
    }
    if "data" in used:
        parts["data"] = [_file_state(path) for path in sorted(paths.MNIST.glob("*.gz"))]
    if "claims" in used:
        parts["claims"] = _file_state(paths.BOOK / "claims.toml")
    if name >= "90":
        parts["before"] = [key(earlier) for earlier in names() if earlier < "90"]
    return keys.digest(parts)
