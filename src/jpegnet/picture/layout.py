"""Where each matrix of a network stands in its picture: a value that the file holds.

Each matrix of a chain of linear layers (weight, bias, weight, bias, …) is a *part* of one grey
picture: a mosaic of tiles, one tile a row of the matrix, a bias being a single row. The row's
entries fill a grid of ``grid`` columns, line by line; the tile is the window of that grid, of
``height`` × ``width`` pixels, whose corner is at line ``top``, column ``left``. Entries outside
the window are zero; pixels that belong to no entry mean nothing. The mosaic has ``across`` tiles
a row, and its corner is at the picture's block (``block_y``, ``block_x``), a block being 8 × 8
pixels. Grey level g stands for the number scale · (g - 128).
"""

import struct
from dataclasses import astuple, dataclass
from itertools import pairwise

import numpy as np

from jpegnet.jpeg.dct import BLOCK

NAME, VERSION = b"jpegnet", 1
# What a file from a stranger may ask for; 784-512-10 has 407,050 parameters.
MAX_PARAMETERS, MAX_LAYERS, MAX_WIDTH, MAX_SCALE = 1 << 21, 8, 1 << 16, 1e3
MAX_PIXELS, MAX_SIDE = 1 << 21, 65_500  # of the picture; libjpeg takes no longer side


class PictureError(ValueError):
    """A file is not a network's picture; the message says what is wrong with it."""


@dataclass(frozen=True)
class Part:
    """Where one matrix stands in the picture; see the module's text."""

    grid: int
    top: int
    left: int
    height: int
    width: int
    across: int
    block_y: int
    block_x: int
    scale: float

    def extent(self, rows: int) -> tuple[int, int]:
        """Height and width, in pixels, of the mosaic of ``rows`` tiles."""
        return -(-rows // self.across) * self.height, min(self.across, rows) * self.width

    def area(self, rows: int) -> tuple[slice, slice]:
        """Lines and columns of the picture that the mosaic of ``rows`` tiles takes."""
        height, width = self.extent(rows)
        y, x = BLOCK * self.block_y, BLOCK * self.block_x
        return slice(y, y + height), slice(x, x + width)

    def entries(self, columns: int) -> np.ndarray:
        """Which of a row's ``columns`` entries each pixel of a tile shows; -1 for none."""
        lines = (self.top + np.arange(self.height)) * self.grid
        index = lines[:, None] + self.left + np.arange(self.width)  # (height, width)
        return np.where(index < columns, index, -1)


@dataclass(frozen=True)
class Layout:
    """A network's widths (inputs, hidden units, outputs) and its parts, two a layer.

    Raises:
        PictureError: the numbers describe no network, or one beyond the limits above.
    """

    widths: tuple[int, ...]
    parts: tuple[Part, ...]

    def __post_init__(self):
        if not 1 <= len(self.widths) - 1 <= MAX_LAYERS:
            raise PictureError(f"{len(self.widths) - 1} layers; 1 to {MAX_LAYERS} are allowed")
        if not all(1 <= width <= MAX_WIDTH for width in self.widths):
            raise PictureError(f"widths {self.widths}: each must be 1 to {MAX_WIDTH}")
        if sum(rows * columns for rows, columns in self.shapes) > MAX_PARAMETERS:
            raise PictureError(f"widths {self.widths} make more than {MAX_PARAMETERS} parameters")
        if len(self.parts) != len(self.shapes):
            raise PictureError(f"{len(self.parts)} parts, not {len(self.shapes)}")
        for part in self.parts:
            *numbers, scale = astuple(part)
            if min(numbers) < 0 or min(part.grid, part.height, part.width, part.across) < 1:
                raise PictureError(f"no such window of a grid: {part}")
            if max(numbers) > MAX_WIDTH or part.left + part.width > part.grid:
                raise PictureError(f"no such window of a grid: {part}")
            if not 0 < scale <= MAX_SCALE:  # so that NaN fails, too
                raise PictureError(f"the scale {scale} is not within 0 to {MAX_SCALE:g}")
        height, width = self.size
        if height * width > MAX_PIXELS or max(height, width) > MAX_SIDE:
            raise PictureError(f"the network needs {height} × {width} pixels; that is too many")

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """Rows and columns of each part's matrix."""
        return [
            shape
            for inputs, outputs in pairwise(self.widths)
            for shape in ((outputs, inputs), (1, outputs))
        ]

    @property
    def extent(self) -> tuple[int, int]:
        """Height and width, in pixels, that the parts take of the picture."""
        areas = [p.area(rows) for p, (rows, _) in zip(self.parts, self.shapes, strict=True)]
        height, width = (max(side.stop for side in sides) for sides in zip(*areas, strict=True))
        return height, width

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the picture that is written: the extent, in whole blocks."""
        height, width = (-(-n // BLOCK) * BLOCK for n in self.extent)
        return height, width

    def to_bytes(self) -> bytes:
        """The layout as a file holds it: what `from_bytes` reads."""
        numbers = [len(self.widths) - 1, *self.widths]
        coded = b"".join(map(_varint, numbers))
        for part in self.parts:
            *places, scale = astuple(part)
            coded += b"".join(map(_varint, places)) + struct.pack("<f", scale)
        return NAME + bytes([VERSION]) + coded

    @classmethod
    def from_bytes(cls, data: bytes) -> "Layout":
        """Read a layout: what a network's segment of a file holds.

        In this order: the name ``jpegnet``; the version, one byte, 1; the number of layers;
        the widths, one more than layers; two parts a layer. The number of layers, the widths,
        and the eight whole numbers of each part, in the order of `Part`'s fields, are unsigned
        LEB128 (seven bits a byte, the least first, the high bit set in all but the
        last byte); a part ends with its scale, an IEEE float32, least byte first. Nothing
        follows the last part.

        Raises:
            PictureError: the bytes are no such layout.
        """
        if data[: len(NAME)] != NAME:
            raise PictureError("the segment is not a network's: it does not begin with its name")
        rest = _Bytes(data[len(NAME) :])
        if (version := rest.take(1)[0]) != VERSION:
            raise PictureError(f"version {version} of the format is unknown; this reads {VERSION}")
        if not 1 <= (layers := rest.varint()) <= MAX_LAYERS:
            raise PictureError(f"{layers} layers; 1 to {MAX_LAYERS} are allowed")
        widths = tuple(rest.varint() for _ in range(layers + 1))
        parts = tuple(
            Part(*[rest.varint() for _ in range(8)], *struct.unpack("<f", rest.take(4)))
            for _ in range(2 * layers)
        )
        if rest.data:
            raise PictureError(f"{len(rest.data)} bytes too many in the network's segment")
        return cls(widths, parts)


def _varint(number: int) -> bytes:
    low, high = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(high) if high else bytes([low])


class _Bytes:
    """Bytes that are read from the front."""

    def __init__(self, data: bytes):
        self.data = data

    def take(self, n: int) -> bytes:
        taken, self.data = self.data[:n], self.data[n:]
        if len(taken) < n:
            raise PictureError("the network's segment is cut off")
        return taken

    def varint(self) -> int:
        number = shift = 0
        while True:
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7
            if shift > 28:
                raise PictureError("a number in the network's segment is too large")
