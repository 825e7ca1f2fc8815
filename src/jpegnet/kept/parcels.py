"""Kept results that travel between processes which share no folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from jpegnet.kept import files, paths

Parcel = dict[str, dict[str, bytes]]  # a result's files by name, by its folder below all results

_recorded: ContextVar[set[Path] | None] = ContextVar("recorded", default=None)


@contextmanager
def recording() -> Iterator[set[Path]]:
    """Yields the folders of the results that stages compute or read within."""
    folders: set[Path] = set()
    before = _recorded.set(folders)
    try:
        yield folders
    finally:
        _recorded.reset(before)


def record(folder: Path) -> None:
    """A stage computed or read the result in this folder."""
    if (folders := _recorded.get()) is not None:
        folders.add(folder)


def pack(folders: set[Path]) -> Parcel:
    """The files of these results."""
    top = paths.artifacts_dir()
    return {
        folder.relative_to(top).as_posix(): {
            path.name: path.read_bytes() for path in folder.iterdir()
        }
        for folder in folders
    }


def unpack(parcel: Parcel) -> None:
    """Keep those results that are not kept here yet; a stage checks them when it reads them."""
    for name, contents in parcel.items():
        folder = paths.artifacts_dir() / name
        if folder.exists():
            continue
        try:
            with files.replacing(folder) as temporary:
                temporary.mkdir()
                for file, data in contents.items():
                    (temporary / file).write_bytes(data)
        except OSError:
            if not folder.exists():  # else another process was faster
                raise
