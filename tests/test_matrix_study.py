"""The study of the matrix form, on networks of 32 hidden units."""

import numpy as np
import pytest
import torch

from jpegnet import data, matrix_study, mlp, picture, train
from jpegnet.compress import RECOMMENDED, compress
from jpegnet.matrixform import CompressedLinear

pytestmark = pytest.mark.usefixtures("kept")
TINY = train.Recipe(epochs=1, learning_rate=1e-2, cosine=True, widths=(784, 32, 10))


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setattr(matrix_study, "recipe", lambda base, epochs: TINY)


def test_a_run_measures_the_layer_that_the_file_holds():
    run = train.train_run(TINY, 0)
    table = matrix_study.layer_run(1, 0, RECOMMENDED, (50, 75))["layers.csv"]
    assert table.quality.tolist() == [50, 75]
    x, labels = data.load().test.x, data.load().test.labels
    for row in table.itertuples():
        file = compress(run["network.safetensors"], row.quality, RECOMMENDED)
        layer = CompressedLinear.from_picture(file)
        assert (row.bytes, row.resident_bytes) == (len(file), layer.resident_bytes)
        assert row.float32_bytes == 4 * (784 * 32 + 32)
        assert row.nonzero == pytest.approx(100 * layer.q.nnz / (32 * 576))
        sums = torch.from_numpy(layer(x.numpy()))
        _, (weight, bias) = mlp.layers(picture.decode(file))
        read = (sums.relu() @ weight.T + bias).argmax(1)
        accuracy = 100 * (read == labels).double().mean().item()
        assert row.test_accuracy == pytest.approx(accuracy, abs=0.02)  # an image or two on edge
        assert row.test_loss == round(run["result.json"]["test_accuracy"] - row.test_accuracy, 2)
        assert row.jpeg_accuracy == pytest.approx(accuracy, abs=0.5)
        assert row.error < 1e-3
        assert 0 < row.jpeg_error <= row.bound + row.error or row.cut


def test_layers_are_those_of_each_seed():
    table = matrix_study.layers(1, 2, RECOMMENDED, (50,))
    assert table.seed.tolist() == [0, 1]
    assert table.resident_bytes.nunique() == 2


def test_timings_are_ratios_to_the_dense_layer_of_the_same_run(monkeypatch):
    monkeypatch.setattr(matrix_study, "BATCHES", {1: 3, 50: 3})
    state = train.train_run(TINY, 0)["network.safetensors"]
    table = matrix_study.timings({75: compress(state, 75, RECOMMENDED)})
    assert table[["quality", "batch"]].to_numpy().tolist() == [[75, 1], [75, 50]]
    assert (table[["milliseconds", "compressed", "int8"]] > 0).all(axis=None)


def test_the_inputs_are_the_test_images():
    assert np.array_equal(matrix_study.test_inputs(), data.load().test.x.numpy())
