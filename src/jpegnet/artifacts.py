"""Stages: functions whose results are kept, so that the same work is never done twice.

    @stage
    def train_run(recipe: Recipe, seed: int) -> dict: ...

A stage takes frozen dataclasses, numbers, strings and tuples of them, and returns a dictionary
from file names to values; the ending chooses the format: ``.safetensors`` (a dictionary of
tensors), ``.csv`` (a DataFrame), ``.json``, ``.jpg`` (bytes). The files are kept in a folder
named by the stage and a key; the same call again reads them. The key is a digest of all that
the result depends on: name, arguments, the sources of the stage's module and of every
``jpegnet`` module that it imports, the versions of the libraries that compute, and the device.
"""

import functools
import inspect
import json
import shutil
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from jpegnet import paths
from jpegnet.keys import file_digest, plain, source_digest, source_digests, stage_key, versions

MANIFEST = "manifest.json"


def write(path: Path, value) -> None:
    """Write a value in the open format that the path's ending names.

    Raises:
        ValueError: no such format.
    """
    match path.suffix:
        case ".safetensors":
            from safetensors.torch import save_file

            save_file({k: v.contiguous() for k, v in value.items()}, path)
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


def _damage(folder: Path) -> str | None:
    """What is wrong with a kept result, in words; None if nothing is."""
    try:
        files = json.loads((folder / MANIFEST).read_text("utf-8"))["files"].items()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"{MANIFEST} cannot be read ({type(error).__name__})"
    for name, digest in files:
        if not (folder / name).is_file():
            return f"{name} is missing"
        if file_digest(folder / name) != digest:
            return f"{name} is truncated or was changed"
    return None


def _load(folder: Path) -> dict:
    names = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
    return {name: _read(folder / name) for name in names}


def _discard(folder: Path) -> None:
    """Remove a folder whole: renamed first, so that nobody ever sees half of it."""
    away = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    try:
        folder.rename(away)
    except FileNotFoundError:
        return  # another process was faster
    shutil.rmtree(away)


def _keep(folder: Path, result: dict, manifest: dict) -> None:
    """Write a result under a temporary name and rename it into place."""
    temporary = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    temporary.mkdir(parents=True)
    try:
        for name, value in result.items():
            write(temporary / name, value)
        files = {name: file_digest(temporary / name) for name in result}
        write(temporary / MANIFEST, manifest | {"files": files})
        try:
            temporary.rename(folder)
        except OSError:
            if _damage(folder) is not None:  # else another process kept the same result first
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def stage(function: Callable[..., dict]) -> Callable[..., dict]:
    """Keep the results of a function; see the module's text.

    The kept files are checked against their digests; a damaged result is reported in one line
    and computed again. What is returned is always read from the files, so that a first call
    and a later one give the same.

    Raises:
        RuntimeError: source that the result depends on was edited after it was imported, so
            the running code is no longer what the key would say.
        TypeError: an argument that has no key.
    """
    module = function.__module__.removeprefix("jpegnet.")
    name = f"{module}.{function.__name__}"
    # Now, not at each call: a file may be edited while a kernel runs.
    imported = source_digests({module})

    @functools.wraps(function)
    def wrapper(*args, **kwargs) -> dict:
        from jpegnet.compute import device, one_thread  # here: torch takes seconds to import

        edited = sorted(m for m, digest in imported.items() if source_digest(m) != digest)
        if edited:
            files = ", ".join(f"{m}.py" for m in edited)
            raise RuntimeError(f"{files} changed since it was imported; restart the kernel")
        bound = inspect.signature(function).bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = plain(bound.arguments)
        key = stage_key(name, imported, arguments, device().type)
        folder = paths.artifacts_dir() / name / key[:16]
        if folder.exists():
            damage = _damage(folder)
            if damage is None:
                return _load(folder)
            print(f"{name}/{key[:16]}: {damage}; computing it again", file=sys.stderr)
            _discard(folder)
        began = time.perf_counter()
        with one_thread():
            result = function(*args, **kwargs)
        facts = {
            "stage": name,
            "key": key,
            "arguments": arguments,
            "versions": versions(),
            "device": device().type,
            "seconds": round(time.perf_counter() - began, 3),
        }
        _keep(folder, result, facts)
        return _load(folder)

    return wrapper
