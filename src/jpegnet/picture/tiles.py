"""Weights as pictures: rows of W1 as 28 × 28 tiles, tiles as one mosaic, weights as greys.

A grey level g stands for the weight p · (g - 128) / 127, where the peak p is the largest magnitude
in the tile (per-tile scaling) or in the whole layer (global scaling). So zero is exactly grey
128, which JPEG's level shift takes back to zero, and a tile needs one number besides its grey.
A stretched tile (min-max scaling) uses all 256 levels, from its least weight to its largest, and
needs both numbers: g stands for low + (high - low) · g / 255, and zero has no grey of its own.

A peak is not the scale of `layout.Part`, which is the weight of a single grey level, p / 127.
"""

import numpy as np

from jpegnet.data.digits import SIDE
from jpegnet.jpeg.dct import LEVEL_SHIFT

ZERO = LEVEL_SHIFT  # the grey level of weight zero
LEVELS = 127  # grey levels on each side of it that weights use
ALIGNED = 24  # side of the largest window of whole blocks in a tile


def margin(crop: int) -> int:
    """Pixels of a tile above, and to the left of, the window of this side in its middle."""
    return (SIDE - crop) // 2


def to_tiles(W1: np.ndarray) -> np.ndarray:
    """(n, 784) → (n, 28, 28): row i, the weights into hidden unit i, as a picture."""
    return W1.reshape(-1, SIDE, SIDE)


def to_mosaic(tiles: np.ndarray, columns: int = 32) -> np.ndarray:
    """(n, h, w) → (n / columns · h, columns · w): tiles side by side, row by row.

    Raises:
        ValueError: the tiles do not fill the rows.
    """
    n, height, width = tiles.shape
    if columns < 1 or n % columns:
        raise ValueError(f"{n} tiles do not fill rows of {columns}")
    grid = tiles.reshape(n // columns, columns, height, width)
    return grid.swapaxes(1, 2).reshape(n // columns * height, columns * width)


def from_mosaic(mosaic: np.ndarray, height: int = SIDE, width: int = SIDE) -> np.ndarray:
    """The inverse of `to_mosaic`: → (n, height, width).

    Raises:
        ValueError: the mosaic is not a whole number of tiles high and wide.
    """
    rows, columns = mosaic.shape[0] // height, mosaic.shape[1] // width
    if mosaic.shape != (rows * height, columns * width):
        size = "{} × {}".format(*mosaic.shape)
        raise ValueError(f"{size} is no mosaic of {height} × {width} tiles")
    return mosaic.reshape(rows, height, columns, width).swapaxes(1, 2).reshape(-1, height, width)


def peaks(tiles: np.ndarray, per_tile: bool) -> np.ndarray:
    """Largest magnitude of each tile, or of all tiles: shape (n, 1, 1)."""
    axis = (1, 2) if per_tile else None
    return np.broadcast_to(np.abs(tiles).max(axis=axis, keepdims=True), (len(tiles), 1, 1))


def to_grey(tiles: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """Weights → uint8 grey levels, rounded to the nearest; 1 to 255 within ±peak.

    A tile whose peak is zero has grey 128 throughout.

    Raises:
        ValueError: a weight is not finite.
    """
    return np.clip(np.rint(_ratio(tiles, peak) * LEVELS) + ZERO, 0, 255).astype(np.uint8)


def from_grey(grey: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """Grey levels → float32 weights, peak · (grey - 128) / 127."""
    return (peak * ((grey.astype(np.float32) - ZERO) / LEVELS)).astype(np.float32)


def stretched(tiles: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Weights → uint8 grey levels, rounded to the nearest; 0 at low, 255 at high.

    A tile whose low and high are equal has grey 0 throughout.

    Raises:
        ValueError: a weight is not finite.
    """
    return np.clip(np.rint(_ratio(tiles - low, high - low) * 255), 0, 255).astype(np.uint8)


def unstretched(grey: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Grey levels → float32 weights, low + (high - low) · grey / 255."""
    return (low + (high - low) * (grey.astype(np.float32) / 255)).astype(np.float32)


def _ratio(weights: np.ndarray, span: np.ndarray) -> np.ndarray:
    """weights / span; 0 where the span is 0."""
    if not np.isfinite(weights).all():
        raise ValueError("weights must be finite to become grey levels")
    return np.divide(weights, span, out=np.zeros(weights.shape), where=span > 0)
