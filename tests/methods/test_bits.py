"""A bit a weight: what comes back, and a forward pass on bits that gives the same classes."""

import numpy as np
import pytest
import torch

from jpegnet.methods.bits import PackedNetwork
from jpegnet.methods.coarse import Coarse
from jpegnet.methods.grids import Signs
from jpegnet.nets.binary import BinaryNetwork, BinaryWeights
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh
from jpegnet.nets.subspace import Masked


def network(architecture, seed: int = 0) -> Network:
    return fresh(architecture, torch.Generator().manual_seed(seed))


def images(count: int = 200) -> torch.Tensor:
    return torch.rand(count, 784, generator=torch.Generator().manual_seed(9))


@pytest.mark.parametrize("packer", ["plain", "range coding"])
@pytest.mark.parametrize(
    ("architecture", "scales"),
    [(BinaryWeights(30), True), (BinaryNetwork(30), False), (Masked(30), False)],
)
def test_the_decoded_network_gives_the_same_scores(architecture, scales, packer):
    before = network(architecture)
    method = Coarse(Signs(scales), packer, architecture)
    decoded = method.decode(method.encode(before))
    torch.testing.assert_close(
        decoded.logits(images()), before.logits(images()), rtol=2e-3, atol=2e-3
    )
    classes = [found.logits(images()).argmax(1) for found in (before, decoded)]
    assert (classes[0] == classes[1]).double().mean() > 0.98


def test_bytes_are_a_bit_a_weight_and_half_precision_for_the_rest():
    weights, vectors = 30 * 784 + 300, 40
    bits = -(-weights // 8)
    for architecture, scaled, rest in (
        (BinaryNetwork(30), False, vectors),
        (BinaryWeights(30), True, vectors + 40),
    ):
        data = Coarse(Signs(scaled), architecture=architecture).encode(network(architecture))
        assert len(data) == bits + 2 * rest


@pytest.mark.parametrize("hidden", [1, 37, 64, 130])
def test_counting_bits_gives_the_scores_of_the_floats(hidden):
    found = network(BinaryNetwork(hidden), seed=hidden)
    packed = PackedNetwork(found)
    scores = packed.scores(images().numpy())
    np.testing.assert_allclose(scores, found.logits(images()).numpy(), rtol=1e-5, atol=1e-5)
    words = hidden * 13 + 10 * -(-hidden // 64)
    assert packed.resident_bytes == 8 * words + 4 * hidden + 40


def test_other_networks_cannot_be_counted():
    with pytest.raises(ValueError, match="784-20-10 has other activations"):
        PackedNetwork(network(Mlp((784, 20, 10))))
