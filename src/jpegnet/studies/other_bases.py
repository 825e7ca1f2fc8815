"""The study of other bases: a tile in few coefficients."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
import torch

from jpegnet.data.labelled import Dataset
from jpegnet.kept.artifacts import stage
from jpegnet.kept.parallel import each
from jpegnet.methods.moments import input_moments
from jpegnet.nets import bases
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.lowrank import of_factors
from jpegnet.nets.network import Network
from jpegnet.nets.train import Recipe, train_runs, trained

RULES = ("frequency", "magnitude", "effect")


def first_layer(network: Network) -> np.ndarray:
    """The tiles, float64 (units, 784)."""
    return network.tensors["0.weight"].double().numpy()


def with_first(network: Network, weight: np.ndarray) -> Network:
    """The network with other tiles."""
    changed = {"0.weight": torch.from_numpy(weight).float()}
    return Network(network.architecture, network.tensors | changed)


def all_bases(weight: np.ndarray, second: np.ndarray) -> Iterator[bases.Basis]:
    """The fixed bases, and the principal components of these tiles and of the inputs.

    Args:
        weight: tiles, (units, 784).
        second: second moments of the inputs, (784, 784).
    """
    yield from map(bases.fixed, bases.FIXED)
    yield bases.principal("tiles", weight.T @ weight / len(weight))
    yield bases.principal("inputs", second)


def keep(c: np.ndarray, count: int, rule: str, moments: np.ndarray) -> np.ndarray:
    """Coefficients, (units, 784), of which each unit keeps ``count``; the others are 0.

    Args:
        rule: the lowest ``frequency``, the same for all units; the largest ``magnitude``; or the
            largest ``effect`` on the unit's sum, c² h.
        moments: h, second moments of the inputs' coefficients, (784,).

    Raises:
        ValueError: the rule is none of `RULES`.
    """
    match rule:
        case "frequency":
            kept = np.zeros_like(c)
            kept[:, :count] = c[:, :count]
            return kept
        case "magnitude":
            worth = np.abs(c)
        case "effect":
            worth = c**2 * moments
        case _:
            raise ValueError(f"{rule} is none of {RULES}")
    order = np.argpartition(-worth, min(count, c.shape[1]) - 1, axis=1)[:, :count]
    kept = np.zeros_like(c)
    np.put_along_axis(kept, order, np.take_along_axis(c, order, 1), 1)
    return kept


def _of_pictures(network: Network, c: np.ndarray, B: np.ndarray) -> Network:
    """The network with the tiles c B: as `with_first`, in less time where B has few rows."""
    factors = (torch.from_numpy(np.ascontiguousarray(found)).float() for found in (c, B))
    return of_factors(network, *factors)


@stage
def keep_run(rule: str, counts: tuple[int, ...], recipe: Recipe, seed: int, data: Dataset) -> dict:
    """A trained network whose tiles keep few coefficients, in each basis, by one of `RULES`.

    Returns:
        ``kept.csv``: basis, chosen_by, coefficients (a tile), test_accuracy (per cent).
    """
    network = trained(recipe, seed, data)
    weight, second = first_layer(network), input_moments(data.train)[1]
    rows = []
    for basis in all_bases(weight, second):
        B, c = basis.matrix, weight @ basis.matrix.T
        moments = np.einsum("ij,ij->i", B @ second, B)
        for count in counts:
            if rule == "frequency" and count < len(c):
                changed = _of_pictures(network, c[:, :count], B[:count])
            else:
                changed = with_first(network, keep(c, count, rule, moments) @ B)
            accuracy = evaluator(data.test).accuracy(changed)
            rows.append((basis.name, rule, count, accuracy))
    columns = ["basis", "chosen_by", "coefficients", "test_accuracy"]
    return {"kept.csv": pd.DataFrame(rows, columns=columns)}


def kept(counts: Sequence[int], recipe: Recipe, seeds: int, data: Dataset) -> pd.DataFrame:
    """`keep_run` of several networks, with the column seed."""
    train_runs(recipe, range(seeds), data)
    jobs = list(product(range(seeds), RULES))
    found = each(partial(_kept, tuple(counts), recipe, data), jobs, "coefficients kept")
    return pd.concat(found, ignore_index=True)


def _kept(
    counts: tuple[int, ...], recipe: Recipe, data: Dataset, job: tuple[int, str]
) -> pd.DataFrame:
    seed, rule = job
    return keep_run(rule, counts, recipe, seed, data)["kept.csv"].assign(seed=seed)
