"""A convolutional network whose first units are a network already.

What it has of a unit is one row of a matrix. So its picture, of which the first rows have arrived,
is a network of so many units. Trained for that, the units order themselves by what they are worth,
as by nested dropout (Rippel et al. 2014, arXiv:1402.0915).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import torch
from torch import nn

from jpegnet.nets.convolutional import AT_ONCE, Convolutional, hidden
from jpegnet.nets.named import Named
from jpegnet.nets.network import Tensors


@dataclass(frozen=True)
class Nested:
    """A layer of ``filters``, one of ``units``, each with kernels and pooling, and a linear one.

    It computes what `Convolutional` of these two layers does. Its tensors are others, in the order
    in which they are wanted: ``all.bias``, those of the outputs, the filters and the units;
    ``filters.weight``, (filters, 1, side, side); and ``units.weight``, in whose row a unit's
    kernels, one a filter, are followed by its outgoing weights, output by output, in as many more
    kernels as these fill; what they leave over of the last means nothing.

    Raises:
        ValueError: there is no such convolutional network.
    """

    filters: tuple[int, int, int] = (12, 8, 3)
    units: tuple[int, int, int] = (32, 4, 2)
    side: int = 28
    outputs: int = 10
    kind: ClassVar[int] = 4  # in the format of pictures

    def __post_init__(self):
        _ = self.plain

    @cached_property
    def plain(self) -> Convolutional:
        """The architecture that computes the same."""
        return Convolutional((self.filters, self.units), self.side, self.outputs)

    @property
    def name(self) -> str:
        return self.plain.name.replace("conv", "nested", 1)

    @property
    def inputs(self) -> int:
        """Pixels of an image."""
        return self.plain.inputs

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        (filters, side, _), (units, kernel, _) = self.filters, self.units
        squares = -(-self._outgoing // kernel**2)
        return {
            "all.bias": (self.outputs + filters + units,),
            "filters.weight": (filters, 1, side, side),
            "units.weight": (units, filters + squares, kernel, kernel),
        }

    @property
    def _outgoing(self) -> int:
        """Outgoing weights of a unit."""
        *_, last, _ = self.plain.shapes.values()
        return math.prod(last) // self.units[0]

    @property
    def numbers(self) -> list[int]:
        """What a picture says of it, see `from_numbers`."""
        return [self.side, *self.filters, *self.units, self.outputs]

    @classmethod
    def from_numbers(cls, take: Callable[[], int]) -> "Nested":
        """From the side of an image, three numbers of each layer of kernels, and the outputs."""
        side = take()
        layers = (take(), take(), take()), (take(), take(), take())
        return cls(*layers, side, take())

    def unpacked(self, tensors: Tensors) -> Tensors:
        """The tensors of `plain`, of which the network's own are another order."""
        weight, bias, following, next_bias, last, last_bias = self.plain.shapes
        (filters, *_), (units, *_) = self.filters, self.units
        out, first, second = tensors["all.bias"].split([self.outputs, filters, units])
        into = tensors["units.weight"][:, :filters]
        # (units, outputs · places) → (outputs, units · places)
        outgoing = tensors["units.weight"][:, filters:].flatten(1)[:, : self._outgoing]
        outgoing = outgoing.reshape(units, self.outputs, -1).transpose(0, 1).flatten(1)
        return {
            weight: tensors["filters.weight"],
            bias: first,
            following: into,
            next_bias: second,
            last: outgoing,
            last_bias: out,
        }

    def packed(self, plain: Tensors) -> Tensors:
        """The inverse of `unpacked`; what means nothing is 0."""
        weight, first, into, second, last, out = plain.values()
        outgoing = last.reshape(self.outputs, len(into), -1).transpose(0, 1).flatten(1)
        rows = into.new_zeros(self.shapes["units.weight"])
        rows[:, : into.shape[1]] = into
        rows.flatten(1)[:, into[0].numel() :][:, : self._outgoing] = outgoing
        bias = torch.cat([out, first, second])
        return {"all.bias": bias, "filters.weight": weight, "units.weight": rows}

    def module(self, generator: torch.Generator | None = None) -> nn.Module:
        """See `Architecture`; weights and biases are uniform in ±1/√fan_in, as torch's are."""
        module, plain = Named(self), self.plain.module(generator).state_dict()
        module.load_state_dict(self.packed(plain))
        return module

    def forward(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """See `Architecture`; inputs are images (n, side, side), or flattened."""
        return self.plain.forward(self.unpacked(tensors), x)

    def prefixes(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """Scores by the first unit alone, by the first two, and so on: (n, units, classes)."""
        tensors = list(self.unpacked(tensors).values())
        images = x.reshape(-1, self.side, self.side).split(AT_ONCE)
        return torch.cat([self._prefixes(tensors, some) for some in images])

    def _prefixes(self, tensors: list[torch.Tensor], x: torch.Tensor) -> torch.Tensor:
        *layers, last, bias = tensors
        seen = hidden(self.plain.layers, layers, x).flatten(1, 2)  # (units, places, n)
        outgoing = last.view(self.outputs, *seen.shape[:2]).transpose(0, 1)
        scores = (outgoing[..., None] * seen[:, None]).sum(2).cumsum(0)  # (units, classes, n)
        return scores.permute(2, 0, 1) + bias
