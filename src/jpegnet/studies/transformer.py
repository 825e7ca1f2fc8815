"""The study of what picture codecs make of a language model's weights.

Papers that send such weights through video codecs say that tensors are like pictures. If they are,
a codec needs fewer bits for a matrix than for the same entries shuffled, or for Gaussian noise.
"""

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from jpegnet.codecs.avif import Avif
from jpegnet.codecs.codec import Codec
from jpegnet.codecs.jpeg import Jpeg
from jpegnet.codecs.jpeg2000 import Jpeg2000
from jpegnet.codecs.webp import WebP
from jpegnet.data.minilm import Weights
from jpegnet.kept.artifacts import stage
from jpegnet.kept.parallel import each
from jpegnet.methods.pictured import coded, coding_gain, in_order, shuffled, uniform_bits

ORDERS = ("as it is", "shuffled", "gaussian", "ordered")
COLUMNS = [
    *("matrix", "order", "codec", "quality", "bits_per_weight", "relative_error"),
    *("uniform_bits_per_weight", "coding_gain_db"),
]


def codecs(qualities: Sequence[int], decibels: Sequence[int]) -> tuple[Codec, ...]:
    """JPEG, WebP and AVIF of these qualities, JPEG 2000 of these decibels."""
    graded = [kind(quality) for kind in (Jpeg, WebP, Avif) for quality in qualities]
    return (*graded, *(Jpeg2000(some) for some in decibels))


def arranged(matrix: np.ndarray, order: str) -> np.ndarray:
    """A matrix's entries in one of `ORDERS`; "gaussian" are others of the same mean and deviation.

    Raises:
        ValueError: it is none of them.
    """
    match order:
        case "as it is":
            return matrix
        case "shuffled":
            return shuffled(matrix)
        case "gaussian":
            rng = np.random.default_rng(0)
            return rng.normal(matrix.mean(), matrix.std(), matrix.shape).astype(np.float32)
        case "ordered":
            return in_order(matrix)
    raise ValueError(f"{order} is none of {', '.join(ORDERS)}")


def order_bits(shape: tuple[int, int]) -> float:
    """Bits a weight that say in which order the rows and the columns are: log₂ of n! for each."""
    return sum(math.lgamma(n + 1) for n in shape) / math.log(2) / math.prod(shape)


@stage
def matrix_run(name: str, kinds: tuple[Codec, ...], weights: Weights) -> dict:
    """One matrix in all orders by these codecs.

    Returns:
        ``rates.csv``: `COLUMNS`. The order of "ordered" is counted, as no layer takes it for free
        in general; uniform_bits_per_weight is `uniform_bits` of the same entries at the same error.
    """
    matrix, rows = weights.matrix(name), []
    for order in ORDERS:
        some = arranged(matrix, order)
        gain, power = coding_gain(some), float(np.square(some, dtype=np.float64).sum())
        more = order_bits(some.shape) if order == "ordered" else 0.0
        for codec in kinds:
            size, error = coded(some, codec)
            told = [name, order, codec.name, codec.quality, 8 * size / some.size + more]
            if error < power:  # else a codec's answer is worse than none, and no step is so coarse
                rows.append([*told, (error / power) ** 0.5, uniform_bits(some, error), gain])
    return {"rates.csv": pd.DataFrame(rows, columns=COLUMNS)}


def rates(names: Sequence[str], kinds: tuple[Codec, ...], weights: Weights) -> pd.DataFrame:
    """`matrix_run` of several matrices."""
    runs = each(partial(matrix_run, kinds=kinds, weights=weights), names, "matrices")
    return pd.concat([run["rates.csv"] for run in runs], ignore_index=True)
