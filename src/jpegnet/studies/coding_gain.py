"""The study of what a basis is worth in bits: the coding gain, and what is really saved."""

from functools import partial
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from jpegnet.data.labelled import Dataset
from jpegnet.kept.artifacts import stage
from jpegnet.kept.parallel import each
from jpegnet.methods import laplace
from jpegnet.methods.moments import input_moments
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.network import Network
from jpegnet.nets.train import Recipe, train_runs, trained
from jpegnet.studies import other_bases

WEIGHTS = ("trained", "shuffled", "random")
WEIGHINGS = ("plain", "by the inputs")
ERROR = 0.05  # of quantised weights, as a share of their own power
_DAMPING = 0.01  # share of the inputs' mean power that each pixel has besides: none is of no weight


def predicted(variances: np.ndarray, power: float) -> float:
    """The coding gain in bits: what coefficients that are coded each by itself take less.

    Half of log₂ of the mean power over the geometric mean of the coefficients' variances (Jayant
    and Noll, Digital Coding of Waveforms, 1984, chapter 12). For weights as they are, the mean
    power is the arithmetic mean of the variances.

    Args:
        variances: of the coefficients, each times what an error of it weighs, (n,).
        power: of the weights in all, weighed likewise, over n; the same in each basis.
    """
    return float(np.log2(power) - np.log2(variances).mean()) / 2


def quantised(c: np.ndarray, steps: np.ndarray, error: float) -> tuple[float, np.ndarray]:
    """Coefficients rounded as coarsely as an error allows.

    Args:
        c: coefficients, (units, n).
        steps: relative sizes of the quantisation steps, (n,); a squared error weighs 1 / step².
        error: the mean of these; less than with all coefficients 0.

    Returns:
        Bits a coefficient that `laplace.encode` takes; and the rounded coefficients.
    """
    scaled = c / steps

    def excess(log_step: float) -> float:
        step = np.exp(log_step)
        return np.square(np.rint(scaled / step) * step - scaled).mean() - error

    fine = np.log(np.sqrt(12 * error)) - 0.5  # where rounding is uniform, the error is step² / 12
    step = np.exp(brentq(excess, fine, np.log(3 * np.abs(scaled).max()), xtol=1e-4))
    q = np.rint(scaled / step)
    return 8 * len(laplace.encode(q)) / c.size, q * step * steps


def _weights(kind: str, network: Network, seed: int) -> np.ndarray:
    weight, rng = other_bases.first_layer(network), np.random.default_rng(seed)
    match kind:
        case "trained":
            return weight
        case "shuffled":
            return rng.permutation(weight.ravel()).reshape(weight.shape)
        case _:
            return rng.standard_normal(weight.shape) * weight.std()


@stage
def gain_run(kind: str, recipe: Recipe, seed: int, data: Dataset) -> dict:
    """What each basis saves on weights of one of `WEIGHTS`: trained, shuffled, or random.

    Returns:
        ``gains.csv``: weighing (of `WEIGHINGS`: an error of weights e counts e·e, or what the next
        layer sees of it, eᵀ M e, see `moments`), basis; predicted (see `predicted`) and bits (see
        `quantised`), each a weight; and test_accuracy of the network decoded from these, per cent,
        for trained weights.
    """
    network, moments = trained(recipe, seed, data), input_moments(data.train)[1]
    weight = _weights(kind, network, seed)
    damping = _DAMPING * np.trace(moments) / len(moments)
    weighings = (np.eye(len(moments)), moments + damping * np.eye(len(moments)))
    rows = []
    for weighing, M in zip(WEIGHINGS, weighings, strict=True):
        power = np.einsum("ui,ij,uj->", weight, M, weight, optimize=True) / weight.size
        for basis in other_bases.all_bases(weight, moments):
            if basis.fitted == "tiles":  # fewer tiles than pixels: it has coefficients of 0
                continue
            B, c = basis.matrix, weight @ basis.matrix.T
            steps = np.einsum("ij,ij->i", B @ M, B) ** -0.5
            gain = predicted(np.square(c / steps).mean(0), power)
            bits, decoded = quantised(c, steps, ERROR * power)
            accuracy = np.nan
            if kind == "trained":
                changed = other_bases.with_first(network, decoded @ B)
                accuracy = evaluator(data.test).accuracy(changed)
            rows.append((weighing, basis.name, gain, bits, accuracy))
    columns = ["weighing", "basis", "predicted", "bits", "test_accuracy"]
    return {"gains.csv": pd.DataFrame(rows, columns=columns)}


def _gain(recipe: Recipe, data: Dataset, job: tuple[int, str]) -> pd.DataFrame:
    seed, kind = job
    return gain_run(kind, recipe, seed, data)["gains.csv"].assign(weights=kind, seed=seed)


def gains(recipe: Recipe, seeds: int, data: Dataset) -> pd.DataFrame:
    """`gain_run` of several networks, with the columns weights, seed, expected and saved.

    The last two are bits a weight less than the pixels': by the coding gains, and as measured.
    """
    train_runs(recipe, range(seeds), data)
    jobs = list(product(range(seeds), WEIGHTS))
    table = pd.concat(each(partial(_gain, recipe, data), jobs, "gains"))
    setting = ["weights", "weighing", "seed"]
    pixels = table[table["basis"] == "pixels"].set_index(setting)[["predicted", "bits"]]
    beside = pixels.loc[pd.MultiIndex.from_frame(table[setting])].reset_index(drop=True)
    table = table.reset_index(drop=True)
    expected, saved = table["predicted"] - beside["predicted"], beside["bits"] - table["bits"]
    return table.assign(expected=expected, saved=saved)


def rank_correlations(table: pd.DataFrame, weighing: str) -> list[float]:
    """Whether the prediction orders the bases rightly on trained weights: Spearman's, a seed each.

    Args:
        table: of `gains`.
    """
    rows = table[(table["weights"] == "trained") & (table["weighing"] == weighing)]
    return [
        float(some["expected"].corr(some["saved"], method="spearman"))
        for _, some in rows.groupby("seed")
    ]
