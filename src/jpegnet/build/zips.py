"""Zip archives that depend on nothing but what is in them."""

import zipfile
from pathlib import Path

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip archive can tell
_UNIX = 3  # else an archive says on which system it was written


def write(path: Path, contents: dict[str, bytes | Path]) -> None:
    """Write an archive: the same names and contents make the same bytes, whenever and wherever.

    Args:
        contents: by their names in the archive; a path stands for the file's bytes.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = 0o644 << 16
            data = content.read_bytes() if isinstance(content, Path) else content
            archive.writestr(entry, data)
