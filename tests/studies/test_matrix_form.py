"""The study of the matrix form, on networks of 32 hidden units."""

import pytest
import torch

from jpegnet.methods.matrixform import CompressedLinear
from jpegnet.methods.posttraining import RECOMMENDED, PostTraining
from jpegnet.nets import mlp, train
from jpegnet.nets.mlp import Mlp
from jpegnet.picture import file as picture
from jpegnet.studies import matrix_form

pytestmark = pytest.mark.usefixtures("kept")
TINY = train.Recipe(epochs=1, learning_rate=1e-2, cosine=True, architecture=Mlp((784, 32, 10)))


def test_a_run_measures_the_layer_that_the_file_holds(few):
    run, network = train.train_run(TINY, 0, few), train.trained(TINY, 0, few)
    methods = tuple(PostTraining(RECOMMENDED, few.train, quality) for quality in (50, 75))
    table = matrix_form.layer_run(methods, TINY, 0, few)["layers.csv"]
    assert table.quality.tolist() == [50, 75]
    x, labels = few.test.x.flatten(1), few.test.labels
    for row, method in zip(table.itertuples(), methods, strict=True):
        file = method.encode(network)
        layer = CompressedLinear.from_picture(file)
        assert (row.bytes, row.resident_bytes) == (len(file), layer.resident_bytes)
        assert row.float32_bytes == 4 * (784 * 32 + 32)
        assert row.nonzero == pytest.approx(100 * layer.q.nnz / (32 * 576))
        sums = torch.from_numpy(layer(x.numpy()))
        _, (weight, bias) = mlp.layers(picture.decode(file))
        read = (sums.relu() @ weight.T + bias).argmax(1)
        accuracy = 100 * (read == labels).double().mean().item()
        assert row.test_accuracy == pytest.approx(accuracy, abs=0.11)  # an image on edge
        assert row.test_loss == round(run["result.json"]["test_accuracy"] - row.test_accuracy, 2)
        assert row.jpeg_accuracy == pytest.approx(accuracy, abs=0.7)
        assert row.error < 1e-3
        assert 0 < row.jpeg_error <= row.bound + row.error or row.cut


def test_layers_are_those_of_each_seed(few):
    table = matrix_form.layers([PostTraining(RECOMMENDED, few.train, 50)], TINY, 2, few)
    assert table.seed.tolist() == [0, 1]
    assert table.resident_bytes.nunique() == 2


def test_timings_are_ratios_to_the_dense_layer_of_the_same_run(few, monkeypatch):
    monkeypatch.setattr(matrix_form, "BATCHES", {1: 3, 50: 3})
    file = PostTraining(RECOMMENDED, few.train).encode(train.trained(TINY, 0, few))
    table = matrix_form.timings({75: file}, few.test)
    assert table[["quality", "batch"]].to_numpy().tolist() == [[75, 1], [75, 50]]
    assert (table[["milliseconds", "compressed", "int8"]] > 0).all(axis=None)
