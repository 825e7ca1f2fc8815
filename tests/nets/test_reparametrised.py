"""Networks whose weights are made of other numbers: they train, and are what they say."""

import pytest
import torch

from jpegnet.data import mnist
from jpegnet.nets import bases, mlp, train
from jpegnet.nets.binary import BinaryNetwork, BinaryWeights, sign
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.hashed import Hashed
from jpegnet.nets.lowrank import LowRank, factored
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.nets.subspace import Masked, Subspace

ALL = [
    LowRank(8, 40),
    Hashed(8, hidden=40),
    Hashed(8, by_frequency=True, hidden=40),
    Subspace(64, 40),
    Masked(40),
    BinaryWeights(40),
    BinaryNetwork(40),
]
each = pytest.mark.parametrize("architecture", ALL, ids=lambda a: a.name)


def start(architecture, seed: int = 0) -> Network:
    return fresh(architecture, torch.Generator().manual_seed(seed))


@each
def test_scores_are_those_of_the_weights_that_are_made(architecture):
    network, x = start(architecture), torch.rand(5, 28, 28)
    weight, bias, following, last = architecture.weights(network.tensors)
    assert weight.shape == (40, 784)
    assert following.shape == (10, 40)
    if architecture == BinaryNetwork(40):
        seen = sign(x.flatten(1) - 0.5)
        hidden = sign(seen @ weight.T / 28 + bias) * (4 / 40**0.5)
    else:
        hidden = (x.flatten(1) @ weight.T + bias).relu()
    expected = hidden @ following.T + last
    torch.testing.assert_close(network.logits(x), expected, rtol=1e-3, atol=1e-4)


@each
def test_the_module_computes_the_same_and_its_seed_decides(architecture):
    module = architecture.module(torch.Generator().manual_seed(3))
    network = Network(architecture, module.state_dict())
    x = torch.rand(4, 28, 28)
    torch.testing.assert_close(module(x), network.logits(x))
    sorted_by_name = dict(sorted(network.tensors.items()))  # as files have them
    torch.testing.assert_close(Network(architecture, sorted_by_name).logits(x), module(x))
    again = start(architecture, 3).tensors
    assert all(torch.equal(t, again[name]) for name, t in network.tensors.items())


@pytest.mark.slow
@each
def test_it_learns(architecture):
    part = mnist.load().train.first(8000)
    recipe = train.Recipe(4, 3e-3, cosine=True, architecture=architecture)
    *_, (network, _) = train.fit(recipe, 0, part)
    assert evaluator(mnist.load().validation).accuracy(network) > 75


@each
def test_training_one_network_leaves_the_start_of_the_next_alone(architecture):
    before = {name: tensor.clone() for name, tensor in start(architecture).tensors.items()}
    module = architecture.module(torch.Generator().manual_seed(0))
    with torch.no_grad():
        for parameter in module.parameters():
            parameter += 1
    after = start(architecture).tensors
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())


def test_hashed_entries_share_values_evenly_up_to_a_sign():
    network = start(Hashed(16, hidden=64))
    assert network.tensors["values"].shape == (784 * 64 // 16,)
    weight = network.architecture.weights(network.tensors)[0].abs()
    counts = weight.flatten().unique(return_counts=True)[1].double()
    assert counts.mean() == pytest.approx(16, rel=0.05)


def test_by_frequency_low_ones_share_with_fewer():
    architecture = Hashed(16, by_frequency=True, hidden=64)
    network = start(architecture)
    dct = torch.from_numpy(bases.fixed("DCT").matrix).float()
    c = (architecture.weights(network.tensors)[0] @ dct.T).abs()
    low = len({round(v, 5) for v in c[:, :20].flatten().tolist()})
    high = len({round(v, 5) for v in c[:, -20:].flatten().tolist()})
    assert low > 2 * high


def test_the_nearest_matrix_of_a_rank():
    network = start(Mlp((784, 30, 10)))
    cut = factored(network, 5)
    weight = network.tensors["0.weight"]
    found = cut.architecture.weights(cut.tensors)[0]
    singular = torch.linalg.svdvals(weight)
    assert torch.linalg.matrix_rank(found) == 5
    torch.testing.assert_close((found - weight).norm(), singular[5:].norm(), rtol=1e-3, atol=1e-4)
    whole = factored(network, 30)
    x = torch.rand(3, 784)
    torch.testing.assert_close(whole.logits(x), network.logits(x), rtol=1e-3, atol=1e-4)
    assert cut.architecture.operations == 2 * (5 * (784 + 30) + 300)


def test_a_subspace_begins_at_its_fixed_weights():
    first, second = start(Subspace(6, 20), 0), start(Subspace(6, 20), 1)
    x = torch.rand(3, 784)
    torch.testing.assert_close(first.logits(x), second.logits(x))
    assert first.tensors["middle1"].shape == (6, 6)


def test_gradients_of_signs_pass_within_one():
    x = torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0], requires_grad=True)
    sign(x).sum().backward()
    assert x.grad.tolist() == [0, 1, 1, 1, 0]
    assert sign(x).tolist() == [-1, -1, 1, 1, 1]


def test_signs_keep_the_mean_magnitude_of_a_row():
    network = start(BinaryWeights(20))
    made = network.architecture.weights(network.tensors)[0]
    latent = network.tensors["weight1"]
    torch.testing.assert_close(made.abs()[:, 0], latent.abs().mean(1))
    assert (made.sign() == latent.sign()).all()
    assert mlp.Mlp((784, 20, 10)).operations == network.architecture.operations
