"""The 8 × 8 block DCT of JPEG and its quantisation tables, as matrices."""

import numpy as np

BLOCK = 8
LEVEL_SHIFT = 128  # what an encoder takes off the samples before the DCT: T.81, A.3.1

# Luminance table of the JPEG standard, ITU-T T.81 (1992), table K.1; rows: vertical frequency.
LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
)


def dct_matrix(n: int = BLOCK) -> np.ndarray:
    """Orthonormal DCT-II, float64 (n, n): row k holds cos(π(2j+1)k / 2n), scaled to length 1.

    T.81, A.3.3, for n = 8: the two-dimensional DCT of a block X is D X Dᵀ.
    """
    k, j = np.mgrid[:n, :n]
    D = np.sqrt(2 / n) * np.cos(np.pi * (2 * j + 1) * k / (2 * n))
    D[0] /= np.sqrt(2)
    return D


def block_dct_matrix(blocks: int = 1) -> np.ndarray:
    """T, orthonormal (64 · blocks, 64 · blocks): the DCT of each block of 64 pixels by itself.

    A block's pixels and coefficients are in reading order.
    """
    D = dct_matrix()
    return np.kron(np.eye(blocks), np.kron(D, D))


def to_blocks(image: np.ndarray) -> np.ndarray:
    """(h, w) → (⌈h/8⌉, ⌈w/8⌉, 8, 8); a part block is filled with its last row and column."""
    height, width = image.shape
    padded = np.pad(image, ((0, -height % BLOCK), (0, -width % BLOCK)), mode="edge")
    rows, columns = padded.shape[0] // BLOCK, padded.shape[1] // BLOCK
    return padded.reshape(rows, BLOCK, columns, BLOCK).swapaxes(1, 2)


def from_blocks(blocks: np.ndarray, height: int, width: int) -> np.ndarray:
    """The inverse of `to_blocks`: → (height, width), filling cut off."""
    rows, columns = blocks.shape[:2]
    return blocks.swapaxes(1, 2).reshape(rows * BLOCK, columns * BLOCK)[:height, :width]


def block_order(height: int, width: int) -> np.ndarray:
    """Index, in reading order, of each pixel of a tile of whole blocks, block by block."""
    return to_blocks(np.arange(height * width).reshape(height, width)).ravel()


def forward(blocks: np.ndarray) -> np.ndarray:
    """DCT of each block of shape (…, 8, 8)."""
    D = dct_matrix()
    return D @ blocks @ D.T


def inverse(coefficients: np.ndarray) -> np.ndarray:
    """Inverse DCT of each block of shape (…, 8, 8)."""
    D = dct_matrix()
    return D.T @ coefficients @ D


def quality_table(quality: int, base: np.ndarray = LUMINANCE) -> np.ndarray:
    """A table of steps at a quality factor, int (8, 8), as libjpeg scales it; 50 is ``base``.

    jpeg_set_quality and jpeg_add_quant_table in libjpeg's jcparam.c, baseline (1 to 255).

    Raises:
        ValueError: quality is not within 1 to 100.
    """
    if not 1 <= quality <= 100:
        raise ValueError(f"JPEG quality is 1 to 100, got {quality}")
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return np.clip((base * percent + 50) // 100, 1, 255)


def quantise(coefficients: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Nearest multiples of the table's steps, as the whole numbers that a file holds."""
    return np.rint(coefficients / table).astype(int)
