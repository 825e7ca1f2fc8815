"""Which bits of a JPEG file belong to which block of its picture."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from jpegnet.jpeg import markers
from jpegnet.jpeg.coefficients import PIXELS
from jpegnet.jpeg.dct import BLOCK
from jpegnet.jpeg.markers import Segment, segments
from jpegnet.jpeg.scan import Bits, EndError, Scan, tables_of

_RESTART = re.compile(rb"\xff+[\xd0-\xd7]")
_BYTE = re.compile(rb"\xff\0|.", re.DOTALL)  # a zero is stuffed behind each 0xFF of coded data


class Span(NamedTuple):
    """Where the bits of a block stand: ``start`` to ``end``, counted in bits of the whole file.

    ``block``: its number, in reading order. ``bits``: how many are the block's own; a stuffed byte
    that lies between them is not.
    """

    block: int
    start: int
    end: int
    bits: int


def spans(file: bytes) -> tuple[list[Span], np.ndarray]:
    """Where in a file of one component the bits of each block stand.

    Of a progressive file, which tells a block in several scans, there is a span for each of them
    that spends bits on it. Bits of no span are those that fill the last byte of a scan, or of what
    is before a restart marker.

    Returns:
        The spans, in the file's order, and the coefficients that they tell, int (blocks, 64), each
        block in zigzag order.

    Raises:
        ValueError: it is no such file, or it is damaged.
    """
    tables, every, found = {}, 0, []
    blocks: list[list[int]] = []
    progressive = False
    for segment in segments(file):
        body = segment.body
        if segment.marker in markers.HUFFMAN:
            height, width = (-(-int.from_bytes(body[i : i + 2], "big") // BLOCK) for i in (1, 3))
            blocks = [[0] * PIXELS for _ in range(height * width)]
            progressive = markers.HUFFMAN[segment.marker] == "progressive"
        elif segment.marker == markers.DHT:
            tables |= dict(tables_of(body))
        elif segment.marker == markers.DRI:
            every = int.from_bytes(body, "big")  # blocks from a restart marker to the next
        elif segment.marker == markers.SOS:
            try:
                found += _of_scan(file, segment, Scan(body, progressive, tables), blocks, every)
            except EndError as error:
                raise ValueError("the JPEG file is damaged: a scan ends too early") from error
    return found, np.array(blocks)


def _of_scan(
    file: bytes, segment: Segment, scan: Scan, blocks: list[list[int]], every: int
) -> Iterator[Span]:
    """The spans of one scan, which is read into the blocks."""
    start, end = segment.end, segment.end + segment.scan
    restarts = [match.span() for match in _RESTART.finditer(file, start, end)]
    begins, stops = [start, *(b for _, b in restarts)], [*(a for a, _ in restarts), end]
    following = iter(enumerate(blocks))
    for begin, stop in zip(begins, stops, strict=True):
        where = [match.start() for match in _BYTE.finditer(file, begin, stop)]
        bits = Bits(bytes(file[i] for i in where))
        scan.restart()
        for _ in range(every or len(blocks)):
            if (numbered := next(following, None)) is None:
                return
            i, block = numbered
            first = bits.at
            scan.block(bits, block)
            if last := bits.at - first:
                a, b = ((8 * where[bit // 8] + bit % 8) for bit in (first, bits.at - 1))
                yield Span(i, a, b + 1, last)
