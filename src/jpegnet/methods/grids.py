"""Grids of possible weights: a matrix as symbols of few bits, and what they mean."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

_TERNARY = 0.7  # of the mean magnitude: below it a weight becomes 0 (Li, Zhang and Liu 2016)
_ROUNDS = 30  # of k-means


class Grid(Protocol):
    """What the entries of a matrix may be. ``levels``: how many symbols there are, at most 256."""

    levels: int

    @property
    def name(self) -> str: ...

    def sides(self, rows: int) -> int:
        """How many numbers, float16, say what the symbols of a matrix mean."""

    def symbols(self, entries: int) -> int:
        """How many symbols so many entries take."""

    def code(self, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the symbols mean, float16, and the symbols, for a float32 matrix (rows, columns)."""

    def shown(self, symbols: np.ndarray, sides: np.ndarray, rows: int) -> np.ndarray:
        """The matrix, float32 (rows, columns)."""


@dataclass(frozen=True)
class Halves:
    """Every number that float16 has; its symbols are the bytes."""

    levels = 256
    name = "float16"

    def sides(self, rows: int) -> int:
        """See `Grid`."""
        return 0

    def symbols(self, entries: int) -> int:
        """See `Grid`."""
        return 2 * entries

    def code(self, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `Grid`."""
        return np.zeros(0, "<f2"), np.frombuffer(matrix.astype("<f2").tobytes(), np.uint8)

    def shown(self, symbols: np.ndarray, sides: np.ndarray, rows: int) -> np.ndarray:
        """See `Grid`."""
        return np.frombuffer(symbols.tobytes(), "<f2").astype(np.float32).reshape(rows, -1)


@dataclass(frozen=True)
class Steps:
    """Whole multiples of a step, one a row: ±127 for 8 bits, ±7 for 4, ±1 for ternary weights."""

    levels: int

    @property
    def name(self) -> str:
        return {255: "int8", 15: "int4", 3: "ternary"}.get(self.levels, f"{self.levels} levels")

    def sides(self, rows: int) -> int:
        """See `Grid`."""
        return rows

    def symbols(self, entries: int) -> int:
        """See `Grid`."""
        return entries

    def code(self, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `Grid`; a ternary row's step is the mean magnitude of what does not become 0."""
        half, size = self.levels // 2, np.abs(matrix)
        if half == 1:
            there = size > _TERNARY * size.mean(1, keepdims=True)
            steps = (size * there).sum(1) / np.maximum(there.sum(1), 1)
            return steps.astype("<f2"), np.where(there, np.sign(matrix), 0) + half
        steps = (size.max(1) / half).astype("<f2")
        known = np.maximum(steps.astype(np.float32), np.finfo(np.float32).tiny)[:, None]
        return steps, np.rint(matrix / known).clip(-half, half) + half

    def shown(self, symbols: np.ndarray, sides: np.ndarray, rows: int) -> np.ndarray:
        """See `Grid`."""
        whole = symbols.astype(np.float32).reshape(rows, -1) - self.levels // 2
        return whole * sides[:, None]


@dataclass(frozen=True)
class Signs:
    """A bit an entry, whether it is positive, for matrices that count by their signs.

    ``scaled``: whether they count by a row's mean magnitude, too, which is then kept.
    """

    scaled: bool = True
    levels = 2
    name = "1 bit"

    def sides(self, rows: int) -> int:
        """See `Grid`."""
        return rows if self.scaled else 0

    def symbols(self, entries: int) -> int:
        """See `Grid`."""
        return entries

    def code(self, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `Grid`."""
        return np.abs(matrix).mean(1)[: self.sides(len(matrix))].astype("<f2"), matrix >= 0

    def shown(self, symbols: np.ndarray, sides: np.ndarray, rows: int) -> np.ndarray:
        """See `Grid`."""
        signs = symbols.astype(np.float32).reshape(rows, -1) * 2 - 1
        return signs * sides[:, None] if self.scaled else signs


@dataclass(frozen=True)
class Codes:
    """A few numbers, chosen for each matrix by k-means."""

    levels: int

    @property
    def name(self) -> str:
        return f"k-means, {self.levels}"

    def sides(self, rows: int) -> int:
        """See `Grid`."""
        return self.levels

    def symbols(self, entries: int) -> int:
        """See `Grid`."""
        return entries

    def code(self, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `Grid`."""
        codes = centres(matrix.ravel(), self.levels).astype("<f2")
        return codes, nearest(matrix, codes.astype(np.float32))

    def shown(self, symbols: np.ndarray, sides: np.ndarray, rows: int) -> np.ndarray:
        """See `Grid`."""
        return sides[symbols].reshape(rows, -1)


def nearest(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Which of the codes, in rising order, is nearest to each value."""
    return np.searchsorted((codes[1:] + codes[:-1]) / 2, values)


def centres(values: np.ndarray, count: int) -> np.ndarray:
    """Centres of k-means (Lloyd's algorithm), in rising order, from evenly spaced ones on."""
    found = np.linspace(values.min(), values.max(), count)
    for _ in range(_ROUNDS):
        which = nearest(values, found)
        sums, sizes = np.bincount(which, values, count), np.bincount(which, minlength=count)
        found = np.where(sizes > 0, sums / np.maximum(sizes, 1), found)
    return np.sort(found)
