"""A layout for a network whose picture is to be written: where each matrix goes, and its scale."""

import math

import numpy as np

from jpegnet import mlp
from jpegnet.dct import BLOCK
from jpegnet.layout import Layout, Part
from jpegnet.mlp import State
from jpegnet.tiles import LEVELS, SIDE


def _across(tiles: int) -> int:
    """Tiles a row, so that few places are left blank and the mosaic is about twice as wide."""
    blank = {n: -tiles % n + abs(n - math.sqrt(2 * tiles)) for n in range(1, tiles + 1)}
    return min(blank, key=blank.get)


def _tile(columns: int) -> tuple[int, int]:
    """Height and width, in whole blocks, of the tile with the fewest blocks that holds a row."""
    sizes = [
        (-(-columns // (width * BLOCK)) * BLOCK, width)
        for width in range(BLOCK, min(columns, 512) + BLOCK, BLOCK)
    ]
    return min(sizes, key=lambda size: (size[0] * size[1], abs(size[1] - 2 * size[0])))


def plan(state: State, crop: int = SIDE, levels: tuple[float, float] = (LEVELS, LEVELS)) -> Layout:
    """A layout for a network: tiles of the first layer, then the rest in shelves below.

    Args:
        state: a network of any widths.
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
    for tensor in (tensor for layer in mlp.layers(state) for tensor in layer):
        if not tensor.isfinite().all():
            raise ValueError("the network has a number that is not finite")
        rows, columns = tensor.shape if tensor.ndim == 2 else (1, len(tensor))
        # As the file holds it, in float32; a matrix of zeros needs some scale.
        scale = float(np.float32(tensor.abs().max().item() / levels[len(parts) > 0])) or 1.0
        margin = (SIDE - crop) // 2
        if not parts and columns == SIDE * SIDE:
            window = (SIDE, margin, margin, crop, crop)
        else:
            height, width = _tile(columns)
            window = (width, 0, 0, height, width)
        # The first mosaic sets the picture's width; the others take what of it they need.
        across = min(rows, max(1, limit * BLOCK // window[-1])) if parts else _across(rows)
        high, wide = (-(-n // BLOCK) for n in Part(*window, across, 0, 0, scale).extent(rows))
        limit = limit or wide
        if x + wide > limit:  # the shelf is full
            y, x, shelf = y + shelf, 0, 0
        parts.append(Part(*window, across, y, x, scale))
        x, shelf = x + wide, max(shelf, high)
    widths = (mlp.layers(state)[0][0].shape[1], *(len(bias) for _, bias in mlp.layers(state)))
    return Layout(widths, tuple(parts))
