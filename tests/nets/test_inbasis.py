"""A first layer in few coefficients computes what the tiles would."""

import pytest
import torch

from jpegnet.nets import bases
from jpegnet.nets.inbasis import InBasis
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Network, fresh


@pytest.mark.parametrize("basis", ["DCT", "Fourier", "pixels"])
def test_it_computes_what_a_dense_network_with_its_tiles_would(basis):
    network = fresh(InBasis(basis, 5, 7), torch.Generator().manual_seed(0))
    B = torch.from_numpy(bases.fixed(basis).matrix[:5]).float()
    tensors = network.tensors | {"0.weight": network.tensors["0.weight"] @ B}
    dense = Network(Mlp((784, 7, 10)), tensors)
    x = torch.rand(4, 28, 28, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(network.logits(x), dense.logits(x), rtol=1e-4, atol=1e-5)


def test_the_module_computes_the_same_and_has_the_tensors_alone():
    architecture = InBasis("DCT", 4, 6)
    module = architecture.module(torch.Generator().manual_seed(0))
    network = Network(architecture, module.state_dict())  # checks names and shapes
    assert network.parameters == 4 * 6 + 6 + 60 + 10
    x = torch.rand(3, 28, 28)
    torch.testing.assert_close(module(x), network.logits(x))


def test_operations_are_counted():
    assert InBasis("DCT", 4, 6).operations == 2 * (784 * 4 + 6 * 4 + 6 * 10)
