"""A differentiable JPEG: grey levels from coefficients, and an estimate of what these cost.

Coefficients are held in units of their steps, so that a file holds their nearest whole numbers.
Rounding has no useful gradient. `samples` rounds and passes the gradient through as if it had
not (the straight-through estimator; Bengio, Léonard and Courville 2013); given noise, it adds it
instead of rounding, which is differentiable (Ballé, Laparra and Simoncelli 2017).
"""

import math

import torch
from torch.nn import functional

from jpegnet.jpeg.coefficients import PIXELS
from jpegnet.jpeg.dct import LEVEL_SHIFT, block_dct_matrix
from jpegnet.kept.compute import exp, product

_BLOCK_DCT = torch.from_numpy(block_dct_matrix()).float()  # (64, 64)


class _Round(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.round()

    @staticmethod
    def backward(ctx, gradient):
        return gradient


def straight_through(x: torch.Tensor) -> torch.Tensor:
    """x, rounded to whole numbers; its gradient is that of x."""
    return _Round.apply(x)


def _levels(q: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    return product((q * table).view(-1, PIXELS), _BLOCK_DCT.to(q)).view(q.shape)


def samples(
    q: torch.Tensor, table: torch.Tensor, noise: torch.Tensor | None = None, grey: bool = True
) -> torch.Tensor:
    """What a decoder makes of blocks: grey levels less 128, (…, 64), in reading order.

    Args:
        q: coefficients in units of their steps, (…, 64).
        table: steps, (64,).
        noise: None for whole coefficients and grey levels, as a file's are; else what is added
            to q, and nothing is rounded.
        grey: whether levels are whole numbers of 0 to 255, as a decoder's are.
    """
    levels = _levels(straight_through(q) if noise is None else q + noise, table)
    if grey:
        levels = levels.clamp(-LEVEL_SHIFT, 255 - LEVEL_SHIFT)
        levels = straight_through(levels) if noise is None else levels
    return levels


def gradient(
    by_samples: torch.Tensor, q: torch.Tensor, table: torch.Tensor, grey: bool = True
) -> torch.Tensor:
    """The gradient of a loss by whole coefficients q, from that by their `samples`, (…, 64)."""
    if grey:
        levels = _levels(q.round(), table)
        by_samples = by_samples * (levels == levels.clamp(-LEVEL_SHIFT, 255 - LEVEL_SHIFT))
    return product(by_samples.view(-1, PIXELS), _BLOCK_DCT.T).view(q.shape) * table


def overflow(q: torch.Tensor, table: torch.Tensor, room: float = 8.0) -> torch.Tensor:
    """By how much blocks' levels come closer than ``room`` to 128 from the middle, in sum.

    Levels beyond 0 to 255 are cut off, and what is written again from them is another block.
    """
    return functional.relu(_levels(straight_through(q), table).abs() - (LEVEL_SHIFT - room)).sum()


class _Bits(torch.autograd.Function):
    """`bits` of q + noise, with its gradient by hand: autograd keeps a dozen arrays of them."""

    @staticmethod
    def forward(ctx, noisy, log_scale):
        rate, z = exp(-log_scale), noisy.abs()
        low, high = z - 0.5, z + 0.5
        near, far = exp(low.abs() * -rate), exp(high * -rate)
        mass = torch.where(low < 0, 1 - (near + far) / 2, (near - far) / 2).clamp_(min=1e-9)
        by_z = (far - near).mul_(rate).mul_(noisy.sign())  # twice the derivatives of the mass
        by_log = (low.mul_(near)).sub_(high.mul_(far)).mul_(rate)
        ctx.save_for_backward(by_z, by_log, mass)
        return -mass.log2()

    @staticmethod
    def backward(ctx, gradient):
        by_z, by_log, mass = ctx.saved_tensors
        weight = gradient / mass / (-2 * math.log(2))
        return by_z * weight, by_log * weight


def bits(q: torch.Tensor, log_scale: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    """Estimated cost of coefficients, in bits, each: -log₂ of their Laplace distribution's mass.

    The mass is that between q + noise - 1/2 and q + noise + 1/2; with noise uniform within ±1/2
    its expectation bounds the cost of the rounded coefficient under an entropy coder that knows
    the scale (Ballé, Laparra and Simoncelli 2017, section 3).

    Args:
        q: coefficients in units of their steps.
        log_scale: natural logarithm of the Laplace distributions' scales, in the same units.
        noise: within ±1/2.
    """
    return _Bits.apply(q + noise, log_scale)
