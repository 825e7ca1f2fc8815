"""The study of what a language model answers whose matrices were kept in few bits.

The model is an encoder of sentences, so an answer is an embedding: how far it turns, and whether
the sentence that is nearest to another one stays so. All matrices are kept, that of the words as
well; vectors (biases, normalisation) stay float32 and are not counted: 0.1 % of the numbers.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, partial
from itertools import product

import numpy as np
import pandas as pd
import torch
from scipy.optimize import brentq

from jpegnet.codecs.jpeg import Jpeg
from jpegnet.data.minilm import Weights, tokens
from jpegnet.kept.artifacts import stage
from jpegnet.kept.parallel import each
from jpegnet.methods.pictured import as_integers, as_multiples, as_picture, squared_error
from jpegnet.nets.bert import Bert
from jpegnet.nets.network import Network

JPEG, UNIFORM = "jpeg", "uniform, range coding"
INTEGERS, ZSTD = "integers, range coding", "integers, zstd"
WAYS = {
    JPEG: lambda matrix, quality: as_picture(matrix, Jpeg(quality, optimize=True)),
    INTEGERS: lambda matrix, levels: as_integers(matrix, levels, "range coding"),
    ZSTD: as_integers,
    UNIFORM: as_multiples,
}
USUAL = (JPEG, INTEGERS, UNIFORM)
LEVELS = {2: 3, 3: 7, 4: 15, 6: 63}  # of integers that take about so many bits, with their steps
COLUMNS = ["way", "setting", "bits_per_weight", "relative_error", "cosine", "same_neighbour"]
_STEPS = (2**-6, 2**3)  # in standard deviations; of Gaussian weights, 8 bits and next to none
_NEAR = 0.03  # of the step's logarithm: at most 0.05 bits
_AT_ONCE = 16  # sentences, those of like lengths together, so that few are filled up

Kept = list[tuple[int, np.ndarray]]  # of each matrix, its bytes and what is decoded, float32


def kept_by(way: str, setting: float, matrices: Sequence[np.ndarray]) -> Kept:
    """Matrices, float32, by one of `WAYS` at a setting: a quality, levels, or a step.

    The step is in standard deviations of the matrix; see `methods.pictured`.
    """
    return [WAYS[way](matrix, setting) for matrix in matrices]


def rate(kept: Kept) -> float:
    """Bits a weight, all matrices together."""
    return 8 * sum(size for size, _ in kept) / sum(shown.size for _, shown in kept)


def setting_of(way: str, bits: int, matrices: Sequence[np.ndarray]) -> float:
    """The setting by which a way keeps matrices in about so many bits a weight, by real bytes.

    For JPEG it is the quality that comes nearest; for integers what `LEVELS` says; for the
    uniform step it is found (by Brent's method) to within 0.05 bits.

    Raises:
        KeyError: there are no `LEVELS` for so many bits.
        ValueError: no step takes so many bits.
    """
    at = cache(lambda setting: rate(kept_by(way, setting, matrices)))
    if way in (INTEGERS, ZSTD):
        return LEVELS[bits]
    if way == JPEG:
        enough = bisect_left(range(1, 100), bits, key=at) + 1
        return min((max(enough - 1, 1), enough), key=lambda quality: abs(at(quality) - bits))
    low, high = np.log(_STEPS)
    return float(np.exp(brentq(lambda log: at(np.exp(log)) - bits, low, high, xtol=_NEAR)))


def embeddings(network: Network, ids: torch.Tensor) -> torch.Tensor:
    """Embeddings (n, width), float32, of length 1, of sentences of tokens (n, length)."""
    lengths = (ids != 0).sum(1)
    order, found = lengths.argsort(stable=True), torch.empty(len(ids), network.architecture.width)
    for some in order.split(_AT_ONCE):
        found[some] = network.logits(ids[some, : lengths[some].max()])
    return found


def _network(weights: Weights) -> Network:
    tensors, architecture = weights.tensors(), Bert()
    return Network(architecture, {name: tensors[name] for name in architecture.shapes})


def neighbours(found: torch.Tensor) -> torch.Tensor:
    """Which other embedding is nearest to each of them, (n, width): int64 (n,)."""
    return (found @ found.T).fill_diagonal_(-1).argmax(1)


@stage
def reference(sentences: tuple[str, ...], weights: Weights) -> dict:
    """What the model answers: ``embeddings.safetensors``, all sentences' as one tensor."""
    return {"embeddings.safetensors": {"all": embeddings(_network(weights), tokens(sentences))}}


@stage
def answers_run(choice: tuple[str, int], sentences: tuple[str, ...], weights: Weights) -> dict:
    """What the model answers whose matrices are kept by a way, in about so many bits a weight.

    Returns:
        ``answers.csv``: a row of `COLUMNS`. bits_per_weight is of all matrices' real bytes;
        relative_error, of all matrices, the root of the squared error over the squares; cosine,
        the mean of that between a sentence's embedding before and after; same_neighbour, the per
        cent of sentences of which the nearest other one is the same.
    """
    (way, bits), network = choice, _network(weights)
    names = [name for name, tensor in network.tensors.items() if tensor.ndim == 2]
    matrices = [network.tensors[name].numpy() for name in names]
    setting = setting_of(way, bits, matrices)
    kept = kept_by(way, setting, matrices)
    pairs = list(zip(kept, matrices, strict=True))
    error = sum(squared_error(shown, matrix) for (_, shown), matrix in pairs)
    power = sum(float(np.square(matrix, dtype=np.float64).sum()) for matrix in matrices)
    shown = {name: torch.from_numpy(matrix) for name, (_, matrix) in zip(names, kept, strict=True)}
    found = embeddings(Network(network.architecture, network.tensors | shown), tokens(sentences))
    known = reference(sentences, weights)["embeddings.safetensors"]["all"]
    told = [way, setting, rate(kept), (error / power) ** 0.5, float((found * known).sum(1).mean())]
    same = float((neighbours(found) == neighbours(known)).float().mean())
    return {"answers.csv": pd.DataFrame([[*told, 100 * same]], columns=COLUMNS)}


def answers(
    sentences: tuple[str, ...],
    weights: Weights | None,
    rates: Sequence[int] = tuple(LEVELS),
    ways: Sequence[str] = USUAL,
) -> pd.DataFrame:
    """`answers_run` of several ways, at about each of these bits a weight; none without weights.

    zstd, which takes twice as long as all others together, is one only where asked for: the range
    coder keeps the same integers in fewer bytes.
    """
    if weights is None:
        return pd.DataFrame(columns=COLUMNS)
    reference(sentences, weights)  # first, as all of them ask for it
    run = partial(answers_run, sentences=sentences, weights=weights)
    runs = each(run, product(ways, rates), "rates")
    return pd.concat([run["answers.csv"] for run in runs], ignore_index=True)
