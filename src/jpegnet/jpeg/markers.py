"""The segments of a JPEG file: its markers and what belongs to them (ITU-T T.81, annex B)."""

from typing import NamedTuple

SOI, EOI, SOS, DQT, DHT, DRI = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xDD
APP0, APP10 = 0xE0, 0xEA
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15: not DHT, JPG, DAC
# Those that are Huffman-coded: baseline, extended and progressive.
HUFFMAN = {0xC0: "baseline", 0xC1: "extended", 0xC2: "progressive"}
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}  # TEM and restart markers


class Segment(NamedTuple):
    """A marker of a JPEG file with what belongs to it (T.81, B.1.1): ``data[start:end]``.

    ``body`` is the payload after marker and length; ``scan`` the bytes of entropy-coded data
    that follow (those of an SOS segment, else 0).
    """

    marker: int
    start: int
    end: int
    body: bytes
    scan: int = 0


def with_length(marker: int, body: bytes) -> bytes:
    """A segment as a file has it: marker, length and payload (T.81, B.1.1.4)."""
    return bytes((0xFF, marker)) + (2 + len(body)).to_bytes(2, "big") + body


def segments(data: bytes, start: int = 0, most: int | None = None) -> list[Segment]:
    """The segments of a JPEG file, the first SOI, the last EOI; fill bytes count to none.

    Args:
        data: bytes in which the file begins at ``start``; what follows its end is not read.
        most: how many segments there may be; None for any number.

    Raises:
        ValueError: the bytes are no complete JPEG file, or have more segments.
    """
    if data[start : start + 2] != bytes((0xFF, SOI)):
        raise ValueError("not a JPEG file: it does not begin with FF D8")
    found, position = [Segment(SOI, start, start + 2, b"")], start + 2
    while position + 2 <= len(data):
        if most and len(found) > most:
            raise ValueError(f"more than {most} markers")
        if data[position] != 0xFF:
            raise ValueError(f"not a JPEG file: no marker at byte {position}")
        marker = data[position + 1]
        if marker == 0xFF:  # a fill byte before a marker (B.1.1.2)
            position += 1
            continue
        if marker == EOI or marker in _WITHOUT_LENGTH:
            found.append(Segment(marker, position, position + 2, b""))
            if marker == EOI:
                return found
            position += 2
            continue
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if length < 2:
            raise ValueError(f"not a JPEG file: segment of length {length} at byte {position}")
        end = position + 2 + length
        scan = _end_of_scan(data, end) - end if marker == SOS else 0
        found.append(Segment(marker, position, end, data[position + 4 : end], scan))
        position = end + scan
    raise ValueError("truncated JPEG file: it has no end marker")


def _end_of_scan(data: bytes, position: int) -> int:
    """Position of the first marker after the entropy-coded data that begins at ``position``."""
    while (start := data.find(0xFF, position)) >= 0:
        position = start
        while position < len(data) and data[position] == 0xFF:  # fill bytes, before the last one
            position += 1
        if position == len(data):
            break
        following = data[position]
        if following != 0 and not 0xD0 <= following < 0xD8:  # neither stuffed byte nor restart
            return start
        position += 1
    return len(data)
