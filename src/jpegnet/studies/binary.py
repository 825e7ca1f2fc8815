"""The study of signs: how few directions there are, and what computing in bits is worth."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import torch

from jpegnet.kept.compute import one_thread
from jpegnet.methods.bits import PackedNetwork
from jpegnet.methods.matrixform import seconds
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.studies.costs import WORD_OPERATIONS, nearest_signs

_DIMENSIONS = (2, 4, 8, 16, 32, 64, 128, 256, 512, 784)


def angles(weight: np.ndarray) -> pd.DataFrame:
    """Mean angles between units' weights and the nearest signs, over growing parts of the pixels.

    Columns: dimensions; trained, of the first d weights in a random order of the pixels; random, of
    vectors of normal numbers; degrees.

    Args:
        weight: (units, 784).
    """
    rng = np.random.default_rng(0)
    order, noise = rng.permutation(weight.shape[1]), rng.standard_normal(weight.shape)
    rows = [
        (d, nearest_signs(weight[:, order[:d]]).mean(), nearest_signs(noise[:, :d]).mean())
        for d in _DIMENSIONS
    ]
    return pd.DataFrame(rows, columns=["dimensions", "trained", "random"])


def bit_ratio(hidden: int, product: int) -> float:
    """Operations on bits of a 784-hidden-10 network of floats, over those of one of signs.

    A float's product takes ``product`` operations, and adding it to a sum about as many as its 24
    bits of significand, times 5 for a full adder. A product of signs takes one, and counting it one
    full adder.
    """
    products = hidden * (784 + 10)
    return products * (product + 24 * 5) / (products * (1 + 5))


def word_ratio(hidden: int) -> float:
    """Operations of a 784-hidden-10 network of floats, over those on words of 64 signs."""
    words = hidden * -(-784 // 64) + 10 * -(-hidden // 64)
    return Mlp((784, hidden, 10)).operations / (WORD_OPERATIONS * words)


def timed(packed: PackedNetwork, dense: Mlp, x: torch.Tensor, rounds: int = 5) -> pd.DataFrame:
    """Seconds for some images, and bytes held, as ``float32`` and as ``bits``, on one thread."""
    network: Network = fresh(dense, torch.Generator().manual_seed(0))
    images = x.numpy()
    ways: list[Callable[[], object]] = [
        lambda: network.logits(x),
        lambda: packed.scores(images),
    ]
    with one_thread():
        taken = seconds(ways, rounds)
    held = [4 * network.parameters, packed.resident_bytes]
    index = pd.Index(["float32", "bits"], name="kept as")
    return pd.DataFrame({"seconds": taken, "held": held}, index=index)
