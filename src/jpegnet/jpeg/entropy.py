"""What JPEG's own entropy coder spends on a picture's coefficients.

Blocks are those of a picture of one component, in reading order, and so are the 64 coefficients
of a block: int (rows, columns, 64).
"""

import heapq

import numpy as np

from jpegnet.jpeg.coefficients import PIXELS, checked
from jpegnet.jpeg.symbols import DC, END, symbols

_MAX_AC, _MAX_DC = 10, 11  # categories of baseline JPEG: T.81, tables F.1 and F.2
_LONGEST = 16  # bits of a Huffman code


def code_lengths(counts: np.ndarray) -> np.ndarray:
    """Bits of each symbol's code, (256,), as libjpeg makes it for the symbols' counts, (n,).

    jpeg_gen_optimal_table in libjpeg's jchuff.c: Huffman's code, with one symbol more that takes
    the code of all ones; then codes of more than 16 bits are made shorter (T.81, K.2).
    """
    # Least count first; of equal ones the largest symbol, and the added one is the largest.
    heap = [(int(n), -symbol, [symbol]) for symbol, n in enumerate(counts) if n] + [
        (1, -256, [256])
    ]
    heapq.heapify(heap)
    depths = np.zeros(257, int)
    while len(heap) > 1:
        (n, a, left), (m, _, right) = heapq.heappop(heap), heapq.heappop(heap)
        depths[left + right] += 1
        # libjpeg holds a pair at the place of the one that was found first.
        heapq.heappush(heap, (n + m, a, left + right))
    # How many codes there are of each length; a lone code of no bits would be no code.
    codes = np.bincount(depths[depths > 0], minlength=2 * _LONGEST + 1)
    for long in range(len(codes) - 1, _LONGEST, -1):
        while codes[long]:
            short = long - 2
            while not codes[short]:
                short -= 1
            codes[[long, long - 1, short + 1, short]] += [-2, 1, 2, -1]
    codes[np.flatnonzero(codes)[-1]] -= 1  # the added symbol's, one of the longest
    order = np.argsort(depths[:256], kind="stable")
    order = order[depths[order] > 0]
    lengths = np.zeros(256, int)
    lengths[order] = np.repeat(np.arange(len(codes)), codes)
    return lengths


def jpeg_bits(blocks: np.ndarray) -> dict[str, float]:
    """Bits that a baseline JPEG file spends on quantised coefficients, by what they are spent on.

    The file has Huffman tables made for it, as libjpeg makes them (its ``optimize_coding``). The
    sum is the entropy-coded data's length, less the padding of the last byte and the zero bytes
    that are stuffed after 0xFF.

    Args:
        blocks: int (rows, columns, 64); see the module's text.

    Returns:
        ``DC``: the differences to the block before, symbols and values; ``AC values``: the bits
        that tell sign and magnitude; ``AC symbols``: the codes of runs of zeros and categories;
        ``end of block``.

    Raises:
        ValueError: see `checked`; or a number is too large for baseline JPEG.
    """
    zigzag = checked(blocks).reshape(-1, PIXELS).tolist()
    counts = np.zeros(DC + 16, int)
    for block, before in zip(zigzag, [[0], *zigzag[:-1]], strict=True):
        np.add.at(counts, symbols(block, before[0]), 1)
    categories = np.arange(len(counts)) % 16
    if (most := categories[:DC][counts[:DC] > 0].max(initial=0)) > _MAX_AC:
        raise ValueError(f"baseline JPEG holds numbers of {_MAX_AC} bits, not of {most}")
    if (most := categories[DC:][counts[DC:] > 0].max()) > _MAX_DC:
        raise ValueError(f"baseline JPEG holds differences of {_MAX_DC} bits, not of {most}")
    spent = counts[:DC] * code_lengths(counts[:DC])
    dc_codes = counts[DC:] @ code_lengths(counts[DC:])[:16]
    return {
        "DC": float(dc_codes + counts[DC:] @ categories[DC:]),
        "AC values": float(counts[:DC] @ categories[:DC]),
        "AC symbols": float(spent.sum() - spent[END]),
        "end of block": float(spent[END]),
    }
