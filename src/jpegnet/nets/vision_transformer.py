"""A small vision transformer: patches of an image that attend to each other."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from jpegnet.nets.modular import Modular


class _Block(nn.Module):
    """Attention, then two linear layers, each beside the identity and after normalisation."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.before_attention, self.before_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (n, tokens, width)
        split = self.qkv(self.before_attention(x)).unflatten(2, (3, self.heads, -1))
        q, k, v = split.permute(2, 0, 3, 1, 4)  # each (n, heads, tokens, width / heads)
        mixed = functional.scaled_dot_product_attention(q, k, v)
        x = x + self.out(mixed.transpose(1, 2).flatten(2))
        return x + self.down(functional.gelu(self.up(self.before_mlp(x))))


class _Positions(nn.Module):
    """A vector for each place, which is learnt."""

    def __init__(self, tokens: int, width: int):
        super().__init__()
        self.weight = nn.Parameter(0.02 * torch.randn(tokens, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.weight


@dataclass(frozen=True)
class VisionTransformer(Modular):
    """Patches of 7 × 7 pixels, ``blocks`` of attention (Dosovitskiy et al. 2020), and their mean.

    ``width``: numbers that stand for a patch.
    """

    width: int = 64
    blocks: int = 4
    heads: int = 4

    @property
    def name(self) -> str:
        return f"vision transformer, {self.blocks} blocks"

    def build(self) -> nn.Module:
        """See `Modular`."""
        blocks = [_Block(self.width, self.heads) for _ in range(self.blocks)]
        mean = nn.AdaptiveAvgPool1d(1)
        parts = {
            "channel": nn.Unflatten(1, (1, 28)),
            "patches": nn.Conv2d(1, self.width, 7, stride=7),
            "flat": nn.Flatten(2),
            "tokens": _Transposed(),
            "positions": _Positions(16, self.width),
            **{f"block{i}": block for i, block in enumerate(blocks)},
            "norm": nn.LayerNorm(self.width),
            "channels": _Transposed(),
            **{"mean": mean, "squeezed": nn.Flatten(), "head": nn.Linear(self.width, 10)},
        }
        net = nn.Sequential()
        for name, part in parts.items():
            net.add_module(name, part)
        return net


class _Transposed(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.transpose(1, 2)
