"""The symbols as which baseline JPEG codes a block: T.81, F.1.2.

An AC symbol tells how many zeros precede a coefficient and its category, 16 · run + category; a DC
symbol, here 256 + category, the category of the difference to the block before. The category is
the number of bits of the magnitude; as many bits, for sign and magnitude, follow the symbol's code.
"""

from jpegnet.jpeg.coefficients import PIXELS

END, ZRL = 0x00, 0xF0  # end of block, and sixteen zeros
DC = 256  # what a DC symbol is told by: it has a table of its own


def symbols(block: list[int], before: int) -> list[int]:
    """Symbols of a block, the DC's first.

    Args:
        block: 64 coefficients in zigzag order.
        before: DC of the block before; 0 for the first one.
    """
    found, last = [DC + (block[0] - before).bit_length()], 0
    for place in [p for p in range(1, PIXELS) if block[p]]:
        runs, run = divmod(place - last - 1, 16)
        found += [ZRL] * runs + [16 * run + block[place].bit_length()]
        last = place
    return found + [END] * (last < PIXELS - 1)
