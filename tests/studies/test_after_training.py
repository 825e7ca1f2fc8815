"""The study of deeper networks after training, on small ones."""

import numpy as np
import pytest
import torch

from jpegnet.data.labelled import Dataset
from jpegnet.methods.pictured import as_integers
from jpegnet.nets.lenet5 import LeNet5
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import fresh
from jpegnet.nets.residual import Residual
from jpegnet.nets.train import Recipe
from jpegnet.nets.vision_transformer import VisionTransformer
from jpegnet.studies import after_training as study
from jpegnet.studies.survey import ATTENTION, FILTERS, FIRST, LINEAR, POSITIONS

KINDS = {
    (Mlp((784, 40, 10)), "0.weight"): FIRST,
    (Mlp((784, 40, 10)), "2.weight"): LINEAR,
    (LeNet5(), "1.weight"): FILTERS,
    (LeNet5(), "8.weight"): LINEAR,
    (Residual(4), "5.past.weight"): FILTERS,
    (VisionTransformer(), "patches.weight"): FIRST,
    (VisionTransformer(), "block0.qkv.weight"): ATTENTION,
    (VisionTransformer(), "block0.out.weight"): ATTENTION,
    (VisionTransformer(), "block0.up.weight"): LINEAR,
    (VisionTransformer(), "positions.weight"): POSITIONS,
}


@pytest.mark.parametrize(("layer", "kind"), KINDS.items(), ids=str)
def test_a_layer_is_of_a_kind(layer, kind):
    assert study.kind(*layer) == kind


def test_a_unit_that_sees_pixels_is_a_tile_and_other_layers_are_their_matrices():
    network = fresh(Mlp((784, 6, 50, 10)), torch.Generator().manual_seed(0))
    found = dict(study.pictures(network))
    assert list(found) == ["0.weight", "2.weight", "4.weight"]
    weight = network.tensors["0.weight"].numpy()
    assert found["0.weight"].shape == (3 * 28, 2 * 28)
    np.testing.assert_array_equal(found["0.weight"][28:56, 28:], weight[3].reshape(28, 28))
    np.testing.assert_array_equal(found["2.weight"], network.tensors["2.weight"].numpy())
    filters = fresh(LeNet5())
    assert dict(study.pictures(filters))["4.weight"].shape == (16, 6 * 25)


def test_jpeg_takes_at_most_the_bytes_that_it_is_given():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(64, 96)).astype(np.float32)
    errors = []
    for allowed in (1500, 3000, 6000):
        size, shown = study._within(matrix, allowed)
        assert 0.8 * allowed < size <= allowed
        errors.append(np.abs(shown - matrix).mean())
    assert errors == sorted(errors, reverse=True)


def test_a_part_of_the_data_is_the_first_images(few):
    assert study.part(few, len(few.train.labels), len(few.test.labels)) is few
    some = study.part(few, 30, 20)
    assert len(some.train.labels) == 30 and len(some.test.labels) == 20
    assert some.validation is few.validation


@pytest.mark.slow
def test_layers_are_coded_alone_and_together(kept, few: Dataset):
    recipe = Recipe(2, 3e-3, True, 20, Mlp((784, 64, 64, 10)))
    found = study.runs([recipe, recipe], 0, few)
    layers = found["layers"][:3]
    assert layers["kind"].tolist() == [FIRST, LINEAR, LINEAR]
    assert layers["verdict"].iloc[2].startswith("too small")
    assert layers["int4_bytes"].isna().tolist() == [False, False, True]
    first = layers.iloc[0]
    assert first["jpeg_as_int4_bytes"] <= first["int4_bytes"] < first["int8_bytes"]
    assert 0 < first["int8_divergence"] < first["int4_divergence"]
    together = found["together"][:5].set_index("way")
    assert together.index.tolist() == ["float32", "int8", "jpeg_as_int8", "int4", "jpeg_as_int4"]
    assert together["bytes"]["int4"] == layers["int4_bytes"].sum()
    assert together["divergence"]["float32"] == 0 < together["divergence"]["int8"]
    depth = found["depth"][:12]
    assert depth["layer"].tolist() == 4 * ["0.weight", "2.weight", "4.weight"]
    network = study.trained(recipe, 0, few)
    weight = network.tensors["0.weight"].numpy()
    place = study.laid_out(recipe.architecture, "0.weight")
    flat = np.empty(weight.size, np.float32)
    flat[place] = as_integers(weight.ravel()[place], 15)[1]
    x = few.test.x.flatten(1).numpy()
    before, after = x @ weight.T, x @ flat.reshape(weight.shape).T
    bias = network.tensors["0.bias"].numpy()
    error = np.linalg.norm(after - before) / np.linalg.norm(before + bias)
    of_int4 = depth[depth["way"] == "int4"].set_index("layer")["error"]
    assert of_int4["0.weight"] == pytest.approx(error, rel=1e-3)
