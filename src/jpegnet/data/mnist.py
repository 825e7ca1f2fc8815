"""MNIST, checked and split: 55,000 training, 5,000 validation and 10,000 test images."""

import gzip
import hashlib
import socket
import tempfile
import zlib
from functools import lru_cache
from http.client import HTTPException
from pathlib import Path

from torchvision.datasets import MNIST
from torchvision.datasets.mnist import read_image_file, read_label_file
from torchvision.datasets.utils import download_url

from jpegnet.data.labelled import Dataset, Labelled
from jpegnet.kept import paths

# MD5 of the uncompressed files of the original distribution (see data/README.md).
CONTENT_MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
_PARTS = ("train", "validation", "test")
VALIDATION = 5_000  # the last training images, in the order of the file
DOWNLOAD_TIMEOUT = 20  # seconds without an answer from a mirror


class DataError(Exception):
    """A data file is missing or is not the original; the message says what to do."""


def _download(name: str, folder: Path) -> None:
    """Fetch ``name.gz`` from torchvision's mirrors; the first one that answers serves."""
    archive, md5 = next(r for r in MNIST.resources if r[0] == f"{name}.gz")
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(DOWNLOAD_TIMEOUT)
    reasons = []
    try:
        for mirror in MNIST.mirrors:
            try:
                return download_url(mirror + archive, str(folder), archive, md5)
            except (OSError, RuntimeError, HTTPException) as error:
                reasons.append(f"{mirror}: {' '.join(str(error).split())}")
    finally:
        socket.setdefaulttimeout(before)
    raise DataError(
        f"{folder / archive} is missing and no mirror serves it ({'; '.join(reasons)}); "
        "restore it with: git checkout -- data/"
    )


def read_original(name: str, folder: Path | None = None) -> bytes:
    """The uncompressed bytes of one idx file, checked against the original's MD5.

    Args:
        name: a key of `CONTENT_MD5`.
        folder: where ``name.gz`` lies; by default the repository's ``data/mnist/raw``.

    Raises:
        DataError: the file is missing and cannot be downloaded, or is truncated or altered.
        FileNotFoundError: see `paths.repository`.
    """
    folder = folder or paths.repository() / paths.MNIST
    path = folder / f"{name}.gz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _download(name, folder)
    try:
        content = gzip.decompress(path.read_bytes())
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            f"{path} is truncated or altered ({error}); restore it with: git checkout -- data/"
        ) from error
    if hashlib.md5(content).hexdigest() != CONTENT_MD5[name]:
        raise DataError(
            f"{path} does not hold the original MNIST (its MD5 differs); "
            "restore it with: git checkout -- data/"
        )
    return content


def verify(folder: Path | None = None) -> None:
    """Check all four files, as `read_original` does."""
    for name in CONTENT_MD5:
        read_original(name, folder)


def read_split(folder: Path | None = None) -> Dataset:
    """Check, decompress and read the four files (torchvision's idx reader) and split them.

    Raises:
        DataError: see `read_original`.
    """
    with tempfile.TemporaryDirectory() as temporary:
        for name in CONTENT_MD5:
            (Path(temporary) / name).write_bytes(read_original(name, folder))
        images, labels, test_images, test_labels = (
            reader(str(Path(temporary) / name))
            for reader, name in zip(
                [read_image_file, read_label_file] * 2, CONTENT_MD5, strict=True
            )
        )
    return Dataset(
        "mnist",
        train=Labelled(images[:-VALIDATION], labels[:-VALIDATION]),
        validation=Labelled(images[-VALIDATION:], labels[-VALIDATION:]),
        test=Labelled(test_images, test_labels),
    )


def is_there() -> bool:
    """Whether the repository's files are there (outside of a repository they are not)."""
    return all((paths.MNIST / f"{name}.gz").exists() for name in CONTENT_MD5)


class _Part(Labelled):
    """A part of `load`'s; it travels to another process by its name, and is read there."""

    def __reduce__(self):
        return _part, (next(name for name in _PARTS if getattr(load(), name) is self),)


def _part(name: str) -> Labelled:
    return getattr(load(), name)


@lru_cache(maxsize=1)
def load() -> Dataset:
    """`read_split` of the repository's files, read once a process."""
    split = read_split()
    parts = [getattr(split, name) for name in _PARTS]
    return Dataset(split.name, *[_Part(part.inputs, part.labels) for part in parts])
