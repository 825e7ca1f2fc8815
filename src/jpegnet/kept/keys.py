"""Keys: digests of all that a result depends on.

A module counts as its syntax tree without docstrings and comments, so that words may be mended and
nothing is computed again; what it imports is found in the tree, modules of this package as well as
libraries, which count by their versions.
"""

import ast
import dataclasses
import functools
import hashlib
import importlib.metadata
import importlib.util
import json
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from jpegnet.kept import numerics, paths

PACKAGE = "jpegnet"
# CPython 3.11 raises SystemError when a thread builds a tree while another one does.
_PARSING = threading.Lock()


def digest(value) -> str:
    """SHA-256 of a JSON value, in hexadecimal."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclasses.dataclass(frozen=True)
class Closure:
    """Modules of the package by name, each with its tree's digest, and libraries, by version."""

    sources: dict[str, str]
    versions: dict[str, str]


def _is_words(node: ast.AST) -> bool:
    """Whether a statement is a string that stands by itself, such as a docstring."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _imports(tree: ast.AST, package: str) -> Iterator[str]:
    """Full names of what a tree imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            start = importlib.util.resolve_name(module, package)
            yield from (f"{start}.{alias.name}" for alias in node.names)


@functools.cache
def parse(text: str, package: str = PACKAGE) -> tuple[str, frozenset[str]]:
    """Digest of a piece of Python without docstrings and comments; full names that it imports.

    Args:
        package: the package that relative imports count from.

    Raises:
        SyntaxError: the text is no Python.
    """
    with _PARSING:
        tree = ast.parse(text)
        names = frozenset(_imports(tree, package))
        for node in ast.walk(tree):
            if isinstance(body := getattr(node, "body", None), list):
                node.body = [statement for statement in body if not _is_words(statement)]
        return hashlib.sha256(ast.dump(tree).encode()).hexdigest(), names


def _module(path: Path) -> str:
    parts = path.relative_to(paths.SOURCE).with_suffix("").parts
    return ".".join((PACKAGE, *(part for part in parts if part != "__init__")))


def texts() -> dict[str, str]:
    """The source of every module of the package, as it lies on the disk now."""
    return {_module(path): path.read_text("utf-8") for path in paths.SOURCE.rglob("*.py")}


def modules_in(names: Iterable[str], known: Iterable[str]) -> set[str]:
    """Those of the known modules that an import of these names runs, packages included."""
    known, found = set(known), set()
    for name in names:
        parts = name.split(".")
        found |= {".".join(parts[:n]) for n in range(1, len(parts) + 1)} & known
    return found


def closure(names: Iterable[str], source: dict[str, str] | None = None) -> Closure:
    """What an import of these names depends on: every module and library, however deep.

    Args:
        names: full names of modules, of the package or of libraries, or of what they define.
        source: text by module; by default that on the disk now.

    Raises:
        ValueError: a module is no Python.
    """
    source = texts() if source is None else source
    names, found = set(names), {}
    waiting = modules_in(names, source)
    while waiting:
        module = waiting.pop()
        has_modules = any(other.startswith(f"{module}.") for other in source)
        package = module if has_modules else module.rpartition(".")[0]
        try:
            found[module], imported = parse(source[module], package)
        except SyntaxError as error:
            raise ValueError(f"{module} is no Python: {error}") from error
        names |= imported
        waiting |= modules_in(imported, source) - found.keys()
    return Closure(found, versions(names))


@functools.cache
def _distributions() -> dict[str, list[str]]:
    return dict(importlib.metadata.packages_distributions())


def versions(names: Iterable[str]) -> dict[str, str]:
    """Version of Python and of each library that these names, of modules, belong to.

    And, where torch is among them, `numerics.settings`, which decide on digits as versions do.
    """
    tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {PACKAGE}
    owners = {owner for top in tops for owner in _distributions().get(top, ())}
    found = {owner: importlib.metadata.version(owner) for owner in sorted(owners)}
    python = ".".join(map(str, sys.version_info[:2]))
    return {"python": python, **found} | (numerics.settings() if "torch" in found else {})


def code() -> str:
    """Digest of the whole package, and of the versions of all that it imports."""
    whole = closure(texts())
    return digest([whole.sources, whole.versions])


def plain(value):
    """Arguments as JSON; a dataclass keeps its name, so that two kinds never look the same.

    What bears a ``digest``, as data does, counts by that.
    """
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    if isinstance(contents := getattr(value, "digest", None), str):
        return {"type": kind, "digest": contents}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        if type(value).__module__ == "__main__":
            raise TypeError(f"{kind} is defined in no file, so no key can tell when it changes")
        fields = {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"type": kind, **fields}
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a stage cannot be keyed by a {type(value).__name__}: {value!r}")


def kinds(plained) -> set[str]:
    """Full names of the classes of which `plain` met values."""
    if isinstance(plained, dict):
        own = {plained["type"]} if isinstance(plained.get("type"), str) else set()
        return own.union(*map(kinds, plained.values()))
    return set().union(*map(kinds, plained)) if isinstance(plained, list) else set()


def stage_key(name: str, depends: Closure, arguments: dict, device: str) -> str:
    """Digest of all that a stage's result depends on."""
    return digest([name, depends.sources, depends.versions, arguments, device])
