"""Files that are whole or not there: written under another name and renamed into place."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it; what is not there, is no error.

    It is renamed first, so that nobody ever sees half of a folder.
    """
    away = path.with_name(f".{uuid.uuid4().hex}.{path.name}")
    try:
        path.rename(away)
    except FileNotFoundError:
        return  # never there, or another process was faster
    if away.is_dir() and not away.is_symlink():
        shutil.rmtree(away)
    else:
        away.unlink()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside ``path``, with its ending, for a file or a folder to be written at.

    When the block ends well it takes the place of ``path``; otherwise nothing is left of it.
    An error of the operating system that names no file, as that of a full disk, or the one beside
    ``path``, names ``path``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{uuid.uuid4().hex}.{path.name}")
    try:
        yield temporary
        temporary.rename(path)
    except OSError as error:
        if error.errno and error.filename in (None, str(temporary)):
            error.filename = str(path)
        raise
    finally:
        remove(temporary)
