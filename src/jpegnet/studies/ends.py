"""Where the idea ends: every matrix of every network on one scale, from noise to picture."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from jpegnet.data.labelled import Dataset
from jpegnet.data.minilm import Weights
from jpegnet.nets.train import Recipe, trained
from jpegnet.studies import after_training
from jpegnet.studies.transformer import ORDERS, PLAIN

MODEL = "MiniLM"
COLUMNS = [
    *("network", "matrix", "kind", "weights", "gain_db", "shuffled_db", "ordered_db", "int4_bits"),
    *("jpeg_bits", "shuffled_bits", "more_bits", "saved"),
]
AS_IT_IS = ORDERS[0]
_SIDE = 56  # of the piece of a matrix that is shown
_LARGE = 10_000  # weights from which on a file's headers are of no weight


def placed(layers: pd.DataFrame, gains: pd.DataFrame) -> pd.DataFrame:
    """The matrices of `after_training.runs` and of `transformer.gains` that have figures.

    Columns: see `COLUMNS`. jpeg_bits and shuffled_bits are what JPEG takes a weight at int4's
    error, for the matrix and for its shuffled entries; more_bits is jpeg_bits without int4_bits;
    saved, by how many per cent jpeg_bits are fewer than shuffled_bits.
    """
    model = gains.assign(network=MODEL)
    both = pd.concat([layers.rename(columns={"layer": "matrix"}), model], ignore_index=True)
    names = {"jpeg_at_int4_bits": "jpeg_bits", "shuffled_at_int4_bits": "shuffled_bits"}
    known = both.rename(columns=names).dropna(subset=["gain_db", "jpeg_bits"])
    known = known.assign(
        more_bits=known["jpeg_bits"] - known["int4_bits"],
        saved=100 * (1 - known["jpeg_bits"] / known["shuffled_bits"]),
    )
    return known[COLUMNS].reset_index(drop=True)


def of_noise(table: pd.DataFrame) -> float:
    """Bits a weight that JPEG takes more than int4, at its error, for shuffled entries: median."""
    large = table[table["weights"] >= _LARGE]
    return float((large["shuffled_bits"] - large["int4_bits"]).median())


def by_kind(table: pd.DataFrame) -> pd.DataFrame:
    """Medians of `placed` over the matrices of a kind, and how many there are, by falling gain."""
    groups = table.groupby("kind", sort=False)
    shown = ["gain_db", "shuffled_db", "ordered_db", "int4_bits", "jpeg_bits", "saved"]
    medians = groups[shown].median().assign(matrices=groups.size())
    return medians.sort_values("gain_db", ascending=False).reset_index()


def divergences(layers: pd.DataFrame) -> pd.DataFrame:
    """By kind, how far answers diverge with one layer alone as JPEG, beside int4 in as many bytes.

    Columns: kind, layers; ratio, the geometric mean of their divergences' ratios. Single layers
    cost too little accuracy to tell them apart by it.
    """
    known = layers.dropna(subset="int4_divergence")
    logs = np.log(known["jpeg_as_int4_divergence"] / known["int4_divergence"])
    groups = logs.groupby(known["kind"], sort=False)
    table = pd.DataFrame({"layers": groups.size(), "ratio": np.exp(groups.mean())})
    return table.sort_values("ratio").reset_index()


def pieces(
    table: pd.DataFrame, recipes: Sequence[Recipe], data: Dataset, weights: Weights | None
) -> list[np.ndarray]:
    """Of each matrix of `placed` a piece, float32, at most 56 × 56.

    The networks are those of seed 0.
    """
    known = {
        (recipe.architecture.name, name): matrix
        for recipe in recipes
        for name, matrix in after_training.pictures(trained(recipe, 0, data))
    }
    found = []
    for network, name in zip(table["network"], table["matrix"], strict=True):
        matrix = weights.matrix(name) if network == MODEL else known[network, name]
        side = min(_SIDE, *matrix.shape)
        found.append(matrix[:side, :side])
    return found


def grey(piece: np.ndarray) -> np.ndarray:
    """A piece as a grey picture, uint8: three standard deviations up and down."""
    return np.clip(128 + 127 * piece / (3 * piece.std()), 0, 255).astype(np.uint8)


def by_order(rates: pd.DataFrame) -> pd.DataFrame:
    """Bits a weight that each order takes more than the matrix as it is, by picture codec.

    Means over the qualities. Errors differ a little from order to order, so bits are compared at
    one error, by a bit for each halving. Columns: matrix, codec, the orders, and uniform: what an
    ideal uniform quantiser takes more for the matrix as it is.
    """
    pictures = rates[~rates["codec"].isin({name for name, *_ in PLAIN})]
    numbers = pictures.astype({"bits_per_weight": float, "relative_error": float})
    level = numbers["bits_per_weight"] + np.log2(numbers["relative_error"])
    uniform = numbers["uniform_bits_per_weight"].astype(float) - numbers["bits_per_weight"]
    told = numbers.assign(level=level, uniform=uniform)
    by = ["matrix", "codec"]
    levels = told.pivot_table("level", by, "order", sort=False)
    plain = told[told["order"] == AS_IT_IS].groupby(by, sort=False)["uniform"].mean()
    if len(levels):
        levels = levels.sub(levels[AS_IT_IS], axis=0).drop(columns=AS_IT_IS)
    return levels.assign(uniform=plain).reset_index()
