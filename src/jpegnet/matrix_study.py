"""The study of the matrix form: what a compressed first layer holds, computes and costs."""

from functools import cache, partial

import numpy as np
import pandas as pd
import torch

from jpegnet import data, matrixform, mlp, picture
from jpegnet.artifacts import stage
from jpegnet.compress import Choices, compress
from jpegnet.compute import one_thread, thread_map
from jpegnet.matrixform import CompressedLinear
from jpegnet.train import recipe, train_run

BATCHES = {1: 200, 1000: 20}  # images at once: times measured


@cache
def _test() -> tuple[np.ndarray, torch.Tensor]:
    test = data.load().test
    return test.x.numpy(), test.labels


def test_inputs() -> np.ndarray:
    """The test images as inputs: float32 (10000, 784)."""
    return _test()[0]


@stage
def layer_run(epochs: int, seed: int, choices: Choices, qualities: tuple[int, ...]) -> dict:
    """One network's compressed first layer at each quality, beside the dense one.

    Returns:
        ``layers.csv``: quality; bytes (of the file); nonzero (per cent of the coefficients);
        resident_bytes, float32_bytes (of the dense layer); test_accuracy with the compressed
        layer, test_loss (points under the float32 network), jpeg_accuracy (of the network
        decoded from the same file); error, the largest difference from the float64 product
        with the weights that the coefficients stand for; jpeg_error, the largest difference
        from the layer decoded from the file, and bound, what theory allows for that image and
        unit where no sample is cut off; cut, how many samples of the first layer are.
    """
    trained = train_run(recipe("reference", epochs), seed)
    x, labels = _test()
    rows = []
    for quality in qualities:
        file = compress(trained["network.safetensors"], quality, choices)
        layer, shown = CompressedLinear.from_picture(file), picture.load(file)
        (weight, bias), *rest = mlp.layers(picture.read(shown.image, shown.layout))
        units = layer(x)  # (10000, 512)
        exact = x @ layer.weights().T + layer.bias
        decoded = mlp.forward({"0.weight": weight, "0.bias": bias}, torch.from_numpy(x)).numpy()
        part = shown.layout.parts[0]
        bound = part.scale / 2 * x[:, layer.pixels].sum(1, keepdims=True)
        tiles = shown.image[part.area(len(weight))]
        logits = mlp.forward(mlp.from_layers(rest), torch.from_numpy(units).relu())
        accuracy = 100 * (logits.argmax(1) == labels).double().mean().item()
        jpeg = mlp.forward(mlp.from_layers(rest), torch.from_numpy(decoded).relu())
        worst = np.unravel_index(np.abs(units - decoded).argmax(), units.shape)
        rows.append(
            {
                "quality": quality,
                "bytes": len(file),
                "nonzero": 100 * layer.q.nnz / (len(weight) * len(layer.steps)),
                "resident_bytes": layer.resident_bytes,
                "float32_bytes": 4 * (weight.numel() + bias.numel()),
                "test_accuracy": accuracy,
                "test_loss": round(trained["result.json"]["test_accuracy"] - accuracy, 2),
                "jpeg_accuracy": 100 * (jpeg.argmax(1) == labels).double().mean().item(),
                "error": np.abs(units - exact).max(),
                "jpeg_error": np.abs(units - decoded)[worst],
                "bound": bound[worst[0], 0],
                "cut": int(np.isin(tiles, (0, 255)).sum()),
            }
        )
    return {"layers.csv": pd.DataFrame(rows)}


def layers(epochs: int, seeds: int, choices: Choices, qualities: tuple[int, ...]) -> pd.DataFrame:
    """`layer_run` of each seed, with the column seed."""

    def run(seed: int) -> pd.DataFrame:
        return layer_run(epochs, seed, choices, qualities)["layers.csv"].assign(seed=seed)

    _test()
    return pd.concat(thread_map(run, range(seeds), "layers"), ignore_index=True)


def timings(files: dict[int, bytes]) -> pd.DataFrame:
    """How long a first layer takes beside dense float32 in the same run, on one core.

    Args:
        files: pictures by quality.

    Returns:
        A row a quality and size of batch: quality, batch, milliseconds (dense), and
        ``compressed`` and ``int8``, times that of dense.
    """
    rows = []
    for (quality, file), (batch, rounds) in (
        (f, b) for f in files.items() for b in BATCHES.items()
    ):
        layer = CompressedLinear.from_picture(file)
        weight, bias = mlp.layers(picture.decode(file))[0]
        x = torch.from_numpy(_test()[0][:batch].copy())
        int8 = matrixform.dense_int8(weight, bias)
        run = [
            partial(torch.addmm, bias, x, weight.T),
            partial(layer, x.numpy()),
            partial(int8, x),
        ]
        with one_thread(), torch.inference_mode():
            dense, compressed, quantised = matrixform.seconds(run, rounds)
        rows.append(
            {
                "quality": quality,
                "batch": batch,
                "milliseconds": 1000 * dense,
                "compressed": compressed / dense,
                "int8": quantised / dense,
            }
        )
    return pd.DataFrame(rows)
