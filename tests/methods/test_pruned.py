"""Pruning: how much is left, that it comes back, and that training mends what it costs."""

import pytest
import torch

from jpegnet.data import mnist
from jpegnet.methods.pruned import Pruned
from jpegnet.nets import train
from jpegnet.nets.evaluation import evaluator
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh

SMALL = Mlp((784, 40, 10))


@pytest.fixture(scope="module")
def part():
    return mnist.load().train.first(6000)


@pytest.fixture(scope="module")
def network(part) -> Network:
    *_, (found, _) = train.fit(train.Recipe(4, 3e-3, cosine=True, architecture=SMALL), 0, part)
    return Network(SMALL, {name: t.detach().clone() for name, t in found.tensors.items()})


def test_what_is_pruned_alone_keeps_the_largest_weights(network, part):
    method = Pruned(0.1, part, epochs=0, codes=32, architecture=SMALL)
    decoded = method.decode(method.encode(network))
    for name, density in (("0.weight", 0.1), ("2.weight", 0.1**0.5)):
        before, after = network.tensors[name], decoded.tensors[name]
        kept = after != 0
        assert kept.double().mean() == pytest.approx(density, abs=0.01)
        assert before[kept].abs().min() >= before[~kept].abs().max() * 0.999
        spread = before.max() - before.min()
        assert (after[kept] - before[kept]).abs().max() < spread / 31
        assert after.unique().numel() <= 33
    torch.testing.assert_close(
        decoded.tensors["0.bias"], network.tensors["0.bias"], rtol=1e-3, atol=1e-4
    )


@pytest.mark.parametrize("density", [0.9, 0.3, 0.001])
def test_places_come_back_at_every_density(density):
    found = fresh(SMALL, torch.Generator().manual_seed(1))
    method = Pruned(density, mnist.load().train.first(200), 0, 8, SMALL)
    decoded = method.decode(method.encode(found))
    for name, share in (("0.weight", density), ("2.weight", density**0.5)):
        weight = found.tensors[name]
        count = max(1, round(share * weight.numel()))
        least = weight.abs().flatten().topk(count).values.min()
        kept = decoded.tensors[name] != 0
        assert (weight.abs()[kept] >= least).all()
        assert kept.sum() >= count - weight.numel() // 8  # a code may be 0


@pytest.mark.slow
def test_training_mends_what_pruning_costs(network, part):
    validation = evaluator(mnist.load().validation)
    alone, mended = (
        method.decode(method.encode(network))
        for method in (Pruned(0.05, part, epochs, 32, SMALL) for epochs in (0, 6))
    )
    assert validation.accuracy(mended) > validation.accuracy(alone) + 10
    assert (mended.tensors["0.weight"] != 0).double().mean() <= 0.0501


def test_the_same_bytes_each_time(network, part):
    method = Pruned(0.05, part.first(1000), 1, 16, SMALL)
    assert method.encode(network) == method.encode(network)
