"""Whole coefficients: their order in a file, their bounds, and how samples tell them."""

import numpy as np

from jpegnet.jpeg import dct
from jpegnet.jpeg.dct import BLOCK, LEVEL_SHIFT

PIXELS = BLOCK * BLOCK  # of a block, and its coefficients
MOST = 2**11 - 1  # magnitude of a coefficient: T.81, table F.1


def _zigzag() -> np.ndarray:
    """Diagonals from the first coefficient on, each run the other way than the last."""
    row, column = np.divmod(np.arange(PIXELS), BLOCK)
    diagonal = row + column
    return np.lexsort((np.where(diagonal % 2, row, column), diagonal))


# Place in reading order of each coefficient in the order in which a file holds them: (64,);
# T.81, figure A.6.
ZIGZAG = _zigzag()


def checked(blocks: np.ndarray) -> np.ndarray:
    """The blocks, int (rows, columns, 64), each in zigzag order.

    Raises:
        ValueError: blocks of another shape, or none; or not whole numbers, or beyond ±2047.
    """
    check_shape(blocks.shape)
    if blocks.dtype.kind not in "iu":
        raise ValueError(f"coefficients in a file are whole numbers, got {blocks.dtype}")
    if blocks.max() > MOST or blocks.min() < -MOST:
        raise ValueError(f"a coefficient is beyond ±{MOST}")
    return blocks[:, :, ZIGZAG].astype(int)


def check_shape(shape: tuple[int, ...]) -> None:
    """Raise ValueError if it is not (rows, columns, 64), each at least 1."""
    if len(shape) != 3 or shape[2] != PIXELS or min(shape) < 1:
        raise ValueError(f"blocks are of shape (rows, columns, {PIXELS}), got {shape}")


def from_samples(image: np.ndarray, table: np.ndarray) -> np.ndarray:
    """The whole numbers that a JPEG file holds, found from its samples: int (…, 8, 8), by block.

    The samples are rounded, each by at most 1/2, so a block's coefficients are off by at most
    4 = 8/2, and a step of more than 8 leaves no doubt. The result is checked in any case: it
    must give the samples again, to within the one grey level by which decoders' arithmetic
    may differ.

    Raises:
        ValueError: it does not, because samples were cut off at 0 or 255, or steps are small.
    """
    blocks = dct.to_blocks(image.astype(float) - LEVEL_SHIFT)
    found = dct.quantise(dct.forward(blocks), table)
    again = np.clip(dct.inverse(found * table), -LEVEL_SHIFT, 255 - LEVEL_SHIFT)
    if np.abs(again - blocks).max() > 1.5:
        raise ValueError("the samples do not tell the coefficients: some were cut off")
    return found
