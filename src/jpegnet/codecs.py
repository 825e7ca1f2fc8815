"""Pictures as bytes: each codec encodes a grey picture and decodes it again."""

import io
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import PIL
from PIL import Image, features

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}  # TEM and restart markers


class Codec(Protocol):
    """What a study needs of a codec. ``version`` names the library that makes the bytes."""

    version: str

    def encode(self, image: np.ndarray) -> bytes:
        """uint8 (h, w) → the bytes of a complete file."""

    def decode(self, data: bytes) -> np.ndarray:
        """The bytes of a file → uint8 (h, w)."""


@dataclass(frozen=True)
class Jpeg:
    """Baseline grey JPEG by Pillow, with the standard's tables at a quality of 1 to 100."""

    quality: int
    version = f"Pillow {PIL.__version__}, libjpeg-turbo {features.version('libjpeg_turbo')}"

    def __post_init__(self):
        if not 1 <= self.quality <= 100:  # Pillow takes others and means something else by them
            raise ValueError(f"JPEG quality is 1 to 100, got {self.quality}")

    def encode(self, image: np.ndarray) -> bytes:
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "jpeg", quality=self.quality)
        return buffer.getvalue()

    def decode(self, data: bytes) -> np.ndarray:
        with Image.open(io.BytesIO(data), formats=["jpeg"]) as picture:
            return np.asarray(picture)


@dataclass(frozen=True)
class Segment:
    """A marker of a JPEG file with what belongs to it (T.81, B.1.1): ``data[start:end]``.

    ``body`` is the payload after marker and length; ``scan`` the bytes of entropy-coded data
    that follow (those of an SOS segment, else 0).
    """

    marker: int
    start: int
    end: int
    body: bytes
    scan: int = 0


def segments(data: bytes) -> list[Segment]:
    """The segments of a JPEG file, the first SOI, the last EOI; fill bytes count to none.

    Raises:
        ValueError: the bytes are no complete JPEG file.
    """
    if data[:2] != bytes((0xFF, _SOI)):
        raise ValueError("not a JPEG file: it does not begin with FF D8")
    found, position = [Segment(_SOI, 0, 2, b"")], 2
    while position + 2 <= len(data):
        if data[position] != 0xFF:
            raise ValueError(f"not a JPEG file: no marker at byte {position}")
        marker = data[position + 1]
        if marker == 0xFF:  # a fill byte before a marker (B.1.1.2)
            position += 1
            continue
        if marker == _EOI or marker in _WITHOUT_LENGTH:
            found.append(Segment(marker, position, position + 2, b""))
            if marker == _EOI:
                return found
            position += 2
            continue
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if length < 2:
            raise ValueError(f"not a JPEG file: segment of length {length} at byte {position}")
        end = position + 2 + length
        scan = _end_of_scan(data, end) - end if marker == _SOS else 0
        found.append(Segment(marker, position, end, data[position + 4 : end], scan))
        position = end + scan
    raise ValueError("truncated JPEG file: it has no end marker")


def jpeg_header_bytes(data: bytes) -> int:
    """How many bytes of a JPEG file are not entropy-coded picture data.

    Markers, tables and segments (ITU-T T.81, annex B), the end marker included; what is left
    are the scans.

    Raises:
        ValueError: the bytes are no complete JPEG file.
    """
    found = segments(data)
    return found[-1].end - sum(segment.scan for segment in found)


def _end_of_scan(data: bytes, position: int) -> int:
    """Position of the first marker after the entropy-coded data that begins at ``position``."""
    while (position := data.find(0xFF, position)) >= 0 and position + 1 < len(data):
        following = data[position + 1]
        if following != 0 and not 0xD0 <= following < 0xD8:  # neither stuffed byte nor restart
            return position
        position += 2
    return len(data)
