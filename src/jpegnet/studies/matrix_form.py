"""The study of the matrix form: what a compressed first layer holds, computes and costs."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import torch

from jpegnet.data.labelled import Dataset, Labelled
from jpegnet.kept.artifacts import stage
from jpegnet.kept.compute import one_thread
from jpegnet.kept.parallel import each
from jpegnet.methods import matrixform
from jpegnet.methods.matrixform import CompressedLinear
from jpegnet.methods.posttraining import PostTraining
from jpegnet.nets import mlp
from jpegnet.nets.evaluation import accuracy
from jpegnet.nets.train import Recipe, train_run, trained
from jpegnet.picture import file as picture
from jpegnet.picture import greys

BATCHES = {1: 200, 1000: 20}  # images at once: times measured


def inputs(labelled: Labelled) -> np.ndarray:
    """Images as inputs of the layer: float32 (n, 784)."""
    return labelled.x.flatten(1).numpy()


def compare(file: bytes, data: Dataset) -> dict[str, float]:
    """A file's compressed first layer beside the dense one; see `layer_run`."""
    x, labels = inputs(data.test), data.test.labels
    layer, shown = CompressedLinear.from_picture(file), picture.load(file)
    (weight, bias), *rest = mlp.layers(greys.read(shown.image, shown.layout))
    after = mlp.from_layers(rest)
    units = layer(x)  # (10000, 512)
    exact = x @ layer.weights().T + layer.bias
    decoded = torch.addmm(bias, torch.from_numpy(x), weight.T).numpy()
    part = shown.layout.parts[0]
    bound = part.scale / 2 * x[:, layer.pixels].sum(1, keepdims=True)
    worst = np.unravel_index(np.abs(units - decoded).argmax(), units.shape)
    return {
        "bytes": len(file),
        "nonzero": 100 * layer.q.nnz / (len(weight) * len(layer.steps)),
        "resident_bytes": layer.resident_bytes,
        "float32_bytes": 4 * (weight.numel() + bias.numel()),
        "test_accuracy": accuracy(after.logits(torch.from_numpy(units).relu()), labels),
        "jpeg_accuracy": accuracy(after.logits(torch.from_numpy(decoded).relu()), labels),
        "error": np.abs(units - exact).max(),
        "jpeg_error": np.abs(units - decoded)[worst],
        "bound": bound[worst[0], 0],
        "cut": int(np.isin(shown.image[part.area(len(weight))], (0, 255)).sum()),
    }


@stage
def layer_run(methods: tuple[PostTraining, ...], recipe: Recipe, seed: int, data: Dataset) -> dict:
    """One network's compressed first layer in each method's picture, beside the dense one.

    Returns:
        ``layers.csv``: quality; bytes (of the file); nonzero (per cent of the coefficients);
        resident_bytes, float32_bytes (of the dense layer); test_accuracy with the compressed
        layer, test_loss (points under the float32 network), jpeg_accuracy (of the network
        decoded from the same file); error, the largest difference from the float64 product
        with the weights that the coefficients stand for; jpeg_error, the largest difference
        from the layer decoded from the file, and bound, what theory allows for that image and
        unit where no sample is cut off; cut, how many samples of the first layer are.
    """
    network = trained(recipe, seed, data)
    before = train_run(recipe, seed, data)["result.json"]["test_accuracy"]
    rows = []
    for method in methods:
        row = compare(method.encode(network), data)
        loss = round(before - row["test_accuracy"], 2)
        rows.append({"quality": method.quality, **row, "test_loss": loss})
    return {"layers.csv": pd.DataFrame(rows)}


def layers(
    methods: Sequence[PostTraining], recipe: Recipe, seeds: int, data: Dataset
) -> pd.DataFrame:
    """`layer_run` of each seed, with the column seed."""
    runs = each(partial(layer_run, tuple(methods), recipe, data=data), range(seeds), "layers")
    tables = [run["layers.csv"].assign(seed=seed) for seed, run in enumerate(runs)]
    return pd.concat(tables, ignore_index=True)


def timings(files: dict[int, bytes], images: Labelled) -> pd.DataFrame:
    """How long a first layer takes beside dense float32 in the same run, on one core.

    Args:
        files: pictures by quality.
        images: what the layer is given, at least 1,000.

    Returns:
        A row a quality and size of batch: quality, batch, milliseconds (dense), and
        ``compressed`` and ``int8``, times that of dense.
    """
    rows = []
    x = inputs(images)
    for quality, file in files.items():
        layer = CompressedLinear.from_picture(file)
        weight, bias = mlp.layers(picture.decode(file))[0]
        int8 = matrixform.dense_int8(weight, bias)
        for batch, rounds in BATCHES.items():
            some = torch.from_numpy(x[:batch].copy())
            dense = partial(torch.addmm, bias, some, weight.T)
            run = [dense, partial(layer, some.numpy()), partial(int8, some)]
            with one_thread(), torch.inference_mode():
                first, compressed, quantised = matrixform.seconds(run, rounds)
            row = {"quality": quality, "batch": batch, "milliseconds": 1000 * first}
            rows.append(row | {"compressed": compressed / first, "int8": quantised / first})
    return pd.DataFrame(rows)
