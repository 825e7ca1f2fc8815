"""Weights as pictures: rows of W1 as 28 × 28 tiles, tiles as one mosaic, weights as greys.

A grey level g stands for the weight s · (g - 128) / 127, where s is the largest magnitude in
the tile (per-tile scaling) or in the whole layer (global scaling). So zero is exactly grey
128, which JPEG's level shift takes back to zero, and a tile needs one number besides its grey.
"""

import numpy as np

SIDE = 28
ZERO = 128  # the grey level of weight zero
LEVELS = 127  # grey levels on each side of it that weights use


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


def scales(tiles: np.ndarray, per_tile: bool) -> np.ndarray:
    """Largest magnitude of each tile, or of all tiles: shape (n, 1, 1)."""
    axis = (1, 2) if per_tile else None
    return np.broadcast_to(np.abs(tiles).max(axis=axis, keepdims=True), (len(tiles), 1, 1))


def to_grey(tiles: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Weights → uint8 grey levels, rounded to the nearest; 1 to 255 within ±scale.

    Where the scale is zero, as that of a tile of zeros is, the grey is that of zero.

    Raises:
        ValueError: a weight is not finite.
    """
    if not np.isfinite(tiles).all():
        raise ValueError("weights must be finite to become grey levels")
    parts = np.divide(tiles, scale, out=np.zeros(tiles.shape), where=scale > 0)
    return np.clip(np.rint(parts * LEVELS) + ZERO, 0, 255).astype(np.uint8)


def from_grey(grey: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Grey levels → float32 weights, scale · (grey - 128) / 127."""
    return (scale * ((grey.astype(np.float32) - ZERO) / LEVELS)).astype(np.float32)
