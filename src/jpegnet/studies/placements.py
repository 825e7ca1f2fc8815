"""How the kernels of a layer become a picture: several ways, measured after training.

A layer's kernels, (filters, channels, k, k), fill a picture in some order. The order decides which
of them a block of JPEG holds together, and so what a few low frequencies can say. Only this layer
goes through JPEG here, without headers counted apart; the rest of the network stays as it is.
"""

from functools import partial

import numpy as np
import pandas as pd
import torch

from jpegnet.codecs.jpeg import Jpeg
from jpegnet.data.labelled import Dataset
from jpegnet.jpeg.dct import BLOCK
from jpegnet.kept.artifacts import stage
from jpegnet.kept.parallel import each
from jpegnet.methods.pictured import by_likeness
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.network import Network
from jpegnet.nets.train import Recipe, train_runs, trained
from jpegnet.picture.layout import Part
from jpegnet.studies.summaries import chosen

TOLERANCE = 0.2  # points of accuracy on validation that the chosen quality may cost
_LEVELS = 127  # grey levels of the largest weight


def _by_likeness(weight: np.ndarray) -> np.ndarray:
    """An order of channels in which each is followed by the one most like it, of those left."""
    rows = weight.swapaxes(0, 1).reshape(weight.shape[1], -1).astype(float)
    return by_likeness(rows - rows.mean(1, keepdims=True))  # centred: alike is correlated


def _tiles(weight: np.ndarray, kernel: int) -> np.ndarray:
    """A tile a filter, as version 2 of the format has them: an index; ``kernel`` as in `Part`."""
    entries = weight[0].size
    width = entries // BLOCK
    tile = Part(width, 0, 0, BLOCK, width, 1, 0, 0, 1.0, kernel).entries(entries)
    return np.concatenate([entries * row + tile for row in range(len(weight))])


def _in_blocks(weight: np.ndarray) -> np.ndarray:
    """Neighbouring channels' kernels share a block."""
    return _tiles(weight, weight.shape[-1])


def _likeness_in_blocks(weight: np.ndarray) -> np.ndarray:
    index = np.arange(weight.size).reshape(weight.shape)[:, _by_likeness(weight)]
    return index.ravel()[_in_blocks(weight)]


def _across(weight: np.ndarray) -> np.ndarray:
    """For each place in the kernels, the matrix of filters and channels, side by side."""
    filters, channels, side, _ = weight.shape
    index = np.arange(weight.size).reshape(weight.shape)
    return index.transpose(2, 0, 3, 1).reshape(side * filters, side * channels)


def _matrix(weight: np.ndarray) -> np.ndarray:
    """The layer's matrix: a line a filter."""
    return np.arange(weight.size).reshape(len(weight), -1)


def _strips(weight: np.ndarray) -> np.ndarray:
    """A filter's numbers, line by line, in a strip of one block's height."""
    return _tiles(weight, 0)


PLACEMENTS = {
    "four kernels a block": _in_blocks,
    "four kernels a block, channels ordered by likeness": _likeness_in_blocks,
    "a strip of blocks a filter, line by line": _strips,
    "the layer's matrix": _matrix,
    "a matrix of filters and channels for each place": _across,
}


def _with(network: Network, name: str, weight: np.ndarray) -> Network:
    changed = torch.from_numpy(weight.astype(np.float32))
    return Network(network.architecture, network.tensors | {name: changed})


@stage
def placement_run(recipe: Recipe, seed: int, qualities: tuple[int, ...], data: Dataset) -> dict:
    """The second layer of a trained network as a JPEG, in each placement and quality.

    Returns:
        ``placements.csv``: placement, quality, bytes, and how many points of accuracy it costs on
        the validation images (val_loss) and on the test images (test_loss).
    """
    network = trained(recipe, seed, data)
    name = list(recipe.architecture.shapes)[2]
    weight = network.tensors[name].numpy()
    scale, rows = np.abs(weight).max() / _LEVELS, []
    judges = {"val_loss": evaluator(data.validation), "test_loss": evaluator(data.test)}
    before = {kind: judge.accuracy(network) for kind, judge in judges.items()}
    for placement, place in PLACEMENTS.items():
        index = place(weight)
        grey = np.rint(weight.ravel()[index] / scale + 128).astype(np.uint8)
        for quality in qualities:
            codec = Jpeg(quality, optimize=True)
            file = codec.encode(grey)
            shown = np.empty(weight.size)
            shown[index] = scale * (codec.decode(file).astype(float) - 128)
            read = _with(network, name, shown.reshape(weight.shape))
            lost = {kind: before[kind] - judge.accuracy(read) for kind, judge in judges.items()}
            rows.append({"placement": placement, "quality": quality, "bytes": len(file)} | lost)
    return {"placements.csv": pd.DataFrame(rows)}


def placements(
    recipe: Recipe, seeds: int, qualities: tuple[int, ...], data: Dataset
) -> pd.DataFrame:
    """`placement_run` of several networks: a row a placement, means over the seeds.

    Each network's quality is its lowest from which on the validation images cost at most
    `TOLERANCE` points, the highest where there is none. Columns: placement, quality, bytes,
    val_loss, test_loss.
    """
    train_runs(recipe, range(seeds), data)
    run = partial(placement_run, recipe, qualities=qualities, data=data)
    found = [made["placements.csv"] for made in each(run, range(seeds), "placements")]
    table = pd.concat(found, keys=range(seeds), names=["seed"]).reset_index("seed")
    best = table.groupby(["placement", "seed"], sort=False).apply(_chosen, include_groups=False)
    return best.groupby("placement", sort=False).mean().reset_index()


def _chosen(rows: pd.DataFrame) -> pd.Series:
    columns = ["quality", "bytes", "val_loss", "test_loss"]
    return chosen(rows.sort_values("quality"), TOLERANCE)[columns]
