"""Convolutional networks: the same as torch's own, and what they are called and cost."""

import pytest
import torch
from torch import nn

from jpegnet.nets.convolutional import Convolutional
from jpegnet.nets.network import Network, fresh

SHAPES = [
    Convolutional(((12, 8, 3), (24, 4, 2))),
    Convolutional(((5, 3, 2), (7, 5, 1), (4, 1, 2)), 20, 3),
    Convolutional(((2, 6, 23),)),
]


@pytest.mark.parametrize("architecture", SHAPES, ids=lambda a: a.name)
def test_it_computes_what_torch_s_layers_do(architecture):
    net = fresh(architecture, torch.Generator().manual_seed(0))
    side = architecture.side
    module = architecture.module()
    module.load_state_dict(net.tensors)
    x = torch.rand(9, side, side, generator=torch.Generator().manual_seed(1))
    expected = nn.Sequential.forward(module, x[:, None])
    torch.testing.assert_close(module(x), expected)
    torch.testing.assert_close(net.logits(x.flatten(1)), expected)
    assert {name: t.shape for name, t in module.state_dict().items()} == architecture.shapes


def test_gradients_are_torch_s():
    architecture = SHAPES[0]
    module, x = architecture.module(torch.Generator().manual_seed(2)), torch.rand(4, 28, 28)
    found = []
    for run in (module, lambda x: nn.Sequential.forward(module, x[:, None])):
        module.zero_grad()
        run(x).square().sum().backward()
        found.append([p.grad.clone() for p in module.parameters()])
    for ours, torchs in zip(*found, strict=True):
        torch.testing.assert_close(ours, torchs, rtol=1e-4, atol=1e-5)


def test_names_operations_and_numbers():
    first, *_ = SHAPES
    assert [a.name for a in SHAPES] == ["conv-12x8-24x4", "conv-5x3-7x5-4x1-20to3", "conv-2x6"]
    assert first.operations == 2 * (441 * 12 * 64 + 16 * 24 * 12 * 16 + 96 * 10)
    assert first.inputs == 784
    for architecture in SHAPES:
        numbers = iter(architecture.numbers)
        assert Convolutional.from_numbers(lambda numbers=numbers: next(numbers)) == architecture


@pytest.mark.parametrize(
    ("layers", "side"),
    [((), 28), (((0, 8, 3),), 28), (((2, 29, 1),), 28), (((2, 8, 22),), 28), (((2, 8),), 28)],
)
def test_what_does_not_fit_is_refused(layers, side):
    with pytest.raises(ValueError, match=r"no convolutional network|do not fit"):
        Convolutional(layers, side)


def test_another_network_s_tensors_are_refused():
    with pytest.raises(ValueError, match="are not the tensors of conv-2x6"):
        Network(SHAPES[2], fresh(SHAPES[0]).tensors)
