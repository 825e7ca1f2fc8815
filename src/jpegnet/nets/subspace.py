"""Networks that are searched for in a small random part of the space of all networks."""

import math
from dataclasses import dataclass
from functools import cache

import torch
from torch.nn import functional

from jpegnet.kept.compute import product
from jpegnet.nets.network import Tensors
from jpegnet.nets.reparametrised import Reparametrised, dense_start


@cache
def _fixed(hidden: int) -> Tensors:
    """Weights that are drawn once and never trained; whoever decodes draws them again."""
    return dense_start(hidden, torch.Generator().manual_seed(0))


@cache
def _sides(rows: int, columns: int, side: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Random directions, A (rows, side) and B (side, columns), of length about 1."""
    generator = torch.Generator().manual_seed(1)
    left = torch.empty(rows, side).uniform_(-1, 1, generator=generator)
    right = torch.empty(side, columns).uniform_(-1, 1, generator=generator)
    return left * math.sqrt(3 / rows), right * math.sqrt(3 / columns)


@dataclass(frozen=True)
class Subspace(Reparametrised):
    """W = W₀ + A M B, with random W₀, A and B; trained are M (side, side) and the biases.

    After Li et al., Measuring the intrinsic dimension of objective landscapes, 2018, who take one
    random matrix for all parameters; two smaller ones are a thousand times as cheap. M of the
    second layer has min(side, 10) rows.
    """

    side: int
    hidden: int = 512

    @property
    def name(self) -> str:
        return f"784-{self.hidden}-10, {self.side} × {self.side} directions"

    def start(self, generator: torch.Generator) -> Tensors:
        """See `Reparametrised`."""
        plain = _fixed(self.hidden)
        return {
            "middle1": torch.zeros(self.side, self.side),
            "bias1": plain["bias1"].clone(),
            "middle2": torch.zeros(min(self.side, 10), self.side),
            "bias2": plain["bias2"].clone(),
        }

    def weights(self, tensors: Tensors) -> tuple[torch.Tensor, ...]:
        """See `Reparametrised`."""
        first, bias, second, last = tensors.values()
        found = []
        for i, (middle, shape) in enumerate(
            ((first, (self.hidden, 784)), (second, (10, self.hidden)))
        ):
            left, right = (side.to(middle) for side in _sides(*shape, self.side))
            fixed = _fixed(self.hidden)[f"weight{i + 1}"].to(middle)
            found.append(fixed + product(product(left[:, : len(middle)], middle), right))
        return found[0], bias, found[1], last


class _Step(torch.autograd.Function):
    """1 where positive, else 0; the gradient passes as it is."""

    @staticmethod
    def forward(ctx, x):
        return (x > 0).float()

    @staticmethod
    def backward(ctx, gradient):
        return gradient


@dataclass(frozen=True)
class Masked(Reparametrised):
    """Random weights that stay; trained is which of them are there (after Zhou et al. 2019).

    An entry is there where its score is positive; biases are trained. Weights are ± one number a
    layer, drawn once, so that a bit a weight says all.
    """

    hidden: int = 512

    @property
    def name(self) -> str:
        return f"784-{self.hidden}-10, masked"

    def start(self, generator: torch.Generator) -> Tensors:
        """See `Reparametrised`; half of the entries are there."""
        plain = dense_start(self.hidden, generator)
        scores = {f"score{i}": 0.1 * functional.normalize(plain[f"weight{i}"]) for i in (1, 2)}
        return {**scores, "bias1": plain["bias1"].clone(), "bias2": plain["bias2"].clone()}

    def weights(self, tensors: Tensors) -> tuple[torch.Tensor, ...]:
        """See `Reparametrised`."""
        plain, found = _fixed(self.hidden), []
        for i in (1, 2):
            weight, score = plain[f"weight{i}"], tensors[f"score{i}"]
            signs = weight.sign() * (2 / weight.shape[1]) ** 0.5
            found.append(signs.to(score) * _Step.apply(score))
        return found[0], tensors["bias1"], found[1], tensors["bias2"]
