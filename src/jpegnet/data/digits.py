"""A stranger's digit as MNIST's digits are: in a box of 20 × 20, its centre of mass in the middle.

So LeCun, Cortes and Burges describe the making of MNIST; the page's JavaScript does the same.
"""

import numpy as np

SIDE, BOX = 28, 20  # pixels, both ways, of an image and of the box that holds the digit
# Of a thousand images of MNIST at most one has more half-tones, or more ink, than this.
HALF_TONE, INK = 0.70, 0.60


def _means(n: int, cells: int) -> np.ndarray:
    """The matrix (cells, n) that takes n pixels to their means over cells of one width."""
    edges, pixels = np.arange(cells + 1)[:, None] * n / cells, np.arange(n)
    covered = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return np.maximum(covered, 0) * cells / n


def _border(grey: np.ndarray) -> np.ndarray:
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])


def is_dark_on_bright(grey: np.ndarray) -> bool:
    """Whether most of the border of a picture, uint8 (h, w), is bright: then the ink is dark."""
    return bool(np.median(_border(grey)) > 127)


def normalise(grey: np.ndarray) -> np.ndarray:
    """A picture of one digit, uint8 (h, w), of any size → uint8 (28, 28), bright on black.

    The brighter of paper and ink is taken to be the paper if most of the border is bright.

    Raises:
        ValueError: nothing is drawn in the picture.
    """
    ink = 255 - grey if is_dark_on_bright(grey) else grey
    paper = np.median(_border(ink))  # seldom of one grey: what is as dark as the border, is paper
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


def doubt(image: np.ndarray) -> str | None:
    """Why an image, uint8 (28, 28), hardly is a digit, in words; None if nothing tells.

    A pen leaves lines: dark or light, half-tones at their edges alone, and more paper than ink.
    """
    ink = image / max(image.max(), 1)  # a pencil's is pale
    if ((ink > 0.2) & (ink < 0.8)).sum() > HALF_TONE * (ink > 0.1).sum():
        return "most of it is half-tones, as in a photograph"
    if ink.sum() > INK * BOX * BOX:
        return "it is more ink than paper"
    return None
