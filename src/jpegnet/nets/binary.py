"""Networks whose weights, and activations, are +1 or -1, up to one scale a unit."""

import math
from dataclasses import dataclass

import torch

from jpegnet.kept.compute import product
from jpegnet.nets.network import Tensors
from jpegnet.nets.reparametrised import Reparametrised, dense_start


class _Sign(torch.autograd.Function):
    """+1 from 0 on, else -1; gradients pass between -1 and 1 (the straight-through estimator)."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x >= 0).to(x.dtype).mul_(2).sub_(1)  # a third of what torch.where takes

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return torch.ops.aten.hardtanh_backward(gradient, x, -1, 1)


def sign(x: torch.Tensor) -> torch.Tensor:
    """+1 from 0 on, else -1, with the straight-through estimator's gradient."""
    return _Sign.apply(x)


def _scaled(latent: torch.Tensor) -> torch.Tensor:
    """± the mean magnitude of a row (Rastegari et al., XNOR-Net, 2016, equation 6)."""
    return sign(latent) * latent.abs().mean(1, keepdim=True)


@dataclass(frozen=True)
class BinaryWeights(Reparametrised):
    """Weights are ± one number a unit; inputs and activations are floats.

    Trained are latent weights, of which the network has the signs and mean magnitudes (Courbariaux
    et al., BinaryConnect, 2015; Rastegari et al., XNOR-Net, 2016).
    """

    hidden: int = 512

    @property
    def name(self) -> str:
        return f"784-{self.hidden}-10, ±1 weights"

    def start(self, generator: torch.Generator) -> Tensors:
        """See `Reparametrised`."""
        return dense_start(self.hidden, generator)

    def weights(self, tensors: Tensors) -> tuple[torch.Tensor, ...]:
        """See `Reparametrised`."""
        first, bias, second, last = tensors.values()
        return _scaled(first), bias, _scaled(second), last


@dataclass(frozen=True)
class BinaryNetwork(Reparametrised):
    """Inputs, weights and activations are ±1; biases and the ten scores are floats.

    A pixel is +1 from half of the brightest on. A layer's sum of n products is divided by √n, so
    that it is about as large as a bias (after Hubara et al., Binarized neural networks, 2016).
    """

    hidden: int = 512

    @property
    def name(self) -> str:
        return f"784-{self.hidden}-10, ±1 weights and activations"

    def start(self, generator: torch.Generator) -> Tensors:
        """See `Reparametrised`; latent weights begin further from 0 than usual."""
        found = dense_start(self.hidden, generator)
        for weight in (found["weight1"], found["weight2"]):
            weight *= 0.1 * math.sqrt(weight.shape[1])  # within ±0.1
        return found

    def weights(self, tensors: Tensors) -> tuple[torch.Tensor, ...]:
        """See `Reparametrised`."""
        first, bias, second, last = tensors.values()
        return sign(first), bias, sign(second), last

    def scores(self, tensors: Tensors, x: torch.Tensor) -> torch.Tensor:
        """See `Reparametrised`."""
        first, bias, second, last = self.weights(tensors)
        seen = torch.where(x.flatten(1) >= 0.5, 1.0, -1.0)
        hidden = sign(product(seen, first.T) / 28 + bias)
        return product(hidden, second.T) * (4 / math.sqrt(self.hidden)) + last
