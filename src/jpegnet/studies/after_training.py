"""The study of deeper networks after training: which of their layers are pictures?

Each layer's weights are laid out as a picture: a mosaic of tiles where a unit sees pixels, else the
matrix that the layer is used as. JPEG is compared with whole numbers under zstd at equal bytes.
Layers of fewer blocks than tell anything stay as they are.
"""

from collections.abc import Collection, Iterator
from functools import partial

import numpy as np
import pandas as pd
import torch

from jpegnet.codecs.jpeg import Jpeg
from jpegnet.data.labelled import Dataset
from jpegnet.kept.artifacts import stage
from jpegnet.kept.parallel import each
from jpegnet.methods.pictured import as_integers, as_picture
from jpegnet.nets.evaluation import divergence, evaluator
from jpegnet.nets.lenet5 import LeNet5
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.modular import activations
from jpegnet.nets.network import Architecture, Network
from jpegnet.nets.residual import Residual
from jpegnet.nets.train import Recipe, trained
from jpegnet.nets.vision_transformer import VisionTransformer
from jpegnet.picture import tiles
from jpegnet.studies.survey import (
    ATTENTION,
    FILTERS,
    FIRST,
    LINEAR,
    POSITIONS,
    surveyed,
    why_not,
)

# Epochs and Adam's rate that bring each to about as many digits as the others.
NETWORKS: dict[Architecture, tuple[int, float]] = {
    VisionTransformer(blocks=3): (3, 2e-3),
    Residual(8): (3, 3e-3),
    Mlp((784, 1024, 1024, 1024, 10)): (2, 1e-3),
    LeNet5(): (3, 3e-3),
    Mlp((784, 300, 100, 10)): (4, 3e-3),
}
WAYS = {"int8": 255, "int4": 15}  # levels of the whole numbers
_SEEN = 2000  # test images on which one layer's errors are looked at: a divergence needs no more


def part(data: Dataset, trained: int, seen: int) -> Dataset:
    """The first images of training and test, as many as asked for; the data if those are all."""
    if (trained, seen) == (len(data.train.labels), len(data.test.labels)):
        return data
    return Dataset(data.name, data.train.first(trained), data.validation, data.test.first(seen))


def recipes(epochs: float) -> list[Recipe]:
    """How each of `NETWORKS` is trained; ``epochs``: a share of the usual ones."""
    return [
        Recipe(max(1, round(epochs * usual)), rate, True, architecture=architecture)
        for architecture, (usual, rate) in NETWORKS.items()
    ]


def kind(architecture: Architecture, name: str) -> str:
    """What sort of layer a weight belongs to."""
    shape = architecture.shapes[name]
    if name == next(iter(architecture.shapes)) and np.prod(shape[1:]) in (49, 784):
        return FIRST
    if len(shape) == 4:
        return FILTERS
    if "qkv" in name or ".out." in name:
        return ATTENTION
    return POSITIONS if "positions" in name else LINEAR


def weights(architecture: Architecture) -> list[str]:
    """The names of what is a matrix, or is used as one."""
    return [name for name, shape in architecture.shapes.items() if len(shape) > 1]


def laid_out(architecture: Architecture, name: str) -> np.ndarray:
    """Which entry of the tensor stands at each place of the picture, (height, width)."""
    shape = architecture.shapes[name]
    index = np.arange(np.prod(shape)).reshape(shape[0], -1)
    if kind(architecture, name) != FIRST:
        return index
    side = round(index.shape[1] ** 0.5)
    across = max(n for n in range(1, int(len(index) ** 0.5) + 1) if len(index) % n == 0)
    return tiles.to_mosaic(index.reshape(-1, side, side), across)


def pictures(network: Network) -> Iterator[tuple[str, np.ndarray]]:
    """The name of each weight, and its picture: float32 (height, width)."""
    for name in weights(network.architecture):
        index = laid_out(network.architecture, name)
        yield name, network.tensors[name].cpu().numpy().ravel()[index]


def _within(matrix: np.ndarray, size: int) -> tuple[int, np.ndarray]:
    """JPEG of the highest quality in at most so many bytes, or of quality 1: these, and it."""
    low, high = 1, 100  # the answer lies between, and low is known to be one
    while low < high:
        middle = (low + high + 1) // 2
        fits = as_picture(matrix, Jpeg(middle, optimize=True))[0] <= size
        low, high = (middle, high) if fits else (low, middle - 1)
    return as_picture(matrix, Jpeg(low, optimize=True))


def _changed(network: Network, name: str, shown: np.ndarray) -> torch.Tensor:
    """A weight that the picture ``shown`` stands for."""
    flat = np.empty(shown.size, np.float32)
    flat[laid_out(network.architecture, name)] = shown
    return torch.from_numpy(flat).reshape(network.architecture.shapes[name])


def _coded(network: Network, name: str, matrix: np.ndarray) -> dict:
    """By way and codec: bytes, and the weight that they stand for."""
    found = {}
    for way, levels in WAYS.items():
        size, shown = as_integers(matrix, levels)
        found[way] = size, _changed(network, name, shown)
        size, shown = _within(matrix, size)
        found[f"jpeg_as_{way}"] = size, _changed(network, name, shown)
    return found


def _depth(before: Network, after: Network, coded: Collection[str], x: torch.Tensor) -> list[dict]:
    """The error of what each coded layer, and the last one, hands on, as a share of it."""
    right, found = activations(before, x), activations(after, x)
    layers = [name for name in right if name in coded or name == list(right)[-1]]
    errors = [(found[name] - right[name]).norm() / right[name].norm() for name in layers]
    return [
        {"layer": name, "error": error.item()} for name, error in zip(layers, errors, strict=True)
    ]


@stage
def layers_run(recipe: Recipe, seed: int, data: Dataset) -> dict:
    """Each layer of a trained network as a picture, alone and all together.

    Returns:
        ``layers.csv``, a row a layer: layer, kind, and what `survey.surveyed` has of its picture;
        for int8, int4, and JPEG in at most their bytes (jpeg_as_int8, …): ``_bytes``, and
        ``_divergence`` in nats of the answers from the network's own, with this layer alone coded.
        ``together.csv``, a row a way, with all layers coded: bytes (of the coded layers alone),
        weights (in these), divergence, test_accuracy (per cent); the network itself is the first.
        ``depth.csv``: way, layer, error of what the layer hands on, as a share of its norm; coded
        layers and the last one, in the order of the computation.
    """
    network, judge = trained(recipe, seed, data), evaluator(data.test.first(_SEEN))
    own, rows, kept = judge.logits(network), [], {}
    for name, matrix in pictures(network):
        about = {"layer": name, "kind": kind(network.architecture, name)}
        rows.append(about | {"weights": matrix.size} | surveyed(matrix))
        if why_not(matrix):
            continue
        kept[name] = _coded(network, name, matrix)
        for way, (size, weight) in kept[name].items():
            logits = judge.logits(_replaced(network, {name: weight}))
            rows[-1] |= {f"{way}_bytes": size, f"{way}_divergence": divergence(own, logits)}
    counted = sum(network.tensors[name].numel() for name in kept)
    answers, x = evaluator(data.test), data.test.x[:_SEEN]
    whole = {"way": "float32", "bytes": 4 * counted, "weights": counted, "divergence": 0.0}
    together, depth = [whole | {"test_accuracy": answers.accuracy(network)}], []
    for way in next(iter(kept.values())):
        after = _replaced(network, {name: coded[way][1] for name, coded in kept.items()})
        size = sum(coded[way][0] for coded in kept.values())
        row = {"way": way, "bytes": size, "weights": counted}
        row["divergence"] = divergence(own, judge.logits(after))
        together.append(row | {"test_accuracy": answers.accuracy(after)})
        depth += [{"way": way} | found for found in _depth(network, after, kept, x)]
    tables = {"layers": rows, "together": together, "depth": depth}
    return {f"{name}.csv": pd.DataFrame(some) for name, some in tables.items()}


def _replaced(network: Network, tensors: dict[str, torch.Tensor]) -> Network:
    return Network(network.architecture, network.tensors | tensors)


def runs(some: list[Recipe], seed: int, data: Dataset) -> dict[str, pd.DataFrame]:
    """`layers_run` of several networks: its tables, each with a first column ``network``."""
    found = each(partial(layers_run, seed=seed, data=data), some, "networks")
    names = [recipe.architecture.name for recipe in some]
    return {
        table: pd.concat([run[f"{table}.csv"] for run in found], keys=names, names=["network"])
        .reset_index("network")
        .reset_index(drop=True)
        for table in ("layers", "together", "depth")
    }
