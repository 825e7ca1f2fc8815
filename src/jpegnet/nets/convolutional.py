"""Convolutional networks on one-channel images: kernels, ReLU and pooling, then a linear layer."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn
from torch.nn import functional

from jpegnet.kept.compute import product
from jpegnet.nets.network import Tensors, layer_count

AT_ONCE = 256  # images; of each, a layer of 8 × 8 kernels takes 100 kB, and memory is slow


@dataclass(frozen=True)
class Convolutional:
    """``layers``: of each, the number of filters, the side of their kernels, and the pooling.

    A layer of (12, 8, 3) has 12 filters of 8 × 8 for each channel below, at every place that they
    fit into; ReLU; and of each 3 × 3 places the largest, without what is left at the edge. Images
    are ``side`` × ``side`` of one channel; a linear layer gives the ``outputs``. The tensors have
    the names of a Sequential of Conv2d, ReLU, MaxPool2d, … Flatten, Linear: 0.weight
    (12, 1, 8, 8), 0.bias, 3.weight, ….

    Raises:
        ValueError: a kernel or a pool is larger than what it sees, or a number is below 1.
    """

    layers: tuple[tuple[int, int, int], ...] = ((12, 8, 3), (24, 4, 2))
    side: int = 28
    outputs: int = 10
    kind: ClassVar[int] = 1  # in the format of pictures

    def __post_init__(self):
        numbers = [self.side, self.outputs, *(n for layer in self.layers for n in layer)]
        if not self.layers or min(numbers) < 1 or any(len(layer) != 3 for layer in self.layers):
            raise ValueError(f"no convolutional network: {self.layers} on {self.side} pixels")
        if min(self._sides) < 1:
            raise ValueError(f"{self.layers} do not fit on {self.side} × {self.side} pixels")

    @property
    def _sides(self) -> list[int]:
        """The side of what each layer hands on; below 1 where it does not fit."""
        sides = [self.side]
        for _, kernel, pool in self.layers:
            sides.append((sides[-1] - kernel + 1) // pool)
        return sides[1:]

    @property
    def name(self) -> str:
        usual = self.side == 28 and self.outputs == 10
        ends = "" if usual else f"-{self.side}to{self.outputs}"
        return "-".join(["conv", *(f"{n}x{k}" for n, k, _ in self.layers)]) + ends

    @property
    def inputs(self) -> int:
        """Pixels of an image."""
        return self.side**2

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        found, channels = {}, 1
        for i, (filters, kernel, _) in enumerate(self.layers):
            found[f"{3 * i}.weight"] = (filters, channels, kernel, kernel)
            found[f"{3 * i}.bias"] = (filters,)
            channels = filters
        last = 3 * len(self.layers) + 1
        found[f"{last}.weight"] = (self.outputs, channels * self._sides[-1] ** 2)
        return found | {f"{last}.bias": (self.outputs,)}

    @property
    def operations(self) -> int:
        """Multiplications and additions an image."""
        sizes = [math.prod(shape) for shape in self.shapes.values() if len(shape) > 1]
        sides = [side * pool for side, (*_, pool) in zip(self._sides, self.layers, strict=True)]
        places = [*(side**2 for side in sides), 1]
        return 2 * sum(n * size for n, size in zip(places, sizes, strict=True))

    @property
    def numbers(self) -> list[int]:
        """What a picture says of it, see `from_numbers`."""
        flat = [n for layer in self.layers for n in layer]
        return [self.side, len(self.layers), *flat, self.outputs]

    @classmethod
    def from_numbers(cls, take: Callable[[], int]) -> "Convolutional":
        """From the side of an image, the number of layers, three numbers each, and the outputs."""
        side, layers = take(), layer_count(take() + 1) - 1  # without the linear one
        return cls(tuple((take(), take(), take()) for _ in range(layers)), side, take())

    def module(self, generator: torch.Generator | None = None) -> nn.Module:
        """See `Architecture`; weights and biases are uniform in ±1/√fan_in, as torch's are."""
        parts: list[nn.Module] = []
        *kernels, (outputs, inputs) = [s for s in self.shapes.values() if len(s) > 1]
        for (filters, channels, side, _), (*_, pool) in zip(kernels, self.layers, strict=True):
            parts += [nn.Conv2d(channels, filters, side), nn.ReLU(), nn.MaxPool2d(pool)]
        module = _Module(*parts, nn.Flatten(), nn.Linear(inputs, outputs))
        module.architecture = self
        with torch.no_grad():
            for layer in module:
                for tensor in layer.parameters():
                    bound = 1 / math.sqrt(layer.weight[0].numel())
                    tensor.uniform_(-bound, bound, generator=generator)
        return module

    def forward(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """See `Architecture`; inputs are images (n, side, side), or flattened."""
        found = [tensors[name].to(x.device) for name in self.shapes]
        images = x.reshape(-1, self.side, self.side).split(AT_ONCE)
        return torch.cat([self._logits(found, some) for some in images])

    def _logits(self, tensors: list[torch.Tensor], x: torch.Tensor) -> torch.Tensor:
        *layers, weight, bias = tensors
        seen = hidden(self.layers, layers, x)
        return (product(weight, seen.flatten(0, 2)) + bias[:, None]).T


class _Module(nn.Sequential):
    architecture: Convolutional

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.architecture.forward(dict(self.named_parameters()), x)


def hidden(
    layers: Sequence[tuple[int, int, int]], tensors: Sequence[torch.Tensor], x: torch.Tensor
) -> torch.Tensor:
    """What layers of kernels hand on, (filters, height, width, n), of images (n, side, side).

    Args:
        layers: as `Convolutional` has them.
        tensors: of each layer weight and bias.
    """
    x = x.permute(1, 2, 0)[None]
    for (*_, pool), weight, bias in zip(layers, tensors[::2], tensors[1::2], strict=True):
        x = _layer(x, weight, bias, pool)
    return x


def _layer(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, pool: int) -> torch.Tensor:
    """Images (channels, height, width, n) → (filters, height, width, n), by one product.

    A product, as `compute.product` has the same digits everywhere. The images come last, so that
    patches are copied, and pooled, many numbers at a time. The bias and ReLU come after pooling,
    which is the same as before it and less work.
    """
    filters, _, kernel, _ = weight.shape
    high, wide = ((side - kernel + 1) // pool * pool for side in x.shape[1:3])
    patches = x.unfold(1, kernel, 1).unfold(2, kernel, 1)[:, :high, :wide]
    patches = patches.permute(0, 4, 5, 1, 2, 3).reshape(weight[0].numel(), -1)
    z = product(weight.flatten(1), patches).view(filters, high, wide, -1)
    pooled = functional.max_pool2d(z.permute(0, 3, 1, 2), pool)  # as if images were channels
    return (pooled.permute(0, 2, 3, 1) + bias[:, None, None, None]).relu()
