"""Writes progressive JPEG files of one component, scan by scan as a script says: T.81, annex G.

Libraries choose their own script; here it is ours, as what arrives first is what we want to know.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from jpegnet.jpeg import markers
from jpegnet.jpeg.coefficients import PIXELS, ZIGZAG
from jpegnet.jpeg.entropy import code_lengths
from jpegnet.jpeg.symbols import ZRL

_LONGEST_RUN = 0x7FFF  # of blocks whose bands end


@dataclass(frozen=True)
class Band:
    """One scan: coefficients ``first`` to ``last``, in zigzag order, without their ``low`` bits.

    ``high``: how many bits earlier scans have left out of the same band; 0 if this is its first.
    The DC has scans of its own.
    """

    first: int
    last: int
    high: int = 0
    low: int = 0


def by_frequency(ends: Sequence[int] = (2, 5, 9, 14, 20, 27, 63)) -> list[Band]:
    """The DC, then band after band, each with all of its bits; a band ends at each of ``ends``."""
    starts = [1, *(end + 1 for end in ends)]
    return [Band(0, 0), *map(Band, starts, ends)]


def by_bit(bits: int = 2) -> list[Band]:
    """All coefficients without their last ``bits``, then bit after bit."""
    found = [Band(0, 0, 0, bits), Band(1, 63, 0, bits)]
    for low in range(bits - 1, -1, -1):
        found += [Band(0, 0, low + 1, low), Band(1, 63, low + 1, low)]
    return found


def by_both() -> list[Band]:
    """The DC, low frequencies but for their last bit, the others likewise, then the last bits."""
    return [Band(0, 0), Band(1, 5, 0, 1), Band(6, 63, 0, 1), Band(1, 5, 1, 0), Band(6, 63, 1, 0)]


@dataclass
class _Coded:
    """A scan as symbols, each with the bits that follow its code; a symbol of None has no code.

    ``run``: of blocks whose bands end and are not yet told; ``late``: bits that follow it.
    """

    tokens: list[tuple[int | None, str]] = field(default_factory=list)
    run: int = 0
    late: str = ""

    def put(self, symbol: int | None, bits: str = "") -> None:
        self.tokens.append((symbol, bits))

    def end_run(self) -> None:
        """Tell the blocks whose bands have ended."""
        if self.run:
            size = self.run.bit_length() - 1
            self.put(size << 4, f"{self.run:b}"[1:] + self.late)
            self.run, self.late = 0, ""

    def end_block(self, late: str = "") -> None:
        self.run, self.late = self.run + 1, self.late + late
        if self.run == _LONGEST_RUN:
            self.end_run()


def _bits(value: int) -> str:
    """Sign and magnitude: T.81, F.1.2.1."""
    size = abs(value).bit_length()
    return f"{value if value > 0 else value + (1 << size) - 1:0{size}b}" if size else ""


def _means(dcs: list[int], band: Band) -> _Coded:
    """A scan of the blocks' DCs."""
    coded, before = _Coded(), 0
    for dc in dcs:
        value = dc >> band.low
        if band.high:
            coded.put(None, str(value & 1))
        else:
            coded.put(abs(value - before).bit_length(), _bits(value - before))
            before = value
    return coded


def _first(blocks: list[list[int]], band: Band) -> _Coded:
    """A band's first scan: T.81, G.1.2.2."""
    coded = _Coded()
    for block in blocks:
        zeros = 0
        for number in block[band.first : band.last + 1]:
            value = (abs(number) >> band.low) * (1 if number > 0 else -1)
            if not value:
                zeros += 1
                continue
            coded.end_run()
            for _ in range(zeros // 16):
                coded.put(ZRL)
            coded.put(16 * (zeros % 16) + abs(value).bit_length(), _bits(value))
            zeros = 0
        if zeros:
            coded.end_block()
    coded.end_run()
    return coded


def _refined(blocks: list[list[int]], band: Band) -> _Coded:
    """A band's bit more: T.81, G.1.2.3. Numbers that are there have a bit each, after a symbol."""
    coded = _Coded()
    for block in blocks:
        sizes = [abs(number) >> band.low for number in block]
        news = [place for place in range(band.first, band.last + 1) if sizes[place] == 1]
        zeros, late = 0, ""
        for place in range(band.first, band.last + 1):
            if not sizes[place]:
                zeros += 1
                continue
            while zeros > 15 and news and place <= news[-1]:
                coded.end_run()
                coded.put(ZRL, late)
                zeros, late = zeros - 16, ""
            if sizes[place] > 1:
                late += str(sizes[place] & 1)
                continue
            coded.end_run()
            coded.put(16 * zeros + 1, str(int(block[place] > 0)) + late)
            zeros, late = 0, ""
        if zeros or late:
            coded.end_block(late)
    coded.end_run()
    return coded


def _scan(coded: _Coded, band: Band) -> bytes:
    """A scan with the Huffman table made for it, and its header."""
    name = 0 if band.first == 0 else 16  # class and number of the table
    counts = np.zeros(256, int)
    for symbol, _ in coded.tokens:
        if symbol is not None:
            counts[symbol] += 1
    table, codes = b"", {}
    if counts.any():
        lengths = code_lengths(counts)
        order = [int(s) for s in np.argsort(lengths, kind="stable") if lengths[s]]
        code = length = 0
        for symbol in order:
            code <<= int(lengths[symbol]) - length
            length = int(lengths[symbol])
            codes[symbol] = f"{code:0{length}b}"
            code += 1
        many = np.bincount(lengths[order], minlength=17)[1:].tolist()
        table = markers.with_length(markers.DHT, bytes([name, *many, *order]))
    text = "".join(codes.get(symbol, "") + bits for symbol, bits in coded.tokens)
    text += "1" * (-len(text) % 8)
    data = int(text or "0", 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\0")
    bounds = band.first, band.last, 16 * band.high + band.low
    return table + markers.with_length(markers.SOS, bytes([1, 1, 0, *bounds])) + data


def encode(
    coefficients: np.ndarray, table: np.ndarray, script: Sequence[Band], notes: bytes = b""
) -> bytes:
    """A progressive file.

    Args:
        coefficients: int (rows, columns, 8, 8), in units of the steps.
        table: the steps, whole numbers of 1 to 255, (8, 8).
        script: the scans; every bit of every coefficient is told once, high bits first.
        notes: segments to stand behind the file's start.
    """
    height, width = coefficients.shape[:2]
    blocks = coefficients.reshape(-1, PIXELS)[:, ZIGZAG].tolist()
    sides = b"".join((8 * n).to_bytes(2, "big") for n in (height, width))
    file = bytes((0xFF, markers.SOI)) + notes
    file += markers.with_length(markers.DQT, bytes([0, *table.ravel()[ZIGZAG].tolist()]))
    file += markers.with_length(0xC2, bytes([8]) + sides + bytes([1, 1, 0x11, 0]))
    for band in script:
        if band.first == 0:
            coded = _means([block[0] for block in blocks], band)
        else:
            coded = (_refined if band.high else _first)(blocks, band)
        file += _scan(coded, band)
    return file + bytes((0xFF, markers.EOI))
