"""A stranger's digit as MNIST's digits are: in a box of 20 × 20, its centre of mass in the middle.

So LeCun, Cortes and Burges describe the making of MNIST; the page's JavaScript does the same.
"""

import numpy as np
from PIL import Image

from jpegnet.tiles import SIDE

BOX = 20


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
    drawn = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.uint8)
    size = [max(1, round(BOX * n / max(drawn.shape))) for n in drawn.shape[::-1]]  # width, height
    small = np.asarray(Image.fromarray(drawn).resize(size, Image.Resampling.BOX), float)
    y, x = (np.average(np.arange(n), weights=small.sum(1 - i)) for i, n in enumerate(small.shape))
    image = np.zeros((SIDE, SIDE))
    # Pixel i covers i to i + 1, so the image's middle is at 14.
    top, left = (
        int(np.clip(round(SIDE / 2 - (at + 0.5)), 0, SIDE - n))
        for at, n in zip((y, x), small.shape, strict=True)
    )
    image[top : top + small.shape[0], left : left + small.shape[1]] = small
    return np.rint(image).astype(np.uint8)
