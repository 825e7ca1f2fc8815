"""A stranger's digit as MNIST's digits are: in a box of 20 × 20, its centre of mass in the middle.

So LeCun, Cortes and Burges describe the making of MNIST; the page's JavaScript does the same.
"""

import numpy as np

from jpegnet.tiles import SIDE

BOX = 20


def _means(n: int, cells: int) -> np.ndarray:
    """The matrix (cells, n) that takes n pixels to their means over cells of one width."""
    edges, pixels = np.arange(cells + 1)[:, None] * n / cells, np.arange(n)
    covered = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return np.maximum(covered, 0) * cells / n


def normalise(grey: np.ndarray) -> np.ndarray:
    """A picture of one digit, uint8 (h, w), of any size → uint8 (28, 28), bright on black.

    The brighter of paper and ink is taken to be the paper if most of the border is bright.

    Raises:
        ValueError: nothing is drawn in the picture.
    """
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = 255 - grey if np.median(border) > 127 else grey
    # Paper is seldom of one grey: what is as dark as the border, is paper.
    paper = np.median(255 - border if np.median(border) > 127 else border)
    ink = np.clip((ink - paper) * 255 / max(255 - paper, 1), 0, 255)
    rows, columns = (np.flatnonzero((ink > 25).any(axis)) for axis in (1, 0))
    if not len(rows):
        raise ValueError("the picture is blank: no digit is drawn in it")
    drawn = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    high, wide = (max(1, int(BOX * n / max(drawn.shape) + 0.5)) for n in drawn.shape)
    small = _means(len(drawn), high) @ drawn @ _means(drawn.shape[1], wide).T
    y, x = (np.average(np.arange(n), weights=small.sum(1 - i)) for i, n in enumerate(small.shape))
    image = np.zeros((SIDE, SIDE))
    # In MNIST's images the centre of mass is in pixel 14, within half a pixel of its middle.
    top, left = (
        int(np.clip(SIDE / 2 - at + 0.5, 0, SIDE - n))
        for at, n in zip((y, x), small.shape, strict=True)
    )
    image[top : top + small.shape[0], left : left + small.shape[1]] = small
    return np.rint(image).astype(np.uint8)
