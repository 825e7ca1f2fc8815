"""A picture's coefficients under an adaptive model and a range coder: what JPEG's coder could save.

Each coefficient is put as a series of yes-or-no decisions, as in arithmetic-coded JPEG (T.81,
F.1.4) and CABAC (Marpe, Schwarz and Wiegand 2003), and each decision's probability is learned
from the decisions before it. Blocks are as in `entropy`.
"""

import math
from bisect import bisect
from collections.abc import Callable

import constriction
import numpy as np

from jpegnet.jpeg.adaptive import Mixture
from jpegnet.jpeg.coefficients import MOST, PIXELS, ZIGZAG, check_shape, checked
from jpegnet.jpeg.dct import BLOCK

model, queue = constriction.stream.model, constriction.stream.queue

_PLACES = np.argsort(ZIGZAG).reshape(BLOCK, BLOCK)  # in zigzag order
# For each coefficient in zigzag order, those of lower frequency beside it, which precede it.
_LOWER = [
    [
        int(_PLACES[row, column])
        for row, column in ((y - 1, x), (y, x - 1), (y - 1, x - 1), (y - 2, x), (y, x - 2))
        if row >= 0 and column >= 0
    ]
    for y, x in (divmod(int(place), BLOCK) for place in ZIGZAG)
]
# Where counts of filled coefficients, sums of magnitudes and runs of places are cut in classes.
_FEW, _SUMS, _BANDS = (1, 4), (1, 2, 3, 5, 8), (1, 3, 6, 10, 15, 21, 28, 36)


# (what, contexts, probability at first or of no context, the answer if it is known) → the answer
_Decide = Callable[[str, tuple, float, bool], bool]


def _decider(code: Callable[[model.Bernoulli, bool], bool]) -> _Decide:
    """Decisions under one model; ``code`` writes an answer, or reads it and returns it."""
    adaptive = Mixture()

    def decide(what: str, contexts: tuple, start: float, yes: bool) -> bool:
        p = adaptive.probability(what, contexts, start) if contexts else start
        yes = code(model.Bernoulli(p, perfect=False), yes)
        if contexts:
            adaptive.learn(yes)
        return yes

    return decide


def _walk(decide: _Decide, blocks: list[list[list[int]]], kinds: list[list[int]]) -> None:
    """Put each block's numbers as decisions, and fill in the answers.

    A block is empty or not; if not, each coefficient in zigzag order is zero or not; if not, it
    is negative or not, and larger than 1, 2, … or not. Contexts are the place k, the block's
    kind, and magnitudes: of lower frequencies beside this one, of the last three blocks of the
    same kind, of the blocks to the left and above.
    """
    nothing = [0] * PIXELS
    last: dict[int, list[list[int]]] = {}
    above = [nothing] * len(blocks[0])
    for line, line_kinds in zip(blocks, kinds, strict=True):
        beside = nothing
        for x, (block, kind) in enumerate(zip(line, line_kinds, strict=True)):
            before = last.setdefault(kind, [nothing] * 3)
            around = bisect(_FEW, _filled(beside)), bisect(_FEW, _filled(above[x]))
            full = tuple(bisect(_FEW, _filled(b)) for b in before)
            contexts = (kind, (kind, full[0]), around, (kind, around[0]), full)
            size = [0] * PIXELS
            if not decide("empty", contexts, 0.5, not any(block)):
                past = [sum(min(b[k], 2) for b in before) for k in range(PIXELS)]
                side = [min(a, 2) + min(b, 2) for a, b in zip(beside, above[x], strict=True)]
                _block(decide, block, size, kind, past, side)
            above[x] = beside = size
            last[kind] = [size, *before[:2]]


def _filled(block: list[int]) -> int:
    return PIXELS - block.count(0)


def _block(
    decide: _Decide, block: list[int], size: list[int], kind: int, past: list[int], side: list[int]
) -> None:
    """The coefficients of a block that is not empty; ``size`` takes their magnitudes."""
    found = run = 0
    for k in range(PIXELS):
        near = sum(min(size[i], 2) for i in _LOWER[k])
        band = bisect(_BANDS, k)
        contexts = (
            k,
            (kind, k),
            (k, bisect(_SUMS, near)),
            (kind, band, bisect(_SUMS, near)),
            (bisect(_SUMS, near), bisect(_SUMS, past[k]), bisect(_SUMS, side[k])),
            (band, bisect(_SUMS, found), bisect(_BANDS, run)),
            (k, bisect(_SUMS, past[k])),
            (k, bisect(_SUMS, side[k])),
        )
        if not decide("nonzero", contexts, 0.45 * math.exp(-0.08 * k), block[k] != 0):
            block[k], run = 0, run + 1
            continue
        found, run = found + 1, 0
        negative = decide("negative", (), 0.5, block[k] < 0)
        near = max((size[i] for i in _LOWER[k]), default=0)
        n = 1
        while n < MOST:
            j = min(n, 12)
            contexts = (
                j,
                (kind, min(j, 3)),
                (k, min(j, 2)),
                (min(j, 4), bisect(_SUMS, near)),
                (min(j, 4), bisect(_SUMS, past[k])),
                (kind, k),
            )
            if not decide("larger", contexts, 0.4, abs(block[k]) > n):
                break
            n += 1
        size[k], block[k] = n, -n if negative else n


def _numbers(kinds: np.ndarray | None, shape: tuple[int, ...]) -> list[list[int]]:
    kinds = np.zeros(shape[:2], int) if kinds is None else kinds
    if kinds.shape != shape[:2]:
        raise ValueError(f"kinds of shape {kinds.shape} for {shape[0]} × {shape[1]} blocks")
    return kinds.tolist()


def range_coded(blocks: np.ndarray, kinds: np.ndarray | None = None) -> bytes:
    """Quantised coefficients under an adaptive model and a range coder: words of 4 bytes.

    A yardstick for JPEG's entropy coder, not a format: probabilities are floating-point numbers,
    so what one machine's mathematical library coded another's may not decode.

    Args:
        blocks: int (rows, columns, 64); see the module's text.
        kinds: int (rows, columns), a number for each block; those of one number are thought to
            be alike. The decoder must know them.

    Raises:
        ValueError: blocks of another shape or kind, or a number beyond ±2047; kinds of another
            shape.
    """
    coder = queue.RangeEncoder()

    def code(p: model.Bernoulli, yes: bool) -> bool:
        coder.encode(int(yes), p)
        return yes

    _walk(_decider(code), checked(blocks).tolist(), _numbers(kinds, blocks.shape))
    return coder.get_compressed().astype("<u4").tobytes()


def range_decoded(
    data: bytes, shape: tuple[int, ...], kinds: np.ndarray | None = None
) -> np.ndarray:
    """The inverse of `range_coded`: → int, of the shape of the blocks that were coded.

    Raises:
        ValueError: the shape is not (rows, columns, 64), or kinds are of another one; the bytes
            are not whole words, or none that the coder makes.
    """
    check_shape(shape)
    if len(data) % 4:
        raise ValueError(f"{len(data)} bytes are not whole words of 4")
    coder = queue.RangeDecoder(np.frombuffer(data, "<u4").astype(np.uint32))
    blocks = np.zeros(shape, int).tolist()
    try:
        _walk(_decider(lambda p, _: bool(coder.decode(p))), blocks, _numbers(kinds, shape))
    except AssertionError as error:  # constriction's own, of data that no encoder makes
        raise ValueError("the bytes are no range coder's") from error
    found = np.empty(shape, int)
    found[:, :, ZIGZAG] = blocks
    return found
