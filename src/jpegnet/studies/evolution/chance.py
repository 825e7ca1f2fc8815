"""Chance that is told by where it is asked for, so that a world goes the same way everywhere.

A number is a hash of whole numbers: the world's seed, the step, who asks and what for. So it is the
same alone or among other worlds, in numpy or in a browser, and no stream of numbers is carried on.
"""

import numpy as np

_GOLDEN = np.uint32(0x9E3779B9)
PLACE, GENE, VARIED, VICTIM, PARENT, MINE, FRUIT, AGE = range(8)  # what for


def _mixed(x: np.ndarray) -> np.ndarray:
    """Change 32-bit words, in place, by a bijection that scatters them (the hash function
    "lowbias32": C. Wellons, Prospecting for Hash Functions, 2018)."""
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return x


def words(word: np.ndarray, *parts: np.ndarray | int) -> np.ndarray:
    """A word of 32 bits, uint32, that follows from another one and whole numbers below 2³².

    All are broadcast. ``words(a, b, c)`` is ``words(words(a, b), c)``.
    """
    for part in parts:
        word = _mixed(word + np.asarray(part).astype(np.uint32) + _GOLDEN)
    return word


def uniform(word: np.ndarray, *parts: np.ndarray | int) -> np.ndarray:
    """Numbers within 0 and 1, both excluded, float64; see `words`."""
    return (words(word, *parts) + 0.5) / 2.0**32


def normal(word: np.ndarray, *parts: np.ndarray | int) -> np.ndarray:
    """Standard normal numbers, float64, by Box and Muller's transform; see `words`."""
    word = words(word, *parts)
    radius = np.sqrt(-2 * np.log((word + 0.5) / 2.0**32))
    return radius * np.cos(2 * np.pi * uniform(word, 0))
