"""The study of networks over rows after training: are their matrices pictures, do errors grow?

Of a recurrent network the cell's weights are two matrices, one for the inputs and one for the
units, a row a gate of a unit; the latter is used again at every step.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
import torch

from jpegnet.codecs.jpeg import Jpeg
from jpegnet.data.labelled import Dataset
from jpegnet.kept.artifacts import stage
from jpegnet.kept.estimates import Estimate, mean_ci
from jpegnet.kept.parallel import each
from jpegnet.methods.pictured import as_picture, coding_gain, shuffled
from jpegnet.nets.evaluation import divergence, evaluator
from jpegnet.nets.network import Network
from jpegnet.nets.train import Recipe, train_runs, trained
from jpegnet.studies.summaries import chosen

TOLERANCE = 0.2  # points of accuracy on validation that the chosen quality may cost
INPUT, RECURRENT = "cell.weight, inputs", "cell.weight, units"
_RATE = 3e-3
_FOLLOWED = 2000  # test images whose states are followed from row to row


def recipe(architecture, epochs: int) -> Recipe:
    """How a float32 network over rows is trained."""
    return Recipe(epochs, _RATE, cosine=True, architecture=architecture)


def _columns(network: Network) -> dict[str, tuple[str, slice]]:
    """Each matrix's name, the tensor that it stands in, and in which of its columns."""
    found = {}
    for name, shape in network.architecture.shapes.items():
        if len(shape) > 1 and name == "cell.weight":
            inputs = network.architecture.inputs
            found[INPUT] = name, slice(inputs)
            found[RECURRENT] = name, slice(inputs, None)
        elif len(shape) > 1:
            found[name] = name, slice(None)
    return found


def matrices(network: Network) -> Iterator[tuple[str, np.ndarray]]:
    """Each matrix's name, and the matrix, float32."""
    for name, (tensor, columns) in _columns(network).items():
        yield name, np.ascontiguousarray(network.tensors[tensor].numpy()[:, columns])


def replaced(network: Network, name: str, matrix: np.ndarray) -> Network:
    """The network with another matrix in the place of one of `matrices`."""
    tensor, columns = _columns(network)[name]
    changed = network.tensors[tensor].clone()
    changed[:, columns] = torch.from_numpy(matrix)
    return Network(network.architecture, network.tensors | {tensor: changed})


def radius(network: Network) -> float:
    """The spectral radius of the candidates' recurrent weights: the largest |eigenvalue|."""
    units = network.architecture.units
    square = network.tensors["cell.weight"][-units:, -units:].double().numpy()
    return float(np.abs(np.linalg.eigvals(square)).max())


def _followed(network: Network, x: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """The state after each row, (rows, units, n), and the scores of each, (n, 10)."""
    architecture, tensors = network.architecture, network.tensors
    states = architecture.states(tensors, x)
    return states, [architecture.scores(tensors, state) for state in states]


def _growth(before: Network, after: Network, x: torch.Tensor) -> list[dict]:
    """Row by row, how far the state and the answers of a changed network have come off."""
    (right, answers), (states, changed) = _followed(before, x), _followed(after, x)
    errors = (states - right).flatten(1).norm(dim=1) / right.flatten(1).norm(dim=1)
    return [
        {"row": row + 1, "error": error, "divergence": divergence(answers[row], changed[row])}
        for row, error in enumerate(errors.tolist())
    ]


@stage
def matrices_run(recipe: Recipe, seed: int, qualities: tuple[int, ...], data: Dataset) -> dict:
    """Each matrix of a trained network as a JPEG picture, alone.

    Returns:
        ``matrices.csv``: matrix, weights, gain_db, shuffled_db (see `coding_gain`).
        ``qualities.csv``: matrix, quality, bytes, val_loss and test_loss (points of accuracy that
        it costs); and of recurrent networks radius (see `radius`).
        ``rows.csv``, of recurrent networks alone: matrix, quality, row, error of the state as a
        share of its norm, divergence of the answers (nats), both after this row.
    """
    network = trained(recipe, seed, data)
    judges = {"val_loss": evaluator(data.validation), "test_loss": evaluator(data.test)}
    own = {kind: judge.accuracy(network) for kind, judge in judges.items()}
    recurrent = RECURRENT in _columns(network)
    x, about, rows, growth = data.test.x[:_FOLLOWED], [], [], []
    for name, matrix in matrices(network):
        gains = {"gain_db": coding_gain(matrix), "shuffled_db": coding_gain(shuffled(matrix))}
        about.append({"matrix": name, "weights": matrix.size} | gains)
        for quality in qualities:
            size, shown = as_picture(matrix, Jpeg(quality, optimize=True))
            after = replaced(network, name, shown)
            lost = {kind: own[kind] - judge.accuracy(after) for kind, judge in judges.items()}
            row = {"matrix": name, "quality": quality}
            rows.append(row | {"bytes": size} | lost)
            if recurrent:
                rows[-1]["radius"] = radius(after)
                growth += [row | told for told in _growth(network, after, x)]
    tables = {"matrices": about, "qualities": rows}
    if recurrent:
        tables["rows"] = growth
    return {f"{name}.csv": pd.DataFrame(some) for name, some in tables.items()}


def runs(
    recipe: Recipe, seeds: int, qualities: tuple[int, ...], data: Dataset
) -> dict[str, pd.DataFrame]:
    """`matrices_run` of several networks: its tables, each with a first column ``seed``."""
    train_runs(recipe, range(seeds), data)
    run = partial(matrices_run, recipe, qualities=qualities, data=data)
    found = each(run, range(seeds), "matrices")
    tables = [name.removesuffix(".csv") for name in found[0]]
    return {
        table: pd.concat([made[f"{table}.csv"] for made in found], keys=range(seeds))
        .rename_axis(["seed", None])
        .reset_index("seed")
        .reset_index(drop=True)
        for table in tables
    }


def tolerated(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What each matrix tolerates: means over the seeds, a row a matrix.

    The quality is the lowest from which on validation costs at most `TOLERANCE` points. Columns:
    matrix, weights, gain_db, shuffled_db, quality, bits_per_weight, val_loss, test_loss.
    """
    table, about = tables["qualities"], tables["matrices"]
    best = table.groupby(["matrix", "seed"], sort=False).apply(_chosen, include_groups=False)
    means = best.groupby("matrix", sort=False).mean()
    facts = about.drop(columns="seed").groupby("matrix", sort=False).mean()
    joined = facts.join(means).reset_index()
    bits = 8 * joined.pop("bytes") / joined["weights"]
    joined.insert(5, "bits_per_weight", bits)
    return joined


def gain(tables: dict[str, pd.DataFrame]) -> Estimate:
    """The coding gain, in dB, of the weights for the units, over the seeds."""
    about = tables["matrices"]
    return mean_ci(about.loc[about["matrix"] == RECURRENT, "gain_db"].to_list())


def _chosen(rows: pd.DataFrame) -> pd.Series:
    return chosen(rows.sort_values("quality"), TOLERANCE)[
        ["quality", "bytes", "val_loss", "test_loss"]
    ]
