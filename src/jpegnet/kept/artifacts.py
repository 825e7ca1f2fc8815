"""Stages: functions whose results are kept, so that the same work is never done twice.

    @stage
    def train_run(recipe: Recipe, seed: int) -> dict: ...

A stage takes frozen dataclasses, numbers, strings and tuples of them, and returns a dictionary
from file names to values; the ending chooses the format: ``.safetensors`` (a dictionary of
tensors), ``.csv`` (a DataFrame), ``.json``, ``.jpg`` (bytes). The files are kept in a folder
named by the stage and a key; the same call again reads them. The key is a digest of all that
the result depends on: name, arguments, the device, and the closure (`keys.closure`) of the
stage's module and of those that define its arguments' classes.

The kept files are checked against their digests; a damaged result is reported in one line and
computed again. What is returned is always read from the files, so that a first call and a later one
give the same. Of several threads or processes that want the same result, one computes it, and the
others wait. A call raises RuntimeError if source that the result depends on was edited after it was
imported, so that the running code is no longer what the key would say; and TypeError for an
argument that has no key.
"""

import functools
import inspect
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from jpegnet.kept import files, keys, parcels, paths

MANIFEST = "manifest.json"


def write(path: Path, value) -> None:
    """Write a value in the open format that the path's ending names.

    Raises:
        ValueError: no such format.
    """
    match path.suffix:
        case ".safetensors":
            from safetensors.torch import save

            # By Python, whose errors tell a full disk and the path; the library's own do not.
            path.write_bytes(save({k: v.contiguous() for k, v in value.items()}))
        case ".csv":
            value.to_csv(path, index=False)
        case ".json":
            path.write_text(json.dumps(value, indent=1) + "\n", "utf-8")
        case ".jpg":
            path.write_bytes(value)
        case _:
            raise ValueError(f"{path.name}: results are .safetensors, .csv, .json or .jpg")


def _read(path: Path):
    match path.suffix:
        case ".safetensors":
            from safetensors.torch import load_file

            return load_file(path)
        case ".csv":
            import pandas as pd

            # Only an empty field is missing: the words None and NA are words.
            return pd.read_csv(path, keep_default_na=False, na_values=[""])
        case ".json":
            return json.loads(path.read_text("utf-8"))
        case _:
            return path.read_bytes()


def _seal(manifest: dict) -> str:
    return keys.digest({name: value for name, value in manifest.items() if name != "seal"})


def _damage(folder: Path) -> str | None:
    """What is wrong with a kept result, in words; None if nothing is."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        kept, seal = manifest["files"].items(), manifest["seal"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"{MANIFEST} cannot be read ({type(error).__name__})"
    if seal != _seal(manifest):
        return f"{MANIFEST} was changed"
    if unlisted := {path.name for path in folder.iterdir()} - {MANIFEST, *manifest["files"]}:
        return f"{MANIFEST} does not list {', '.join(sorted(unlisted))}"
    for name, digest in kept:
        if not (folder / name).is_file():
            return f"{name} is missing"
        if keys.file_digest(folder / name) != digest:
            return f"{name} is truncated or was changed"
    return None


def _load(folder: Path) -> dict:
    names = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
    return {name: _read(folder / name) for name in names}


def _keep(folder: Path, result: dict, manifest: dict) -> None:
    """Write a result under a temporary name and rename it into place."""
    with files.replacing(folder) as temporary:
        temporary.mkdir()
        for name, value in result.items():
            write(temporary / name, value)
        manifest = manifest | {"files": {n: keys.file_digest(temporary / n) for n in result}}
        write(temporary / MANIFEST, manifest | {"seal": _seal(manifest)})


def _is_kept(folder: Path) -> bool:
    """Whether a whole result lies in a folder; a damaged one is reported and removed."""
    if not folder.exists() and not folder.is_symlink():
        return False
    if (damage := _damage(folder)) is None:
        return True
    name = folder.relative_to(folder.parents[1])
    print(f"{name}: {damage}; computing it again", file=sys.stderr)
    files.remove(folder)
    return False


def _seconds(name: str, key: str) -> float:
    """How long a kept result took to compute."""
    manifest = paths.artifacts_dir() / name / key[:16] / MANIFEST
    return float(json.loads(manifest.read_text("utf-8"))["seconds"])


def _alone(name: str, key: str) -> FileLock:
    """A lock on one result, in a folder of its own; the system frees it when its holder ends."""
    folder = paths.artifacts_dir() / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / f"{name}-{key[:16]}")


def _arguments(function: Callable, *args, **kwargs) -> dict:
    """The arguments of a call by name, defaults included, as JSON."""
    bound = inspect.signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    return keys.plain(bound.arguments)


def _unchanged(names: set[str], imported: dict[str, str]) -> keys.Closure:
    """The closure of these names, which is still that of the source that was imported."""
    depends = keys.closure(names)
    known = keys.closure(depends.sources, imported).sources
    if edited := sorted(m for m, tree in depends.sources.items() if known.get(m) != tree):
        raise RuntimeError(f"{', '.join(edited)} changed since the import; restart the kernel")
    return depends


def stage(function: Callable[..., dict]) -> Callable[..., dict]:
    """Keep the results of a function; see the module's text, which says what a call raises, too.

    ``stage.key(…)`` is the key of such a call, ``stage.seconds(…)`` what its kept result took.
    """
    module = function.__module__
    name = f"{module.removeprefix('jpegnet.')}.{function.__name__}"
    imported = keys.texts()  # now, not at each call: a file may be edited while a kernel runs

    def facts_of(*args, **kwargs) -> dict:
        from jpegnet.kept.compute import device  # here: torch takes seconds to import

        arguments = _arguments(function, *args, **kwargs)
        depends = _unchanged({module} | keys.kinds(arguments), imported)
        key = keys.stage_key(name, depends, arguments, device().type)
        facts = {"stage": name, "key": key, "arguments": arguments}
        return facts | {"versions": depends.versions, "device": device().type}

    @functools.wraps(function)
    def wrapper(*args, **kwargs) -> dict:
        from jpegnet.kept.compute import one_thread

        facts = facts_of(*args, **kwargs)
        key = facts["key"]
        folder = paths.artifacts_dir() / name / key[:16]
        parcels.record(folder)
        if _is_kept(folder):
            return _load(folder)
        with _alone(name, key):
            if _is_kept(folder):  # by whoever had the lock before
                return _load(folder)
            began = time.perf_counter()
            with one_thread():
                result = function(*args, **kwargs)
            _keep(folder, result, facts | {"seconds": round(time.perf_counter() - began, 3)})
        return _load(folder)

    wrapper.key = lambda *args, **kwargs: facts_of(*args, **kwargs)["key"]
    wrapper.seconds = lambda *args, **kwargs: _seconds(name, facts_of(*args, **kwargs)["key"])
    return wrapper
