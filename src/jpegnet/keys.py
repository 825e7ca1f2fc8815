"""Keys: digests of all that a result depends on."""

import dataclasses
import hashlib
import importlib.metadata
import json
import re
import sys
from pathlib import Path

from jpegnet import paths

LIBRARIES = ("torch", "torchvision", "numpy", "pillow")


def versions() -> dict[str, str]:
    """Version of Python and of each library that results depend on."""
    found = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"python": ".".join(map(str, sys.version_info[:2])), **found}


def digest(value) -> str:
    """SHA-256 of a JSON value, in hexadecimal."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def imported_modules(source: str) -> set[str]:
    """Names of the ``jpegnet`` modules that a piece of Python imports, wherever in it.

    Found by patterns: a notebook's cell may hold what is no Python, such as ``%%time``.
    """
    source = re.sub(r"\\\n|#[^\n]*", " ", source)  # continued lines, comments
    lists = re.findall(r"from\s+jpegnet\s+import\s+(\([^)]*\)|[^\n]+)", source)
    names = set(re.findall(r"\bjpegnet\.(\w+)", source)) | set(re.findall(r"\w+", " ".join(lists)))
    return {name for name in names if (paths.SOURCE / f"{name}.py").exists()}


def source_digest(module: str) -> str:
    """SHA-256 of a module's source."""
    return file_digest(paths.SOURCE / f"{module}.py")


def source_digests(modules: set[str]) -> dict[str, str]:
    """SHA-256 of the source of these modules and of all that they import from ``jpegnet``."""
    found: dict[str, str] = {}
    waiting = set(modules)
    while waiting:
        name = waiting.pop()
        found[name] = source_digest(name)
        source = (paths.SOURCE / f"{name}.py").read_text("utf-8")
        waiting |= imported_modules(source) - found.keys()
    return found


def plain(value):
    """Arguments as JSON; a dataclass keeps its name, so that two kinds never look the same."""
    if dataclasses.is_dataclass(value):
        fields = {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"type": type(value).__qualname__, **fields}
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a stage cannot be keyed by a {type(value).__name__}: {value!r}")


def stage_key(name: str, sources: dict[str, str], arguments: dict, device: str) -> str:
    """Digest of all that a stage's result depends on."""
    return digest([name, sources, arguments, versions(), device])
