"""Where each matrix of a network goes in its picture, and at which scale."""

import math
from dataclasses import replace

import numpy as np

from jpegnet.jpeg.dct import BLOCK
from jpegnet.nets.network import Architecture, Network
from jpegnet.picture.layout import Layout, Part, extent, matrices
from jpegnet.picture.tiles import ALIGNED, LEVELS, SIDE, margin

_SHAPE = 0.05  # share of blank blocks that is worth a picture of e times another shape


def _tiles(architecture: Architecture, crop: int) -> list[Part]:
    """A part a tensor, none of which has a place yet.

    Of rows with the pixels of an image, a chain's first layer's, a tile shows the window of this
    side in the image's middle; kernels whose side divides 8 share blocks of a strip; any other row
    fills a strip of one block's height, line by line.
    """
    found, chain = [], getattr(architecture, "kind", None) == 0
    shapes = architecture.shapes.values()
    for shape, (_, columns) in zip(shapes, matrices(architecture), strict=True):
        kernel = shape[-1] if len(shape) == 4 and BLOCK % shape[-1] == 0 else 0
        if chain and not found and columns == SIDE * SIDE:
            window = (SIDE, margin(crop), margin(crop), crop, crop)
        else:
            entries = shape[1] if kernel else columns
            a_block = (BLOCK // kernel) ** 2 if kernel else BLOCK * BLOCK
            width = -(-entries // a_block) * BLOCK
            window = (width, 0, 0, BLOCK, width)
        found.append(Part(*window, 1, 0, 0, 1.0, kernel))
    return found


def arranged(architecture: Architecture, width: int, crop: int = ALIGNED) -> tuple[Part, ...]:
    """The parts of a picture of this width in pixels, in shelves as words are in lines of text.

    Each part, in the order of the tensors, has as many tiles side by side as fit into the width, or
    as it has. It stands at the end of the last shelf, or, if it does not fit there, begins the next
    one, below the highest part of the last. All scales are 1.

    Raises:
        PictureError: the architecture is beyond the limits of the format.
    """
    sizes = matrices(architecture)
    parts: list[Part] = []
    y = x = shelf = 0  # in blocks
    for tile, (rows, _) in zip(_tiles(architecture, crop), sizes, strict=True):
        part = replace(tile, across=max(1, min(rows, width // tile.width)))
        high, wide = (-(-n // BLOCK) for n in part.extent(rows))
        if x and x + wide > width // BLOCK:  # the shelf is full
            y, x, shelf = y + shelf, 0, 0
        parts.append(replace(part, block_y=y, block_x=x))
        x, shelf = x + wide, max(shelf, high)
    return tuple(parts)


def _width(architecture: Architecture, crop: int) -> int:
    """Of a picture with few blank blocks that is about twice as wide as high, in pixels."""
    tiles, sizes = _tiles(architecture, crop), matrices(architecture)
    areas = [part.height * part.width * rows for part, (rows, _) in zip(tiles, sizes, strict=True)]
    used = sum(areas) / BLOCK**2
    usual = math.sqrt(2 * used)
    least = -(-max(part.width for part in tiles) // BLOCK)

    def cost(width: int) -> float:
        height, _ = extent(arranged(architecture, width * BLOCK, crop), sizes)
        return -(-height // BLOCK) * width / used + _SHAPE * abs(math.log(width / usual))

    return BLOCK * min(range(least, max(least, int(2 * usual)) + 1), key=cost)


def plan(
    network: Network, crop: int = SIDE, levels: tuple[float, float] = (LEVELS, LEVELS)
) -> Layout:
    """A layout for a network, and scales that suit its numbers.

    Args:
        network: of any architecture that the format has.
        crop: side of the window, in the middle of 28 × 28, that a tile of a first layer of 784
            inputs shows.
        levels: how many grey levels the largest magnitude of the first tensor takes, and that of
            every other.

    Raises:
        ValueError: a number of the network is not finite; ``crop`` is not within 1 to 28.
        PictureError: the network is beyond the limits of the format.
    """
    if not 1 <= crop <= SIDE:
        raise ValueError(f"a tile's side is 1 to {SIDE} pixels, got {crop}")
    architecture = network.architecture
    scales = []
    for name in architecture.shapes:
        tensor = network.tensors[name]
        if not tensor.isfinite().all():
            raise ValueError("the network has a number that is not finite")
        scales.append(rounded_up(tensor.abs().max().item() / levels[len(scales) > 0]))
    parts = zip(arranged(architecture, _width(architecture, crop), crop), scales, strict=True)
    return Layout(architecture, tuple(replace(part, scale=scale) for part, scale in parts))


def rounded_up(scale: float) -> float:
    """The next number that a float16 holds, so that a file can say it in two bytes; 1 for 0."""
    near = np.float16(scale)
    if float(near) < scale:
        near = np.nextafter(near, np.float16(np.inf))
    return float(near) or 1.0
