"""Orthonormal bases of 28 × 28 pictures: other numbers that say the same tile.

A basis is an orthonormal matrix B (784, 784) whose rows are pictures, from the lowest frequency up.
A tile w has the coefficients c = B w, and w = Bᵀ c; a unit's product with an input is the same in
both, w·x = c·(B x).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pywt

from jpegnet.data.digits import SIDE
from jpegnet.jpeg.dct import BLOCK, dct_matrix


@dataclass(frozen=True, eq=False)
class Basis:
    """``matrix``: float64 (784, 784); ``fitted``: what it was made from, so that a reader needs it,
    or empty.
    """

    name: str
    matrix: np.ndarray
    fitted: str = ""


def _separable(rows: np.ndarray, frequency: np.ndarray) -> np.ndarray:
    """The products of a row along y with one along x, by the sum of their frequencies."""
    both = frequency[:, None] + frequency[None, :]
    larger = np.maximum(frequency[:, None], frequency[None, :])  # of one sum: the rounder first
    return np.kron(rows, rows)[np.lexsort([larger.ravel(), both.ravel()])]


def _pixel() -> np.ndarray:
    """By the distance from the middle, as it has no frequencies."""
    middle = np.arange(SIDE) - (SIDE - 1) / 2
    return _separable(np.eye(SIDE), middle**2)


def _fourier() -> np.ndarray:
    """The real discrete Fourier transform: cosines and sines of 0 to 14 waves a side."""
    waves, j = np.arange(SIDE // 2 + 1), np.arange(SIDE)
    angle = 2 * np.pi * np.outer(waves, j) / SIDE
    rows = np.concatenate([np.cos(angle), np.sin(angle[1:-1])])
    frequency = np.concatenate([waves, waves[1:-1]])
    return _separable(rows / np.linalg.norm(rows, axis=1, keepdims=True), frequency)


def _dct() -> np.ndarray:
    return _separable(dct_matrix(SIDE), np.arange(SIDE))


def _block_dct() -> np.ndarray:
    """Blocks of 8 × 8 as JPEG's, and narrower ones at two edges, as 28 is three and a half."""
    rows, frequency = np.zeros((SIDE, SIDE)), np.zeros(SIDE)
    for start in range(0, SIDE, BLOCK):
        n = min(BLOCK, SIDE - start)
        rows[start : start + n, start : start + n] = dct_matrix(n)
        frequency[start : start + n] = np.arange(n) * BLOCK / n
    return _separable(rows, frequency)


def _wavelet(name: str) -> np.ndarray:
    """Two levels of the plane's transform: 28 becomes 14, 14 becomes 7, which is odd."""
    units = np.eye(SIDE * SIDE).reshape(-1, SIDE, SIDE)
    parts = pywt.wavedec2(units, name, mode="periodization", level=2, axes=(1, 2))
    found, _ = pywt.coeffs_to_array(parts, axes=(1, 2))  # (784 pixels, 28, 28)
    corner = np.maximum(*np.indices((SIDE, SIDE)))  # coarse coefficients are at the upper left
    level = np.digitize(corner, [SIDE // 4, SIDE // 2])
    return found.reshape(SIDE**2, -1).T[np.argsort(level.ravel(), kind="stable")]


def hadamard(order: int = SIDE) -> np.ndarray:
    """A Hadamard matrix, entries ±1, rows by their number of changes of sign.

    Paley's second construction (1933), for an order of 2 (q + 1) with a prime q that is 1 modulo 4;
    for 28, q is 13. The first row is all ones.

    Raises:
        ValueError: the order is none of these.
    """
    q = order // 2 - 1
    if order != 2 * (q + 1) or q % 4 != 1 or any(q % n == 0 for n in range(2, q)):
        raise ValueError(f"{order} is not twice a prime and one, the prime being 1 modulo 4")
    squares = {i * i % q for i in range(1, q)}
    jacobsthal = np.array([[0 if i == j else 1 if (i - j) % q in squares else -1 for j in range(q)]
                           for i in range(q)])  # fmt: skip
    conference = np.ones((q + 1, q + 1), int)
    conference[0, 0], conference[1:, 1:] = 0, jacobsthal
    H = np.kron(conference, [[1, 1], [1, -1]]) + np.kron(
        np.eye(q + 1, dtype=int), [[1, -1], [-1, -1]]
    )
    H = H * H[0]
    changes = (np.diff(H) != 0).sum(1)
    return H[np.argsort(changes, kind="stable")]


def _hadamard() -> np.ndarray:
    rows = hadamard() / np.sqrt(SIDE)
    return _separable(rows, (np.diff(rows) != 0).sum(1))


def _random() -> np.ndarray:
    Q, R = np.linalg.qr(np.random.default_rng(0).standard_normal((SIDE**2, SIDE**2)))
    return (Q * np.sign(np.diag(R))).T


_FIXED: dict[str, Callable[[], np.ndarray]] = {
    "pixels": _pixel,
    "Fourier": _fourier,
    "DCT": _dct,
    "block DCT": _block_dct,
    "Haar": lambda: _wavelet("haar"),
    "Daubechies 4": lambda: _wavelet("db4"),
    "Hadamard": _hadamard,
    "random": _random,
}
FIXED = tuple(_FIXED)


@cache
def fixed(name: str) -> Basis:
    """A basis that depends on no data, one of `FIXED`.

    Raises:
        KeyError: it is none of these.
    """
    return Basis(name, _FIXED[name]())


def principal(name: str, second: np.ndarray) -> Basis:
    """Principal components, by falling variance.

    Args:
        name: what the moments are those of.
        second: second moments E[x xᵀ], float64 (784, 784).
    """
    _, vectors = np.linalg.eigh(second)
    return Basis(f"PCA of the {name}", vectors[:, ::-1].T.copy(), fitted=name)
