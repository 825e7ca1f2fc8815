"""Nested networks as coefficients: what their files say, and how they learn to be cut."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional

from jpegnet.data import mnist
from jpegnet.methods.through_codec.nested import without_dead_units
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.training import codec_run, first_network, picture_of
from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.nested import Nested
from jpegnet.nets.network import Network, fresh
from jpegnet.picture import file as picture

SMALL = Nested((6, 8, 3), (10, 4, 2))


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_the_network_in_training_is_the_one_in_the_file():
    net = picture_of(first_network(SMALL, seeded()), CodecRecipe().table())
    x = torch.rand(20, 28, 28)
    decoded = picture.decode(net.file())
    assert decoded.architecture == SMALL
    torch.testing.assert_close(decoded.logits(x), net.logits(x)[:, -1], rtol=0.05, atol=0.05)
    # A place in a tile has widths of its own: kernels of two blocks, outgoing weights.
    assert net.groups.unique().tolist() == [0, 1, 2, 3, 4]


def test_the_loss_is_that_of_all_units_and_of_the_first():
    net = picture_of(first_network(SMALL, seeded()), CodecRecipe().table())
    x, labels = torch.rand(7, 28, 28), torch.arange(7)
    scores = net.logits(x)
    each = [functional.cross_entropy(scores[:, k], labels) for k in range(10)]
    harmonic = sum(1 / k for k in range(1, 11))
    wanted = 0.6 * each[-1] + 0.4 * sum(e / (k + 1) for k, e in enumerate(each)) / harmonic
    truth = functional.one_hot(labels, 10).float()
    torch.testing.assert_close(net.loss(scores, truth), wanted)


def test_a_network_without_its_dead_units_is_the_same_function():
    network, x = fresh(SMALL, seeded()), torch.rand(9, 28, 28)
    rows = network.tensors["units.weight"]
    rows[2, :6] = 0  # sees nothing: its bias alone counts
    network.tensors["all.bias"][16 + 2] = 0.3
    rows[[5, 9], 6:] = 0  # are not heard
    smaller = without_dead_units(network)
    assert smaller.architecture == replace(SMALL, units=(7, 4, 2))
    torch.testing.assert_close(smaller.logits(x), network.logits(x))
    rows[:, 6:] = 0
    assert without_dead_units(network).architecture.units[0] == 1


@pytest.mark.slow
def test_its_first_units_read_better_than_those_of_a_network_not_trained_for_it(kept):
    data = mnist.load()
    part, read = data.train.first(6000), {}
    usual = CodecRecipe(epochs=4, price=1e-5, batch=64, passes=1)
    for architecture in (SMALL, Convolutional((SMALL.filters, SMALL.units))):
        recipe = replace(usual, architecture=architecture)
        found = picture.decode(codec_run(recipe, 0, part)["network.jpg"])
        tensors = dict(found.tensors)
        if isinstance(architecture, Convolutional):
            units = len(tensors["3.weight"])
            nested = replace(SMALL, units=(units, 4, 2))
            tensors = nested.packed(tensors)
        else:
            nested = found.architecture
        tensors["units.weight"][4:] = 0
        read[architecture.name] = evaluator(data.validation).accuracy(Network(nested, tensors))
    nested, plain = read.values()
    assert nested > plain + 10
