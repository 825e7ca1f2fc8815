"""Architectures that are torch modules: what they are made of, and what each layer hands on."""

import pickle

import pytest
import torch

from jpegnet.nets.lenet5 import LeNet5
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.modular import activations
from jpegnet.nets.network import fresh
from jpegnet.nets.residual import Residual
from jpegnet.nets.train import Recipe, fit
from jpegnet.nets.vision_transformer import VisionTransformer

SMALL = [LeNet5(), Residual(2), VisionTransformer(8, blocks=2, heads=2)]
X = torch.rand(9, 28, 28, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("architecture", SMALL, ids=lambda a: a.name)
def test_a_network_computes_what_its_module_does(architecture):
    network = fresh(architecture, torch.Generator().manual_seed(0))
    module = architecture.module()
    module.load_state_dict(network.tensors)
    assert network.logits(X).shape == (9, 10)
    torch.testing.assert_close(network.logits(X), module(X))
    again = fresh(architecture, torch.Generator().manual_seed(0))
    assert all(torch.equal(again.tensors[name], t) for name, t in network.tensors.items())
    other = fresh(architecture, torch.Generator().manual_seed(1))
    assert any(not torch.equal(other.tensors[name], t) for name, t in network.tensors.items())


@pytest.mark.parametrize("architecture", SMALL, ids=lambda a: a.name)
def test_an_architecture_travels_as_its_numbers(architecture):
    assert architecture.shapes
    fresh(architecture).logits(X)
    data = pickle.dumps(architecture)
    assert len(data) < 500
    assert pickle.loads(data) == architecture
    assert pickle.loads(data).shapes == architecture.shapes


def test_lenet5_has_the_weights_of_its_authors_layers():
    assert fresh(LeNet5()).parameters == 61_706


@pytest.mark.slow
@pytest.mark.parametrize("architecture", SMALL, ids=lambda a: a.name)
def test_it_learns(architecture, few):
    losses = [loss for _, loss in fit(Recipe(3, 3e-3, True, 20, architecture), 0, few.train)]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("architecture", [Mlp((784, 5, 10)), *SMALL], ids=lambda a: a.name)
def test_what_layers_hand_on_ends_with_the_scores(architecture):
    network = fresh(architecture, torch.Generator().manual_seed(0))
    found = activations(network, X)
    last = list(found.values())[-1]
    torch.testing.assert_close(last, network.logits(X))
    assert set(found) <= set(architecture.shapes)
    wide = [name for name, shape in architecture.shapes.items() if len(shape) > 1]
    assert set(wide) <= set(found)


def test_a_residual_block_begins_as_the_identity():
    network = fresh(Residual(2), torch.Generator().manual_seed(0))
    found = activations(network, X)
    assert found["3.second.weight"].abs().max() < 1  # its bias alone
    assert torch.equal(network.tensors["3.second.weight"], torch.zeros(2, 2, 3, 3))


def test_tokens_attend_to_each_other():
    network = fresh(SMALL[2], torch.Generator().manual_seed(0))
    changed = X.clone()
    changed[:, :7, :7] = 1 - changed[:, :7, :7]  # the first patch alone
    before, after = activations(network, X), activations(network, changed)
    assert torch.equal(before["positions.weight"][:, 1:], after["positions.weight"][:, 1:])
    assert not torch.allclose(before["block0.out.weight"][:, 1:], after["block0.out.weight"][:, 1:])
