"""784-hidden-10 networks whose weights are made of other numbers, which are what is trained."""

from abc import ABC, abstractmethod
from functools import cache

import torch
from torch import nn

from jpegnet.kept.compute import product
from jpegnet.nets.mlp import Mlp
from jpegnet.nets.network import Tensors


class _Module(nn.Module):
    def __init__(self, architecture: "Reparametrised", tensors: Tensors):
        super().__init__()
        self.architecture = architecture
        for name, tensor in tensors.items():
            self.register_parameter(name, nn.Parameter(tensor))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.architecture.scores(dict(self.named_parameters()), x)


class Reparametrised(ABC):
    """An `Architecture` of two layers; a subclass is a frozen dataclass and says what is trained.

    ``hidden``: the number of hidden units.
    """

    hidden: int

    @property
    @abstractmethod
    def name(self) -> str: ...

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """See `Architecture`."""
        return dict(_shapes(self))

    @property
    def operations(self) -> int:
        """Multiplications and additions an image."""
        return Mlp((784, self.hidden, 10)).operations

    @abstractmethod
    def start(self, generator: torch.Generator) -> Tensors:
        """What is trained, before the training."""

    @abstractmethod
    def weights(self, tensors: Tensors) -> tuple[torch.Tensor, ...]:
        """Weight (hidden, 784) and bias of the first layer, weight (10, hidden) and bias of the
        second, made of what is trained, in the order of `shapes`; gradients pass.
        """

    def scores(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """Scores (n, 10) for inputs (n, …); the tensors are in the order of `shapes`."""
        weight, bias, following, last = self.weights(tensors)
        hidden = (product(x.flatten(1), weight.T) + bias).relu()
        return product(hidden, following.T) + last

    def module(self, generator: torch.Generator | None = None) -> nn.Module:
        """See `Architecture`."""
        return _Module(self, self.start(generator or torch.Generator()))

    def forward(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """See `Architecture`."""
        return self.scores({name: tensors[name].to(x.device) for name in _shapes(self)}, x)


@cache
def _shapes(architecture: Reparametrised) -> dict[str, tuple[int, ...]]:
    return {n: tuple(t.shape) for n, t in architecture.start(torch.Generator()).items()}


def dense_start(hidden: int, generator: torch.Generator) -> Tensors:
    """Weights and biases as a plain network begins with: weight1, bias1, weight2, bias2."""
    found = Mlp((784, hidden, 10)).module(generator).state_dict()
    names = ("weight1", "bias1", "weight2", "bias2")
    return dict(zip(names, found.values(), strict=True))
