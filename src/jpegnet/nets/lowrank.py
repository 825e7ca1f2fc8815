"""Networks whose first layer is a product of two narrow matrices."""

from dataclasses import dataclass

import numpy as np
import torch

from jpegnet.kept.compute import product
from jpegnet.nets import mlp
from jpegnet.nets.network import Network, Tensors
from jpegnet.nets.reparametrised import Reparametrised, dense_start


def _factors(weight: torch.Tensor, rank: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The nearest product, A (hidden, rank) times B (rank, 784), of equal shares."""
    # By numpy, whose digits do not depend on the make of the processor (see `kept.numerics`).
    U, S, V = np.linalg.svd(weight.double().numpy(), full_matrices=False)
    root = np.sqrt(S[:rank])
    factors = U[:, :rank] * root, root[:, None] * V[:rank]
    left, right = (torch.from_numpy(np.ascontiguousarray(found)).float() for found in factors)
    return left, right


@dataclass(frozen=True)
class LowRank(Reparametrised):
    """W = A B, with A (hidden, rank) and B (rank, 784)."""

    rank: int
    hidden: int = 512

    @property
    def name(self) -> str:
        return f"784-({self.rank})-{self.hidden}-10"

    @property
    def operations(self) -> int:
        """See `Reparametrised`; W is never made."""
        return 2 * (self.rank * (784 + self.hidden) + 10 * self.hidden)

    def start(self, generator: torch.Generator) -> Tensors:
        """See `Reparametrised`; the nearest to a plain start."""
        plain = dense_start(self.hidden, generator)
        left, right = _factors(plain.pop("weight1"), self.rank)
        return {"left": left, "right": right, **plain}

    def weights(self, tensors: Tensors) -> tuple[torch.Tensor, ...]:
        """See `Reparametrised`."""
        left, right, bias, following, last = tensors.values()
        return product(left, right), bias, following, last

    def scores(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """See `Reparametrised`."""
        left, right, bias, following, last = tensors.values()
        hidden = (product(product(x.flatten(1), right.T), left.T) + bias).relu()
        return product(hidden, following.T) + last


def factored(network: Network, rank: int) -> Network:
    """A trained network of two layers with the first one cut to a rank (Eckart and Young 1936).

    Raises:
        TypeError: the network is no chain of linear layers.
        ValueError: it has not two of them.
    """
    (weight, _), _ = mlp.layers(network)
    return of_factors(network, *_factors(weight, rank))


def of_factors(network: Network, left: torch.Tensor, right: torch.Tensor) -> Network:
    """The network with A (hidden, rank) times B (rank, 784) as its first weight; see `factored`."""
    (_, bias), (following, last) = mlp.layers(network)
    tensors = {"left": left, "right": right, "bias1": bias, "weight2": following, "bias2": last}
    return Network(LowRank(len(right), len(left)), tensors)
