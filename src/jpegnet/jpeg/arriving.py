"""A JPEG file of which only the first bytes have arrived: the coefficients that these tell.

Baseline and progressive files of one component, Huffman-coded. A block that has not arrived as a
whole stays as it was before its scan, which at first is zero.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from jpegnet.jpeg import markers
from jpegnet.jpeg.coefficients import PIXELS, ZIGZAG
from jpegnet.jpeg.dct import BLOCK
from jpegnet.jpeg.markers import Segment
from jpegnet.jpeg.scan import Bits, EndError, Scan, tables_of

_NEXT = re.compile(rb"\xff(?![\x00\xff])[^\x00]", re.DOTALL)  # a marker behind a scan's data
MOST = 1 << 15  # blocks, as many as a network's picture may have


class TooLittleError(ValueError):
    """What tells a picture's size and steps has not arrived."""


@dataclass(frozen=True)
class Arrived:
    """What has arrived of a file.

    ``coefficients``: int (rows, columns, 8, 8), in units of ``table``'s steps, (8, 8); ``scans``:
    of each scan that has begun, how many blocks have arrived; ``segments``: those before the scans
    that have arrived as a whole.
    """

    coefficients: np.ndarray
    table: np.ndarray
    scans: list[int]
    segments: list[Segment]


def _segments(data: bytes) -> list[Segment]:
    """The segments that have arrived as a whole, of a scan its header; its data may be cut."""
    if data[:2] != bytes((0xFF, markers.SOI)):
        raise TooLittleError("not the beginning of a JPEG file")
    found, position = [], 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker, length = (
            data[position + 1],
            int.from_bytes(data[position + 2 : position + 4], "big"),
        )
        end = position + 2 + length
        if marker == markers.EOI or length < 2 or end > len(data):
            break
        scan = 0
        if marker == markers.SOS:
            after = _NEXT.search(data, end)
            scan = (after.start() if after else len(data)) - end
        found.append(Segment(marker, position, end, data[position + 4 : end], scan))
        position = end + scan
    return found


def read(data: bytes) -> Arrived:
    """What has arrived of a file of one component.

    Args:
        data: its first bytes, or all of them.

    Raises:
        TooLittleError: the headers before the first scan have not arrived.
        ValueError: it is no such file, or it is damaged.
    """
    found = _segments(data)
    frames = [s for s in found if s.marker in markers.HUFFMAN]
    first = next((i for i, s in enumerate(found) if s.marker == markers.SOS), None)
    if first is None or not frames:
        raise TooLittleError(f"of the {len(data)} bytes that have arrived none is the picture's")
    body, progressive = frames[0].body, frames[0].marker == 0xC2
    if len(body) != 9 or body[5] != 1:
        raise ValueError("not a JPEG file of one component")
    height, width = (-(-int.from_bytes(body[i : i + 2], "big") // BLOCK) for i in (1, 3))
    if not 1 <= height * width <= MOST:
        raise ValueError(f"{height} × {width} blocks; 1 to {MOST} are allowed")
    blocks, scans = [[0] * PIXELS for _ in range(height * width)], []
    tables, steps = {}, {}
    for part in found:
        if part.marker == markers.DHT:
            tables |= dict(tables_of(part.body))
        elif part.marker == markers.DQT:
            steps |= dict(_steps(part.body))
        elif part.marker == markers.DRI:
            raise ValueError("files with restart markers are read only as a whole")
        elif part.marker == markers.SOS:
            scan = Scan(part.body, progressive, tables)
            scans.append(_blocks(scan, _bits(data, part), blocks))
    if not all(steps.get(body[8], [0])):
        raise ValueError("the JPEG file is damaged: no quantisation table")
    table, coefficients = np.empty(PIXELS, int), np.empty((height * width, PIXELS), int)
    table[ZIGZAG], coefficients[:, ZIGZAG] = steps[body[8]], blocks
    shape = height, width, BLOCK, BLOCK
    return Arrived(coefficients.reshape(shape), table.reshape(8, 8), scans, found[:first])


def _steps(body: bytes) -> Iterator[tuple[int, list[int]]]:
    """Of a DQT segment, each table's name, and its 64 steps in zigzag order."""
    while body:
        wide = 1 + (body[0] >> 4 > 0)  # bytes a step
        if len(body) < 1 + wide * PIXELS:
            raise ValueError("the JPEG file is damaged: a quantisation table is cut off")
        numbers = np.frombuffer(body, np.uint8 if wide == 1 else ">u2", PIXELS, 1)
        yield body[0] & 15, numbers.tolist()
        body = body[1 + wide * PIXELS :]


def _bits(data: bytes, part: Segment) -> Bits:
    """What has arrived of a scan's data, without the zeros that are stuffed after 0xFF."""
    coded = data[part.end : part.end + part.scan]
    # A last 0xFF of a file that is cut may be a stuffed byte's, or a marker's.
    cut = part.end + part.scan == len(data) and coded.endswith(b"\xff")
    return Bits(coded[: -1 if cut else None].replace(b"\xff\0", b"\xff"))


def _blocks(scan: Scan, bits: Bits, blocks: list[list[int]]) -> int:
    """Read a scan into blocks, in place; returns how many have arrived as a whole."""
    for i, block in enumerate(blocks):
        changed = block.copy()
        try:
            scan.block(bits, changed)
        except EndError:
            return i
        blocks[i] = changed
    return len(blocks)
