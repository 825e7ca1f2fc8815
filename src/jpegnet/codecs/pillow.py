"""What codecs share that Pillow writes and reads, and where their files end."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, features

from jpegnet.codecs.codec import Codec


@dataclass(frozen=True)
class PillowCodec(Codec):
    """A codec of Pillow's: a subclass names ``format`` and the ``options`` of saving."""

    quality: int
    format = ""

    @property
    def options(self) -> dict:
        """Pillow's, for `quality`."""
        raise NotImplementedError

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


def library(feature: str) -> str:
    """The version of the library that Pillow has for a feature, such as ``webp``."""
    return f"{features.version(feature)}"


def riff_extent(data: bytes, start: int) -> tuple[int, int]:
    """`Codec.extent` of a RIFF file of one chunk.

    Raises:
        ValueError: there is no complete file.
    """
    size = int.from_bytes(data[start + 4 : start + 8], "little")
    if data[start : start + 4] != b"RIFF" or start + 8 + size > len(data):
        raise ValueError("there is no complete RIFF file")
    return start + 8 + size, 20


def box_extent(data: bytes, start: int, payload: bytes, last: bytes) -> tuple[int, int]:
    """`Codec.extent` of a file of ISO boxes (ISO/IEC 14496-12, 4.2), such as AVIF.

    Args:
        payload: the kind of box whose contents are the picture; all else is headers.
        last: the kind of box that the file ends with.

    Raises:
        ValueError: there is no complete file.
    """
    at, picture = start, 0
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size < 8 or at + size > len(data):
            break
        at += size
        picture += size - 8 if kind == payload else 0
        if kind == last:
            return at, at - start - picture
    raise ValueError(f"there is no complete file that ends with a box {last.decode()}")
