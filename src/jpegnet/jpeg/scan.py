"""One scan of a Huffman-coded JPEG file, block by block: T.81, annexes F and G."""

from collections.abc import Iterator

from jpegnet.jpeg.coefficients import PIXELS

_CATEGORIES = 15  # bits that a number may have
_FINEST = 13  # T.81, G.1.1.1.2: the most places that a scan leaves to later ones
_FARTHEST = 1 << 16  # no sum of differences in a whole file comes near


class EndError(Exception):
    """The bits of a scan have come to an end."""


class Bits:
    """The bits of a scan, from the front.

    Raises:
        EndError: there are no more.
        ValueError: they are no code of a table.
    """

    def __init__(self, data: bytes):
        self.text = "".join(f"{byte:08b}" for byte in data)
        self.at = 0

    def take(self, count: int) -> int:
        """The next bits as a number, the first one the most significant."""
        end = self.at + count
        if end > len(self.text):
            raise EndError
        found = int(self.text[self.at : end] or "0", 2)
        self.at = end
        return found

    def symbol(self, codes: dict[str, int]) -> int:
        """The next symbol of a Huffman code."""
        for end in range(self.at + 1, self.at + 17):
            if (text := self.text[self.at : end]) in codes:
                if end > len(self.text):
                    break
                self.at = end
                return codes[text]
        if self.at + 16 <= len(self.text):
            raise ValueError("the JPEG file is damaged: no code of its Huffman table")
        raise EndError

    def value(self, category: int) -> int:
        """A number of so many bits, with its sign: T.81, F.2.2.1."""
        if category > _CATEGORIES:
            raise ValueError(f"the JPEG file is damaged: a number of {category} bits")
        found = self.take(category)
        return found if not category or found >> (category - 1) else found - (1 << category) + 1


def tables_of(body: bytes) -> Iterator[tuple[int, dict[str, int]]]:
    """Of a DHT segment, each table's class and name, and its symbols by code: T.81, annex C."""
    while body:
        name, counts = body[0], body[1:17]
        code, at, found = 0, 17, {}
        if len(body) < 17 + sum(counts):
            raise ValueError("the JPEG file is damaged: a Huffman table is cut off")
        for length, count in enumerate(counts, 1):
            for _ in range(count):
                found[f"{code:0{length}b}"] = body[at]
                code, at = code + 1, at + 1
            code <<= 1
        yield name, found
        body = body[at:]


class Scan:
    """One scan: its bands, its precision, and what it carries from block to block."""

    def __init__(self, header: bytes, progressive: bool, tables: dict[int, dict[str, int]]):
        if len(header) != 6 or header[0] != 1:
            raise ValueError("the JPEG file is damaged: a scan of several components")
        self.first, self.last = header[3], header[4]
        self.high, self.low = header[5] >> 4, header[5] & 15
        self.dc, self.ac = tables.get(header[2] >> 4, {}), tables.get(16 + (header[2] & 15), {})
        self.progressive = progressive
        if not progressive:
            self.first, self.last, self.high, self.low = 0, PIXELS - 1, 0, 0
        if self.last >= PIXELS or self.first > self.last or self.low > _FINEST:
            raise ValueError("the JPEG file is damaged: a scan of no band")
        self.restart()

    def restart(self) -> None:
        self.before, self.run = 0, 0

    def block(self, bits: Bits, block: list[int]) -> None:
        """Read a block's part of this scan into it, in zigzag order."""
        if not self.progressive:
            self._dc(bits, block)
            self._ac(bits, block, 1)
        elif self.first == 0:
            if self.high:
                block[0] |= bits.take(1) << self.low
            else:
                self._dc(bits, block)
        elif self.high:
            self._refine(bits, block)
        else:
            self._ac(bits, block, self.first)

    def _dc(self, bits: Bits, block: list[int]) -> None:
        self.before += bits.value(bits.symbol(self.dc))
        if abs(self.before) > _FARTHEST:
            raise ValueError("the JPEG file is damaged: a mean far beyond white and black")
        block[0] = self.before << self.low

    def _ac(self, bits: Bits, block: list[int], place: int) -> None:
        if self.run:  # of blocks whose bands are empty
            self.run -= 1
            return
        while place <= self.last:
            run, category = divmod(bits.symbol(self.ac), 16)
            if category:
                place += run
                if place > self.last:
                    raise ValueError("the JPEG file is damaged: a coefficient beyond its band")
                block[place] = bits.value(category) << self.low
                place += 1
            elif run == 15:
                place += 16
            else:
                self.run = (1 << run) - 1 + (bits.take(run) if run else 0)
                return

    def _refine(self, bits: Bits, block: list[int]) -> None:
        """One bit more for a band that earlier scans have begun: T.81, G.1.2.3."""
        one, place = 1 << self.low, self.first

        def mend(at: int) -> None:
            if bits.take(1) and not abs(block[at]) & one:
                block[at] += one if block[at] > 0 else -one

        while not self.run and place <= self.last:
            run, category = divmod(bits.symbol(self.ac), 16)
            new = 0
            if category:
                new = one if bits.take(1) else -one
            elif run < 15:
                self.run = (1 << run) + (bits.take(run) if run else 0)
                break
            while place <= self.last:
                if block[place]:
                    mend(place)
                elif run:
                    run -= 1
                else:
                    break
                place += 1
            if new and place <= self.last:
                block[place] = new
            place += 1
        if self.run:
            for at in range(place, self.last + 1):
                if block[at]:
                    mend(at)
            self.run -= 1
