"""What codecs share that Pillow writes and reads, and where their files end."""

import io
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PIL import Image, features

from jpegnet.codecs.codec import Codec


@dataclass(frozen=True)
class PillowCodec(Codec):
    """A codec of Pillow's: a subclass says what is Pillow's ``format``, and its ``library``.

    ``library``: its name, and that of the feature by which Pillow knows its version.
    """

    quality: int
    format: ClassVar[str]
    library: ClassVar[tuple[str, str]]

    @property
    @abstractmethod
    def options(self) -> dict:
        """Pillow's options of saving, for `quality`."""

    @property
    def version(self) -> str:
        """The library and its version."""
        name, feature = self.library
        return f"{name} {features.version(feature)}"

    def encode(self, image: np.ndarray) -> bytes:
        """See `Codec`."""
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, self.format, **self.options)
        return buffer.getvalue()

    def decode(self, data: bytes) -> np.ndarray:
        """See `Codec`.

        Raises:
            OSError: the data are no complete file of this format.
        """
        with Image.open(io.BytesIO(data), formats=[self.format]) as image:
            return np.asarray(image.convert("L"))


def riff_extent(data: bytes, start: int) -> tuple[int, int]:
    """`Codec.extent` of a RIFF file of one chunk.

    Raises:
        ValueError: there is no complete file.
    """
    size = int.from_bytes(data[start + 4 : start + 8], "little")
    if data[start : start + 4] != b"RIFF" or start + 8 + size > len(data):
        raise ValueError("there is no complete RIFF file")
    return start + 8 + size, 20


def box_extent(data: bytes, start: int, payload: bytes) -> tuple[int, int]:
    """`Codec.extent` of a file of ISO boxes (ISO/IEC 14496-12, 4.2), such as AVIF.

    Args:
        payload: the kind of the last box, whose contents are the picture; all else is headers.

    Raises:
        ValueError: there is no complete file.
    """
    at = start
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size < 8 or at + size > len(data):
            break
        at += size
        if kind == payload:
            return at, at - start - (size - 8)
    raise ValueError(f"there is no complete file that ends with a box {payload.decode()}")
