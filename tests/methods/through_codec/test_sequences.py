"""Recurrent and attention networks as coefficients: they are what their files say, and learn."""

from dataclasses import replace

import pytest
import torch

from jpegnet.data import mnist
from jpegnet.methods.through_codec.recipe import CodecRecipe
from jpegnet.methods.through_codec.sequences import without_dead_units
from jpegnet.methods.through_codec.training import codec_run, first_network, picture_of
from jpegnet.nets.attention import Attention
from jpegnet.nets.cells import CELLS
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.network import fresh
from jpegnet.nets.recurrent import Recurrent
from jpegnet.picture import file as picture

SHAPES = [Recurrent("gru", 12), Recurrent("fastgrnn", 50), Attention(12, 2, 10, 2)]
USUAL = CodecRecipe(epochs=3, price=1e-5, shift=2, batch=64, clip=5.0, passes=1)


@pytest.mark.parametrize("architecture", SHAPES, ids=lambda a: a.name)
def test_the_network_in_training_is_the_one_in_the_file(architecture):
    generator = torch.Generator().manual_seed(0)
    net = picture_of(first_network(architecture, generator), CodecRecipe().table())
    with torch.no_grad():
        net.q += torch.randn(net.q.shape, generator=generator) * (net.q.abs() > 0.5)
        net.q *= 0.6
    x = torch.rand(20, 28, 28)
    torch.testing.assert_close(net.logits(x), net.network().logits(x), rtol=1e-4, atol=1e-4)
    decoded = picture.decode(net.file())
    assert decoded.architecture == architecture
    torch.testing.assert_close(decoded.logits(x), net.logits(x), rtol=0.05, atol=0.05)


@pytest.mark.parametrize("cell", CELLS)
def test_a_network_without_its_dead_units_is_the_same_function(cell):
    network = fresh(Recurrent(cell, 9), torch.Generator().manual_seed(1))
    old = network.architecture
    weight = network.tensors["cell.weight"].view(old.gates, 9, -1)
    bias = network.tensors["cell.bias"].view(-1, 9)
    weight[-1, [0, 2, 5]] = 0
    bias[-1, 5] = 0.3  # its candidate is not 0
    smaller, x = without_dead_units(network), torch.rand(20, 28, 28)
    assert smaller.architecture == replace(old, units=7)
    torch.testing.assert_close(smaller.logits(x), network.logits(x), rtol=1e-4, atol=1e-5)
    weight[-1], bias[-1] = 0, 0
    smaller = without_dead_units(network)
    assert smaller.architecture.units == 1
    torch.testing.assert_close(smaller.logits(x), network.logits(x), rtol=1e-4, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize(("architecture", "reads"), [(Recurrent(), 70), (Attention(), 70)])
def test_it_learns_and_a_higher_price_makes_a_smaller_file(architecture, reads, kept):
    data = mnist.load()
    part, usual = data.train.first(6000), replace(USUAL, architecture=architecture)
    cheap, dear = (codec_run(replace(usual, price=price), 0, part) for price in (1e-5, 2e-4))
    assert len(dear["network.jpg"]) < 0.9 * len(cheap["network.jpg"])
    found = picture.decode(cheap["network.jpg"])
    assert evaluator(data.validation).accuracy(found) > reads
    assert codec_run(replace(usual, price=1e-5), 0, part)["network.jpg"] == cheap["network.jpg"]
