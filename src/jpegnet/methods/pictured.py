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
_MOST = 127  # multiples of a step, up and down, that a range coder is told
_APART = 6  # bytes of an entry beyond them: its place, 4, and its value in steps, float16
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


def as_picture(matrix: np.ndarray, codec: Codec) -> tuple[int, np.ndarray]:
    """A matrix as a grey picture: its bytes, and the matrix that is decoded, float32.

    A grey level is a sixteenth of the standard deviation; entries that no level reaches are told
    apart. Large matrices are several pictures.
    """
    level = _RANGE * float(matrix.std()) / 127
    size, shown = 0, np.empty(matrix.shape, np.float32)
    for top in range(0, matrix.shape[0], _SIDE):
        for left in range(0, matrix.shape[1], _SIDE):
            area = np.s_[top : top + _SIDE, left : left + _SIDE]
            grey = np.clip(np.rint(matrix[area] / level) + 128, 0, 255).astype(np.uint8)
            file = codec.encode(grey)
            shown[area] = (codec.decode(file).astype(np.float32) - 128) * level
            size += len(file)
    return size + _tell_apart(shown, matrix, level, 127.5), shown


def _tell_apart(shown: np.ndarray, matrix: np.ndarray, step: float, most: float) -> int:
    """Put entries beyond so many steps into what is shown; bytes of them."""
    beyond = np.abs(matrix) > most * step
    shown[beyond] = (matrix[beyond] / step).astype(np.float16) * np.float32(step)
    return _APART * int(beyond.sum())


def as_integers(matrix: np.ndarray, levels: int, packer: str = "zstd") -> tuple[int, np.ndarray]:
    """A matrix on a grid of whole numbers, packed: its bytes, and the matrix that is meant.

    Every 64 entries share a step, float16.
    """
    padded = np.pad(matrix.ravel(), (0, -matrix.size % GROUP)).reshape(-1, GROUP)
    grid = Steps(levels)
    steps, symbols = grid.code(padded)
    size = len(packed(symbols, levels, packer)) + steps.nbytes
    shown = grid.shown(symbols, steps.astype(np.float32), len(padded))
    return size, shown.ravel()[: matrix.size].reshape(matrix.shape)


def as_multiples(matrix: np.ndarray, share: float) -> tuple[int, np.ndarray]:
    """A matrix as whole multiples of one step, range-coded: its bytes, and what is meant.

    Args:
        share: the step, in standard deviations of the entries. Entries beyond 127 steps are told
            apart. The step, float32, and the largest multiple, a byte, are counted.
    """
    step = float(np.float32(share * matrix.std()))
    whole = np.rint(matrix / step).clip(-_MOST, _MOST)
    most = int(np.abs(whole).max())
    shown = (whole * step).astype(np.float32)
    size = len(packed(whole + most, 2 * most + 1, "range coding")) + 5
    return size + _tell_apart(shown, matrix, step, _MOST + 0.5), shown


def coded(matrix: np.ndarray, codec: Codec) -> tuple[int, float]:
    """`as_picture`: its bytes, and the squared error of what is decoded."""
    size, shown = as_picture(matrix, codec)
    return size, squared_error(shown, matrix)


def integers(matrix: np.ndarray, levels: int) -> tuple[int, float]:
    """`as_integers` by zstd: its bytes, and the squared error."""
    size, shown = as_integers(matrix, levels)
    return size, squared_error(shown, matrix)


def squared_error(shown: np.ndarray, matrix: np.ndarray) -> float:
    """The sum of the squared differences, of which each is float32."""
    return float(np.square(shown - matrix).sum(dtype=np.float64))


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
