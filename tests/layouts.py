"""Random layouts, and the numbers of a layout's segment as its description codes them."""

from hypothesis import strategies as st

from jpegnet.nets.mlp import Mlp
from jpegnet.picture.layout import Layout, Part

COUNT = st.integers(0, 2**16)
SCALE = st.floats(0, 1000, exclude_min=True, width=32)


@st.composite
def _parts(draw):
    grid = draw(st.integers(1, 80) | st.integers(1, 2**16))
    left = draw(st.integers(0, min(20, grid - 1)) | st.integers(0, grid - 1))
    width = draw(st.integers(1, min(50, grid - left)))
    window = (draw(st.integers(0, 9) | COUNT), left, draw(st.integers(1, 30)), width)
    across = draw(st.integers(1, 30) | COUNT.filter(bool))
    return Part(grid, *window, across, *draw(st.tuples(*[st.integers(0, 20)] * 2)), draw(SCALE))


@st.composite
def layouts(draw):
    """Any layout of one to four layers: windows that show part of a row or none, and overlaps."""
    widths = draw(st.lists(st.integers(1, 25), min_size=2, max_size=5))
    parts = 2 * (len(widths) - 1)
    return Layout(
        Mlp(tuple(widths)), tuple(draw(st.lists(_parts(), min_size=parts, max_size=parts)))
    )


def leb128(number: int) -> bytes:
    """Seven bits a byte, the least first, the high bit set in all but the last byte."""
    digits = [number >> shift & 0x7F for shift in range(0, max(1, number.bit_length()), 7)]
    return bytes([*[digit | 0x80 for digit in digits[:-1]], digits[-1]])
