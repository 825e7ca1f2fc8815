"""Where each matrix of a network stands in its picture.

Each tensor of a network, as a matrix whose rows are its first dimension (a bias is a single row),
is a *part* of one grey picture: a mosaic of tiles, one tile a row of the matrix. The row's
entries fill a grid of ``grid`` columns, line by line; the tile is the window of that grid, of
``height`` × ``width`` pixels, whose corner is at line ``top``, column ``left``. Entries outside
the window are zero; pixels that belong to no entry mean nothing. The mosaic has ``across`` tiles
a row, and its corner is at the picture's block (``block_y``, ``block_x``), a block being 8 × 8
pixels. Grey level g stands for the number scale · (g - 128).

Where a row holds kernels of ``kernel`` × ``kernel`` pixels, a tile has no grid: each of its blocks
holds (8 / kernel)² kernels side by side, line by line, and the blocks follow each other.
"""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cached_property

import numpy as np

from jpegnet.jpeg.dct import BLOCK
from jpegnet.nets.network import MAX_LAYERS, Architecture

# What a file from a stranger may ask for; 784-512-10 has 407,050 parameters.
MAX_PARAMETERS, MAX_WIDTH, MAX_SCALE = 1 << 21, 1 << 16, 1e3
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
    kernel: int = 0

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
        y, x = np.arange(self.height)[:, None], np.arange(self.width)
        if k := self.kernel:
            a_side = BLOCK // k  # kernels a side of a block
            which = (x // BLOCK * a_side + y // k) * a_side + x % BLOCK // k
            index = (which * k + y % k) * k + x % k
        else:
            index = (self.top + y) * self.grid + self.left + x  # (height, width)
        return np.where(index < columns, index, -1)


@dataclass(frozen=True)
class Layout:
    """An architecture and its parts, one a tensor.

    Raises:
        PictureError: the numbers describe no network, or one beyond the limits above.
    """

    architecture: Architecture
    parts: tuple[Part, ...]

    def __post_init__(self):
        if len(self.parts) != len(self.shapes):
            raise PictureError(f"{len(self.parts)} parts, not {len(self.shapes)}")
        for part in self.parts:
            *numbers, scale, _ = astuple(part)
            if min(numbers) < 0 or min(part.grid, part.height, part.width, part.across) < 1:
                raise PictureError(f"no such window of a grid: {part}")
            if max(numbers) > MAX_WIDTH or part.left + part.width > part.grid:
                raise PictureError(f"no such window of a grid: {part}")
            if not 0 < scale <= MAX_SCALE:  # so that NaN fails, too
                raise PictureError(f"the scale {scale} is not within 0 to {MAX_SCALE:g}")
        height, width = self.size
        if height * width > MAX_PIXELS or max(height, width) > MAX_SIDE:
            raise PictureError(f"the network needs {height} × {width} pixels; that is too many")

    @cached_property
    def shapes(self) -> list[tuple[int, int]]:
        """Rows and columns of each part's matrix."""
        return matrices(self.architecture)

    @property
    def extent(self) -> tuple[int, int]:
        """Height and width, in pixels, that the parts take of the picture."""
        return extent(self.parts, self.shapes)

    def check_fits(self, height: int, width: int) -> None:
        """Raise a `PictureError` if a picture of so many pixels has no room for the parts."""
        if self.extent[0] > height or self.extent[1] > width:
            need = "{} × {}".format(*self.extent)
            raise PictureError(f"{height} × {width} pixels; the network needs {need}")

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the picture that is written: the extent, in whole blocks."""
        height, width = (-(-n // BLOCK) * BLOCK for n in self.extent)
        return height, width


def matrices(architecture: Architecture) -> list[tuple[int, int]]:
    """Each tensor as rows and columns: a vector is one row; kernels of a filter are its row.

    Raises:
        PictureError: the architecture is beyond the limits of the format.
    """
    name, shapes = architecture.name[:100], architecture.shapes.values()
    found = [(s[0], math.prod(s[1:])) if len(s) > 1 else (1, *s) for s in shapes]
    if not 2 <= len(found) <= 2 * MAX_LAYERS:
        raise PictureError(f"{len(found) // 2} layers; 1 to {MAX_LAYERS} are allowed")
    if not 1 <= min(map(min, found)) <= max(map(max, found)) <= MAX_WIDTH:
        raise PictureError(f"sides of {name}: each must be 1 to {MAX_WIDTH}")
    if sum(rows * columns for rows, columns in found) > MAX_PARAMETERS:
        raise PictureError(f"{name} has more than {MAX_PARAMETERS} parameters")
    return found


def extent(parts: Sequence[Part], sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Height and width, in pixels, that parts of so many rows and columns take."""
    areas = [part.area(rows) for part, (rows, _) in zip(parts, sizes, strict=True)]
    height, width = (max(side.stop for side in sides) for sides in zip(*areas, strict=True))
    return height, width
