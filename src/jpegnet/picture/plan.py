"""A layout for a network whose picture is to be written: where each matrix goes, and its scale."""

import math

import numpy as np

from jpegnet.jpeg.dct import BLOCK
from jpegnet.nets import mlp
from jpegnet.nets.network import Network
from jpegnet.picture.layout import Layout, Part
from jpegnet.picture.tiles import LEVELS, SIDE, margin


def _across(tiles: int) -> int:
    """Tiles a row, so that few places stay blank and the mosaic is about twice as wide as high."""
    blank = {n: -tiles % n + abs(n - math.sqrt(2 * tiles)) for n in range(1, tiles + 1)}
    return min(blank, key=blank.get)


def _tile(columns: int) -> tuple[int, int]:
    """Height and width in pixels, multiples of 8, of the tile with the fewest blocks for a row."""
    sizes = [
        (-(-columns // (width * BLOCK)) * BLOCK, width)
        for width in range(BLOCK, min(columns, 512) + BLOCK, BLOCK)
    ]
    return min(sizes, key=lambda size: (size[0] * size[1], abs(size[1] - 2 * size[0])))


def plan(
    network: Network, crop: int = SIDE, levels: tuple[float, float] = (LEVELS, LEVELS)
) -> Layout:
    """A layout for a network: tiles of the first layer, then the rest in shelves below.

    Args:
        network: a chain of linear layers of any widths.
        crop: side of the window, in the middle of 28 × 28, that a tile of the first layer
            shows (of 784 inputs; other numbers of inputs are shown whole).
        levels: how many grey levels the largest magnitude of the first layer's weights takes,
            and that of every other part.

    Raises:
        ValueError: a number of the network is not finite; ``crop`` is not within 1 to 28.
        PictureError: the network is beyond the limits of the format.
    """
    if not 1 <= crop <= SIDE:
        raise ValueError(f"a tile's side is 1 to {SIDE} pixels, got {crop}")
    parts: list[Part] = []
    y = x = shelf = limit = 0  # in blocks
    for tensor in (tensor for layer in mlp.layers(network) for tensor in layer):
        if not tensor.isfinite().all():
            raise ValueError("the network has a number that is not finite")
        rows, columns = tensor.shape if tensor.ndim == 2 else (1, len(tensor))
        # In float32, as the file holds it; a matrix of zeros needs a scale, too.
        scale = float(np.float32(tensor.abs().max().item() / levels[len(parts) > 0])) or 1.0
        if not parts and columns == SIDE * SIDE:
            window = (SIDE, margin(crop), margin(crop), crop, crop)
        else:
            height, width = _tile(columns)
            window = (width, 0, 0, height, width)
        # The first mosaic sets the picture's width; the others take as much of it as they need.
        across = min(rows, max(1, limit * BLOCK // window[-1])) if parts else _across(rows)
        high, wide = (-(-n // BLOCK) for n in Part(*window, across, 0, 0, scale).extent(rows))
        limit = limit or wide
        if x + wide > limit:  # the shelf is full
            y, x, shelf = y + shelf, 0, 0
        parts.append(Part(*window, across, y, x, scale))
        x, shelf = x + wide, max(shelf, high)
    return Layout(network.architecture.widths, tuple(parts))
