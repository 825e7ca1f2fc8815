"""Any matrix as a picture: how far it is one, and its bytes as JPEG and on a grid of integers."""

import numpy as np
from scipy.fft import dctn
from scipy.optimize import brentq

from jpegnet.codecs.codec import Codec
from jpegnet.jpeg.dct import BLOCK
from jpegnet.methods.grids import Steps
from jpegnet.methods.packers import packed

GROUP = 64  # entries of an integer grid that share a step, float16
_RANGE = 8  # standard deviations that the grey levels span, up and down
_APART = 6  # bytes of an entry beyond them: its place, 4, and its value as float16
_SIDE = 2048  # of the pieces that a large matrix is cut into; a picture has at most 65,500 rows
_ORDERED = 4096  # lines of a matrix that are put in order; more would take minutes


def coding_gain(matrix: np.ndarray) -> float:
    """The coding gain of the 8 × 8 DCT in dB.

    Ten times the decimal logarithm of the arithmetic over the geometric mean of the coefficients'
    mean squares (Jayant and Noll, Digital Coding of Waveforms, 1984, chapter 12). What is left
    over at the right and below is not looked at.

    Args:
        matrix: (rows, columns), both at least 8; not all of it 0.
    """
    rows, columns = (side // BLOCK for side in matrix.shape)
    whole = matrix[: rows * BLOCK, : columns * BLOCK]
    blocks = whole.reshape(rows, BLOCK, columns, BLOCK).swapaxes(1, 2)
    squares = np.square(dctn(blocks, axes=(2, 3), norm="ortho")).mean((0, 1), dtype=np.float64)
    squares = np.maximum(squares, np.finfo(np.float64).tiny)
    return float(10 * (np.log10(squares.mean()) - np.log10(squares).mean()))


def by_likeness(matrix: np.ndarray) -> np.ndarray:
    """An order of the rows in which each is followed by the one most like it, of those left."""
    sizes = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit = matrix / np.maximum(sizes, np.finfo(np.float32).tiny)
    alike = unit @ unit.T
    order, left = [0], np.ones(len(matrix), bool)
    left[0] = False
    for _ in range(len(matrix) - 1):
        order.append(int(np.where(left, alike[order[-1]], -np.inf).argmax()))
        left[order[-1]] = False
    return np.array(order)


def in_order(matrix: np.ndarray) -> np.ndarray:
    """The matrix with its rows, then its columns, in the order of `by_likeness`.

    More than some thousand of them stay as they are.
    """
    if len(matrix) <= _ORDERED:
        matrix = matrix[by_likeness(matrix)]
    return matrix[:, by_likeness(matrix.T)] if matrix.shape[1] <= _ORDERED else matrix


def shuffled(matrix: np.ndarray) -> np.ndarray:
    """The matrix's entries in an order of chance, the same one at each call."""
    return np.random.default_rng(0).permutation(matrix.ravel()).reshape(matrix.shape)


def coded(matrix: np.ndarray, codec: Codec, **options) -> tuple[int, float]:
    """A matrix as a grey picture: its bytes, and the squared error of what is decoded.

    A grey level is a sixteenth of the standard deviation; entries that no level reaches are told
    apart. Large matrices are several pictures. ``options`` are those of the codec's `encode`.
    """
    level = _RANGE * float(matrix.std()) / 127
    beyond = np.abs(matrix) > 127.5 * level
    size, error = _APART * int(beyond.sum()), 0.0
    for top in range(0, matrix.shape[0], _SIDE):
        for left in range(0, matrix.shape[1], _SIDE):
            area = np.s_[top : top + _SIDE, left : left + _SIDE]
            grey = np.clip(np.rint(matrix[area] / level) + 128, 0, 255).astype(np.uint8)
            file = codec.encode(grey, **options)
            shown = (codec.decode(file).astype(np.float32) - 128) * level
            size += len(file)
            error += float(np.square(shown - matrix[area])[~beyond[area]].sum(dtype=np.float64))
    return size, error


def integers(matrix: np.ndarray, levels: int) -> tuple[int, float]:
    """A matrix on a grid of whole numbers, packed by zstd: its bytes, and the squared error."""
    padded = np.pad(matrix.ravel(), (0, -matrix.size % GROUP)).reshape(-1, GROUP)
    grid = Steps(levels)
    steps, symbols = grid.code(padded)
    size = len(packed(symbols, levels, "zstd")) + steps.nbytes
    shown = grid.shown(symbols, steps.astype(np.float32), len(padded))
    return size, float(np.square(shown - padded).sum(dtype=np.float64))


def uniform_bits(matrix: np.ndarray, error: float) -> float:
    """Bits a weight of whole multiples of one step, by an ideal entropy coder.

    That is the entropy of the multiples; the step is the one whose squared error, summed, is
    ``error``, which is above 0 and below that of a matrix of zeros.
    """

    def excess(log_step: float) -> float:
        step = np.exp(log_step)
        rounded = np.rint(matrix / step) * step
        return np.log(np.square(rounded - matrix).sum(dtype=np.float64) / error)

    fine = np.log(np.sqrt(12 * error / matrix.size)) - 1  # where rounding is uniform: step² / 12
    step = np.exp(brentq(excess, fine, np.log(3 * np.abs(matrix).max()), xtol=1e-3))
    _, counts = np.unique(np.rint(matrix / step), return_counts=True)
    shares = counts / counts.sum()
    return float(-(shares * np.log2(shares)).sum())
