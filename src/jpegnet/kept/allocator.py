"""Memory that is freed stays with the process, for what it asks for next.

By default glibc hands large pieces back to the system at once and gets fresh ones, whose every page
the system then clears. A step of training frees and takes the same pieces again and again: without
that it takes a sixth to a third less time.
"""

import ctypes
import sys

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3  # names of glibc's mallopt(3)
_LARGE = 1 << 30  # bytes: larger pieces are still handed back
_STEP = 1 << 26  # bytes that are taken at once


def keep_freed() -> None:
    """Have glibc keep what is freed; elsewhere nothing changes."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        for name, value in (
            (_MMAP_THRESHOLD, _LARGE),
            (_TRIM_THRESHOLD, _LARGE),
            (_TOP_PAD, _STEP),
        ):
            mallopt(name, value)
