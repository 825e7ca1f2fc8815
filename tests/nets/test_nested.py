"""Nested networks: a convolutional one's function, and that of its first units."""

import pytest
import torch

from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.nested import Nested
from jpegnet.nets.network import Network, fresh

SHAPES = [Nested(), Nested((5, 4, 2), (7, 3, 1), 20, 3)]


def seeded(architecture: Nested) -> Network:
    return fresh(architecture, torch.Generator().manual_seed(0))


@pytest.mark.parametrize("architecture", SHAPES, ids=lambda a: a.name)
def test_it_computes_what_the_convolutional_network_does(architecture):
    network, x = seeded(architecture), torch.rand(5, architecture.side, architecture.side)
    plain = architecture.unpacked(network.tensors)
    wanted = Network(
        Convolutional(
            (architecture.filters, architecture.units), architecture.side, architecture.outputs
        ),
        plain,
    ).logits(x)
    torch.testing.assert_close(network.logits(x.flatten(1)), wanted)
    torch.testing.assert_close(architecture.module(torch.Generator().manual_seed(0))(x), wanted)
    packed = architecture.packed(plain)
    assert all(torch.equal(packed[name], tensor) for name, tensor in network.tensors.items())


@pytest.mark.parametrize("architecture", SHAPES, ids=lambda a: a.name)
def test_the_first_units_are_a_network(architecture):
    network, x = seeded(architecture), torch.rand(5, architecture.side, architecture.side)
    found = architecture.prefixes(network.tensors, x)
    units = architecture.units[0]
    assert found.shape == (5, units, architecture.outputs)
    for many in (1, 3, units):
        tensors = {name: tensor.clone() for name, tensor in network.tensors.items()}
        tensors["units.weight"][many:] = 0  # these hand nothing on
        wanted = Network(architecture, tensors).logits(x)
        torch.testing.assert_close(found[:, many - 1], wanted, rtol=1e-4, atol=1e-6)


def test_names_shapes_and_numbers():
    first, small = SHAPES
    assert [a.name for a in SHAPES] == ["nested-12x8-32x4", "nested-5x4-7x3-20to3"]
    assert first.shapes["units.weight"] == (32, 12 + 3, 4, 4)  # 40 outgoing weights in three
    assert first.shapes["all.bias"] == (10 + 12 + 32,)
    for architecture in (first, small):
        assert Nested.from_numbers(iter(architecture.numbers).__next__) == architecture
    with pytest.raises(ValueError, match="do not fit"):
        Nested((12, 8, 3), (32, 8, 2))
