"""A stranger's picture file of one digit, as MNIST has its images."""

import io
import warnings

import numpy as np
from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

from jpegnet.data import digits


def read(content: bytes) -> tuple[np.ndarray, list[str]]:
    """A picture of a digit as MNIST has them, uint8 (28, 28), and what was done to it.

    It is turned upright; what is transparent is white.

    Raises:
        ValueError: it is no picture that Pillow reads, or a huge one.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(content))
            upright = ImageOps.exif_transpose(opened)
    except UnidentifiedImageError as error:
        raise ValueError("not a picture that Pillow knows") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError("too large for a picture of one digit") from error
    done = []
    if upright.has_transparency_data:
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, upright.convert("RGBA"))
        done.append("laid on white")
    if ImageChops.difference(upright.convert("RGB"), upright.convert("L").convert("RGB")).getbbox():
        done.append("made grey")
    grey = np.asarray(upright.convert("L"))
    if grey.shape == (digits.SIDE, digits.SIDE) and grey.min() < grey.max():
        return grey, done
    if digits.is_dark_on_bright(grey):
        done.append("inverted")
    box = f"brought from {upright.width} × {upright.height} pixels to 28 × 28 and centred"
    return digits.normalise(grey), [*done, box]
