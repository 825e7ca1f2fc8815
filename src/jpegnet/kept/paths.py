"""Where things lie: the repository, the data, and what a profile's runs leave behind."""

import os
from pathlib import Path

# JPEGNET_ROOT lets a test build a small book of its own with the same code.
ROOT = Path(os.environ.get("JPEGNET_ROOT", Path(__file__).resolve().parents[3])).resolve()
BOOK = ROOT / "book"
PUBLISHED = BOOK / "published"
MNIST = ROOT / "data" / "mnist" / "raw"
SOURCE = Path(__file__).resolve().parents[1]


def profile() -> str:
    """Name of the profile that runs: ``$JPEGNET_PROFILE``, else ``report``."""
    return os.environ.get("JPEGNET_PROFILE") or "report"


def repository() -> Path:
    """The checkout that this package belongs to.

    Raises:
        FileNotFoundError: there is none: the package was installed by itself.
    """
    if not BOOK.is_dir():
        raise FileNotFoundError(
            f"this needs a checkout of the repository, and {ROOT} is none: set JPEGNET_ROOT to one"
        )
    return ROOT


def artifacts_dir() -> Path:
    """Folder of the profile's results: ``artifacts/PROFILE``, or under ``$JPEGNET_ARTIFACTS``.

    A relative one counts from the root, whatever the working directory.

    Raises:
        FileNotFoundError: see `repository`; with an absolute ``$JPEGNET_ARTIFACTS`` none is needed.
    """
    chosen = Path(os.environ.get("JPEGNET_ARTIFACTS") or "artifacts")
    return (chosen if chosen.is_absolute() else repository() / chosen).resolve() / profile()


def build_dir() -> Path:
    """Folder of executed notebooks and the site: ``_build``; for smoke and full, their own."""
    return repository() / ("_build" if profile() == "report" else f"_build-{profile()}")
