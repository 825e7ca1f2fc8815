"""Other decoders than the one that files are made for, and what becomes of the networks in them.

JPEG's standard allows a decoder's samples to be a grey level off. Two decoders that any run can
have are measured by it; programs that it cannot have, by `jpegnet.build.decoders`, which leaves
what it found in ``book/published/decoders.csv``.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import simplejpeg

from jpegnet.data.labelled import Labelled
from jpegnet.jpeg import dct
from jpegnet.kept import paths
from jpegnet.nets.evaluation import evaluator
from jpegnet.picture import file as picture
from jpegnet.picture import greys, inspect
from jpegnet.picture.tiles import ZERO
from jpegnet.studies import carried

Decoder = Callable[[bytes], np.ndarray]  # a file → its samples, uint8 (height, width)
COLUMNS = ["decoder", "file", "sha256", "levels", "answers", "points"]
PATH = paths.PUBLISHED / "decoders.csv"


def float_dct(file: bytes) -> np.ndarray:
    """By the inverse DCT as the standard writes it (T.81, A.3.3), in float64."""
    shown = picture.load(file)
    q = inspect.blocks(file)
    blocks = dct.inverse((q * shown.table.ravel()).reshape(*q.shape[:2], dct.BLOCK, dct.BLOCK))
    image = dct.from_blocks(blocks, *shown.image.shape) + ZERO
    return np.clip(np.floor(image + 0.5), 0, 255).astype(np.uint8)


def fast_dct(file: bytes) -> np.ndarray:
    """By libjpeg-turbo's fast integer DCT, which it calls less accurate."""
    return simplejpeg.decode_jpeg(file, "GRAY", fastdct=True)[:, :, 0]


IN_ANY_RUN: dict[str, Decoder] = {
    "an inverse DCT in float64": float_dct,
    "libjpeg-turbo's fast DCT": fast_dct,
}


def compared(
    pictures: Mapping[str, tuple[str, bytes]], decoders: Mapping[str, Decoder], test: Labelled
) -> pd.DataFrame:
    """What each decoder makes of each file: a row a decoder and file, with the columns `COLUMNS`.

    ``levels``: by how many grey levels a sample differs from Pillow's at most; ``answers``: of how
    many test images another digit is read; ``points``: how many points of accuracy that costs.

    Args:
        pictures: SHA-256 and bytes of each file, by name.
    """
    judge, rows = evaluator(test), []
    for name, (digest, file) in pictures.items():
        shown = picture.load(file)
        expected = judge.logits(greys.read(shown.image, shown.layout)).argmax(1)
        for decoder, decode in decoders.items():
            samples = decode(file)
            read = judge.logits(greys.read(samples, shown.layout)).argmax(1)
            right = [100 * (found == test.labels).float().mean() for found in (expected, read)]
            levels = np.abs(samples.astype(int) - shown.image).max()
            changed = int((read != expected).sum())
            lost = float(right[0] - right[1])
            rows.append([decoder, name, digest, int(levels), changed, round(lost, 4)])
    return pd.DataFrame(rows, columns=COLUMNS)


def published() -> pd.DataFrame:
    """What was last measured with other programs; no rows where nothing was.

    Raises:
        ValueError: the file cannot be read.
    """
    return carried.table(PATH, COLUMNS) if PATH.exists() else pd.DataFrame(columns=COLUMNS)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """A row a decoder: files; the largest levels, answers and points (either way) of any file."""
    sizes = rows.assign(points=rows["points"].abs()).groupby("decoder", sort=False)
    worst = sizes[["levels", "answers", "points"]].max()
    return worst.assign(files=sizes.size()).reset_index()
