"""What JPEG's own entropy coder spends on a picture's coefficients.

Blocks are those of a picture of one component, in reading order, and so are the 64 coefficients
of a block: int (rows, columns, 64).
"""

import heapq

import numpy as np

from jpegnet.dct import BLOCK

_N = BLOCK * BLOCK
_MAX_AC, _MAX_DC = 10, 11  # categories of baseline JPEG: T.81, tables F.1 and F.2
_END, _RUN = 0x00, 0xF0  # symbols: end of block, and sixteen zeros (ZRL)
_LONGEST = 16  # bits of a Huffman code
MOST = 2**_MAX_DC - 1  # magnitude of a coefficient


def _zigzag() -> np.ndarray:
    """Diagonals from the first coefficient on, each run the other way than the last."""
    row, column = np.divmod(np.arange(_N), BLOCK)
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
    if len(shape) != 3 or shape[2] != _N or min(shape) < 1:
        raise ValueError(f"blocks are of shape (rows, columns, {_N}), got {shape}")


def _lengths(counts: np.ndarray) -> np.ndarray:
    """Bits of each symbol's code, (256,), as libjpeg makes it for the symbols' counts, (256,).

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


def _size(values: np.ndarray) -> np.ndarray:
    """Category of each number: the bits of its magnitude (T.81, F.1.2.1)."""
    return np.frexp(np.abs(values))[1]


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
    blocks = checked(blocks).reshape(-1, _N)
    dc = _size(np.diff(blocks[:, 0], prepend=0))
    block, place = np.nonzero(blocks[:, 1:])
    ac = _size(blocks[:, 1:][block, place])
    if dc.max() > _MAX_DC or ac.max(initial=0) > _MAX_AC:
        raise ValueError(f"baseline JPEG holds numbers of {_MAX_AC} bits, differences of {_MAX_DC}")
    first = np.diff(block, prepend=-1) > 0
    runs = np.diff(place, prepend=0) - 1
    runs[first] = place[first]
    counts = np.bincount(16 * (runs % 16) + ac, minlength=256)
    counts[_RUN] += (runs // 16).sum()
    counts[_END] += np.count_nonzero(blocks[:, -1] == 0)
    dc_counts = np.bincount(dc, minlength=256)
    spent = counts * _lengths(counts)
    return {
        "DC": float(dc_counts @ _lengths(dc_counts) + dc.sum()),
        "AC values": float(ac.sum()),
        "AC symbols": float(spent.sum() - spent[_END]),
        "end of block": float(spent[_END]),
    }
