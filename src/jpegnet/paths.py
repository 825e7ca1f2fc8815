"""Where things lie: the repository, the data, and what a profile's runs leave behind."""

import os
from pathlib import Path

# JPEGNET_ROOT lets a test build a small book of its own with the same code.
ROOT = Path(os.environ.get("JPEGNET_ROOT", Path(__file__).resolve().parents[2])).resolve()
BOOK = ROOT / "book"
MNIST = ROOT / "data" / "mnist" / "raw"
SOURCE = Path(__file__).resolve().parent


def profile() -> str:
    """Name of the profile that runs: ``$JPEGNET_PROFILE``, else ``report``."""
    return os.environ.get("JPEGNET_PROFILE") or "report"


def artifacts_dir() -> Path:
    """Folder of the profile's results: ``artifacts/PROFILE``, or under ``$JPEGNET_ARTIFACTS``.

    A relative one counts from the root, whatever the working directory.
    """
    root = os.environ.get("JPEGNET_ARTIFACTS") or ROOT / "artifacts"
    return (ROOT / root).resolve() / profile()


def build_dir() -> Path:
    """Folder of executed notebooks and the site: ``_build``; for smoke and full, their own."""
    return ROOT / ("_build" if profile() == "report" else f"_build-{profile()}")
