"""Chains of linear layers with a ReLU between each two: the article's network is 784-512-10."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import torch
from torch import nn

from jpegnet.kept.compute import product
from jpegnet.nets.network import Network, Tensors, layer_count

Layer = tuple[torch.Tensor, torch.Tensor]  # weight (out, in), bias (out,)


class _Linear(nn.Linear):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return product(x, self.weight.T).add_(self.bias)


class _Chain(nn.Sequential):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x.flatten(1))


@dataclass(frozen=True)
class Mlp:
    """A chain of linear layers; ``widths``: inputs, hidden units of each layer, outputs.

    The tensors have the names of a Sequential whose even members are the linear layers:
    0.weight (512, 784), 0.bias (512,), 2.weight (10, 512), 2.bias (10,).
    """

    widths: tuple[int, ...] = (784, 512, 10)
    kind: ClassVar[int] = 0  # in the format of pictures

    @property
    def name(self) -> str:
        return "-".join(map(str, self.widths))

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {
            name: shape
            for i, (inputs, outputs) in enumerate(pairwise(self.widths))
            for name, shape in (
                (f"{2 * i}.weight", (outputs, inputs)),
                (f"{2 * i}.bias", (outputs,)),
            )
        }

    @property
    def inputs(self) -> int:
        """How many numbers it sees."""
        return self.widths[0]

    @property
    def numbers(self) -> list[int]:
        """What a picture says of it, see `from_numbers`."""
        return [len(self.widths) - 1, *self.widths]

    @classmethod
    def from_numbers(cls, take: Callable[[], int]) -> "Mlp":
        """From the number of layers, and the widths, one more."""
        return cls(tuple(take() for _ in range(layer_count(take()) + 1)))

    @property
    def operations(self) -> int:
        """Multiplications and additions an image."""
        return 2 * sum(inputs * outputs for inputs, outputs in pairwise(self.widths))

    def module(self, generator: torch.Generator | None = None) -> nn.Module:
        """See `Architecture`; weights and biases are uniform in ±1/√fan_in, as torch's are."""
        linear = [_Linear(*pair) for pair in pairwise(self.widths)]
        with torch.no_grad():
            for layer in linear:
                bound = 1 / math.sqrt(layer.in_features)
                layer.weight.uniform_(-bound, bound, generator=generator)
                layer.bias.uniform_(-bound, bound, generator=generator)
        return _Chain(*[module for layer in linear for module in (nn.ReLU(), layer)][1:])

    def forward(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """See `Architecture`; inputs of other shapes than (n, inputs) are flattened."""
        x = x.flatten(1)
        for i in range(len(self.widths) - 1):
            weight, bias = (tensors[f"{2 * i}.{kind}"].to(x.device) for kind in ("weight", "bias"))
            x = product(x.relu_() if i else x, weight.T).add_(bias)
        return x


def layers(network: Network) -> list[Layer]:
    """Weight (out, in) and bias (out,) of each linear layer, from the input on.

    Raises:
        TypeError: the network is no chain of linear layers.
    """
    if not isinstance(network.architecture, Mlp):
        raise TypeError(f"{network.architecture.name} is no chain of linear layers")
    tensors = [network.tensors[name] for name in network.architecture.shapes]
    return list(zip(tensors[::2], tensors[1::2], strict=True))


def from_layers(found: list[Layer]) -> Network:
    """The inverse of `layers`.

    Raises:
        ValueError: the layers do not follow on each other.
    """
    widths = (found[0][0].shape[-1], *(len(bias) for _, bias in found))
    architecture = Mlp(widths)
    tensors = [tensor for layer in found for tensor in layer]
    return Network(architecture, dict(zip(architecture.shapes, tensors, strict=True)))


def from_tensors(tensors: Tensors) -> Network:
    """A chain of linear layers from its tensors alone, as a file holds them, in any order.

    Raises:
        ValueError: they are not those of linear layers which follow on each other.
    """
    names = [f"{2 * i}.{kind}" for i in range(len(tensors) // 2) for kind in ("weight", "bias")]
    if not tensors or tensors.keys() != set(names):
        raise ValueError(f"not a chain of linear layers: {', '.join(tensors)}")
    if not all(tensor.ndim == 2 - i % 2 for i, tensor in enumerate(tensors[n] for n in names)):
        raise ValueError("not a chain of linear layers: weights are matrices, biases are not")
    found = [tensors[name] for name in names]
    return from_layers(list(zip(found[::2], found[1::2], strict=True)))
