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
from jpegnet.codecs.hevc import Hevc
from jpegnet.codecs.jpeg import Jpeg
from jpegnet.codecs.jpeg2000 import Jpeg2000
from jpegnet.codecs.webp import WebP
from jpegnet.data.minilm import Weights
from jpegnet.kept.artifacts import stage
from jpegnet.kept.parallel import each
from jpegnet.methods.pictured import (
    as_integers,
    as_multiples,
    as_picture,
    coding_gain,
    in_order,
    shuffled,
    squared_error,
    uniform_bits,
)
from jpegnet.studies.survey import ATTENTION, LINEAR, POSITIONS, WORDS, matrices, surveyed

SCALED = "scaled"
ORDERS = ("as it is", "shuffled", "gaussian", "ordered", SCALED)
COLUMNS = [
    *("matrix", "order", "codec", "quality", "bits_per_weight", "relative_error"),
    *("uniform_bits_per_weight", "coding_gain_db"),
]
# What anybody would do instead: a name, a setting, and what codes a matrix by it.
PLAIN = (
    ("int4, zstd", 15, as_integers),
    ("int8, zstd", 255, as_integers),
    *(("uniform, range coding", share, as_multiples) for share in (1.0, 0.5, 0.25, 0.125)),
)
GAINS = [
    *("matrix", "kind", "shape", "weights", "gain_db", "shuffled_db", "ordered_db", "int4_bits"),
    *("int4_error", "jpeg_at_int4_bits", "shuffled_at_int4_bits", "verdict"),
]
_TURNS = 3  # of scaling rows and columns; more change little


def codecs(qualities: Sequence[int], decibels: Sequence[int]) -> tuple[Codec, ...]:
    """JPEG, WebP, AVIF and HEVC of these qualities, JPEG 2000 of these decibels."""
    graded = [kind(quality) for kind in (WebP, Avif, Hevc) for quality in qualities]
    jpegs = [Jpeg(quality, optimize=True) for quality in qualities]
    return (*jpegs, *graded, *(Jpeg2000(some) for some in decibels))


def arranged(matrix: np.ndarray, order: str) -> np.ndarray:
    """A matrix's entries in one of `ORDERS`; "gaussian" are others of the same mean and deviation.

    "scaled" is as it is: only how it is coded differs, see `scales`.

    Raises:
        ValueError: it is none of them.
    """
    match order:
        case "as it is" | "scaled":
            return matrix
        case "shuffled":
            return shuffled(matrix)
        case "gaussian":
            rng = np.random.default_rng(0)
            return rng.normal(matrix.mean(), matrix.std(), matrix.shape).astype(np.float32)
        case "ordered":
            return in_order(matrix)
    raise ValueError(f"{order} is none of {', '.join(ORDERS)}")


def scales(matrix: np.ndarray) -> np.ndarray:
    """What a matrix is divided by before it is coded, so that no row or column is louder: its size.

    The product of a number a row and one a column, float16, by turns their root mean squares
    (affine scaling as in LLMCodec, arXiv:2606.05861, without its offsets: means are near zero).
    """
    rows, columns = np.ones((len(matrix), 1)), np.ones((1, matrix.shape[1]))
    tiny = np.finfo(np.float16).tiny
    for _ in range(_TURNS):
        rows *= np.maximum(np.sqrt(np.square(matrix / rows / columns).mean(1, keepdims=True)), tiny)
        columns *= np.sqrt(np.square(matrix / rows / columns).mean(0, keepdims=True) + tiny)
    return (rows.astype(np.float16) * columns.astype(np.float16).astype(np.float32)).clip(tiny)


def order_bits(shape: tuple[int, int]) -> float:
    """Bits a weight that say in which order the rows and the columns are: log₂ of n! for each."""
    return sum(math.lgamma(n + 1) for n in shape) / math.log(2) / math.prod(shape)


@stage
def matrix_run(name: str, kinds: tuple[Codec, ...], weights: Weights) -> dict:
    """One matrix in all orders by these codecs, and by what is `PLAIN`.

    Returns:
        ``rates.csv``: `COLUMNS`; quality is also the levels of integers, or the step of multiples,
        in standard deviations. The order of "ordered" is counted, as no layer takes it for free
        in general, and so are the `scales` of "scaled". relative_error is the root of the squared
        error over the squares; uniform_bits_per_weight is `uniform_bits` of the same entries, not
        scaled, at the same error; coding_gain_db of what is coded.
    """
    matrix, rows = weights.matrix(name), []
    ways = [*((codec.name, codec.quality, as_picture, codec) for codec in kinds)]
    ways += [(codec, setting, way, setting) for codec, setting, way in PLAIN]
    for order in ORDERS:
        some = arranged(matrix, order)
        by = scales(some) if order == SCALED else np.ones((1, 1), np.float32)
        gain, power = coding_gain(some / by), float(np.square(some, dtype=np.float64).sum())
        more = {"ordered": order_bits(some.shape), SCALED: 16 * sum(some.shape) / some.size}
        for codec, quality, way, setting in ways:
            size, shown = way(some / by, setting)
            error, bits = squared_error(shown * by, some), 8 * size / some.size
            told = [name, order, codec, quality, bits + more.get(order, 0)]
            if error < power:  # else a codec's answer is worse than none, and no step is so coarse
                rows.append([*told, (error / power) ** 0.5, uniform_bits(some, error), gain])
    return {"rates.csv": pd.DataFrame(rows, columns=COLUMNS)}


@stage
def gain_run(name: str, weights: Weights) -> dict:
    """A matrix as `survey.surveyed` has it: ``survey.csv``, a row."""
    matrix = weights.matrix(name)
    about = {"matrix": name, "kind": kind(name), "shape": "{} × {}".format(*matrix.shape)}
    row = about | {"weights": matrix.size} | surveyed(matrix)
    return {"survey.csv": pd.DataFrame([row])}


def names(weights: Weights | None, count: int) -> list[str]:
    """The names of so many of the matrices, smallest ones, in the order of their size, falling."""
    if weights is None:
        return []
    sizes = {name: weights.matrix(name).size for name in matrices(weights.path)[0]}
    return sorted(sizes, key=sizes.get, reverse=True)[-count:]


def kind(name: str) -> str:
    """What sort of matrix of the model this is."""
    if "embeddings" in name:
        return POSITIONS if "position" in name else WORDS
    return ATTENTION if "attention" in name else LINEAR


def gains(some: Sequence[str], weights: Weights | None) -> pd.DataFrame:
    """What `survey.survey` tells of these matrices, and their kind; each is kept by itself."""
    return _together(gain_run, "survey.csv", GAINS, some, weights)


def rates(some: Sequence[str], kinds: tuple[Codec, ...], weights: Weights | None) -> pd.DataFrame:
    """`matrix_run` of several matrices."""
    run = partial(matrix_run, kinds=kinds)
    return _together(run, "rates.csv", COLUMNS, some, weights)


def _together(run, file: str, columns: list[str], some, weights: Weights | None) -> pd.DataFrame:
    if weights is None or not some:
        return pd.DataFrame(columns=columns)
    found = each(partial(run, weights=weights), some, "matrices")
    return pd.concat([made[file] for made in found], ignore_index=True)
