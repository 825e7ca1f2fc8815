"""Faults of the machine, and what to do about them: a full disk, a file without permission."""

import errno
import re
from pathlib import Path

_MOVE = "something else lies in its place: move it away"
_ALLOW = "give yourself the right to read and write it, and the folders above it (chown, chmod)"
_ROOM = "the disk is full: make room there"
ADVICE = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EACCES: _ALLOW,
    errno.EPERM: _ALLOW,
    errno.EROFS: "that disk can only be read: build on another one",
    errno.EISDIR: _MOVE,
    errno.ENOTDIR: _MOVE,
    errno.EEXIST: _MOVE,
    errno.ENOTEMPTY: _MOVE,
}
_PATH = re.compile(r"'(/[^']*)'")
# As Python says it, and as libraries in Rust do.
_NUMBER = re.compile(r"(?:\[Errno |os error )(\d+)")


def advice(text: str) -> str | None:
    """What to do about the first error of the operating system that a text tells of, if known."""
    found = _NUMBER.search(text)
    if found and int(found[1]) == errno.ENOTDIR and (named := _PATH.search(text)):
        above = [path for path in Path(named[1]).parents if path.is_file()]
        return f"{above[0]} is a file where a folder should be: move it away" if above else _MOVE
    return ADVICE.get(int(found[1])) if found else None


def told(error: Exception) -> str:
    """An error in one line: what went wrong, with the path, and what to do where that is known."""
    line = " ".join(str(error).split())
    return f"{line}; {known}" if (known := advice(line)) else line
